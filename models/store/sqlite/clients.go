package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"candor/models/store"
)

const clientColumns = `id, name, secret_hash, scopes, created, revoked`

func scanClient(row scanner) (c store.Client, err error) {
	var scopes []byte
	var created, revoked int64
	if err := row.Scan(&c.ID, &c.Name, &c.SecretHash, &scopes, &created, &revoked); err != nil {
		return c, err
	}
	if err := json.Unmarshal(scopes, &c.Scopes); err != nil {
		return c, fmt.Errorf("read client: its scopes are damaged: %w", err)
	}
	c.CreatedAt, c.RevokedAt = at(created), at(revoked)
	return c, nil
}

// PutClient writes one.
func (s *Store) PutClient(ctx context.Context, c store.Client) error {
	scopes, err := list(c.Scopes)
	if err != nil {
		return fmt.Errorf("put client: %w", err)
	}
	_, err = s.change(ctx, `INSERT INTO clients (`+clientColumns+`) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret_hash = excluded.secret_hash,
			scopes = excluded.scopes, created = excluded.created, revoked = excluded.revoked`,
		c.ID, c.Name, c.SecretHash, scopes, ms(c.CreatedAt), ms(c.RevokedAt))
	return err
}

// Client gives one, revoked or not.
func (s *Store) Client(ctx context.Context, id string) (store.Client, error) {
	return one(ctx, s.d, scanClient, `SELECT `+clientColumns+` FROM clients WHERE id = ?`, id)
}

// Clients lists all.
func (s *Store) Clients(ctx context.Context) ([]store.Client, error) {
	return all(ctx, s.d, scanClient, `SELECT `+clientColumns+` FROM clients ORDER BY id`)
}
