package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"candor/models/store"
)

const clientColumns = `id, name, scopes, secrets, keys, used, created, revoked, revision`

// clientSecret and clientKey are elements of the JSON in a client's row; times are in milliseconds, as everywhere.
type clientSecret struct {
	ID      string `json:"id"`
	Hash    string `json:"hash"`
	Created int64  `json:"created"`
	Ends    int64  `json:"ends"` // the zero time if it has no end
}

type clientKey struct {
	ID      string          `json:"id"`
	KeyID   string          `json:"kid"`
	JWK     json.RawMessage `json:"jwk"`
	Created int64           `json:"created"`
}

func scanClient(row scanner) (c store.Client, err error) {
	var scopes, secrets, keys, used []byte
	var created, revoked int64
	if err := row.Scan(&c.ID, &c.Name, &scopes, &secrets, &keys, &used, &created, &revoked, &c.Revision); err != nil {
		return c, err
	}
	c.CreatedAt, c.RevokedAt = at(created), at(revoked)
	if err := json.Unmarshal(scopes, &c.Scopes); err != nil {
		return c, fmt.Errorf("read client: its scopes are damaged: %w", err)
	}
	if err := readCredentials(&c, secrets, keys, used); err != nil {
		return c, fmt.Errorf("read client: its secrets and keys are damaged: %w", err)
	}
	return c, nil
}

func readCredentials(c *store.Client, secrets, keys, used []byte) error {
	var withSecrets []clientSecret
	var withKeys []clientKey
	var times map[string]int64
	for _, part := range []struct {
		raw  []byte
		into any
	}{{secrets, &withSecrets}, {keys, &withKeys}, {used, &times}} {
		if err := json.Unmarshal(part.raw, part.into); err != nil {
			return err
		}
	}
	for _, s := range withSecrets {
		c.Secrets = append(c.Secrets, store.ClientSecret{ID: s.ID, Hash: s.Hash, CreatedAt: at(s.Created), EndsAt: at(s.Ends)})
	}
	for _, k := range withKeys {
		c.Keys = append(c.Keys, store.ClientKey{ID: k.ID, KeyID: k.KeyID, JWK: k.JWK, CreatedAt: at(k.Created)})
	}
	for id, when := range times {
		if c.Used == nil {
			c.Used = make(map[string]time.Time, len(times))
		}
		c.Used[id] = at(when)
	}
	return nil
}

// clientRow is a client's columns, in the order of clientColumns.
func clientRow(c store.Client) ([]any, error) {
	secrets, keys, used := []clientSecret{}, []clientKey{}, map[string]int64{}
	for _, s := range c.Secrets {
		secrets = append(secrets, clientSecret{ID: s.ID, Hash: s.Hash, Created: ms(s.CreatedAt), Ends: ms(s.EndsAt)})
	}
	for _, k := range c.Keys {
		keys = append(keys, clientKey{ID: k.ID, KeyID: k.KeyID, JWK: k.JWK, Created: ms(k.CreatedAt)})
	}
	for id, when := range c.Used {
		used[id] = ms(when)
	}
	row := []any{c.ID, c.Name}
	for _, part := range []any{c.Scopes, secrets, keys, used} {
		text, err := list(part)
		if err != nil {
			return nil, fmt.Errorf("write client: %w", err)
		}
		row = append(row, text)
	}
	return append(row, ms(c.CreatedAt), ms(c.RevokedAt), c.Revision), nil
}

const insertClient = `INSERT INTO clients (` + clientColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

// CreateClient adds one.
func (s *Store) CreateClient(ctx context.Context, c store.Client) error {
	row, err := clientRow(c)
	if err != nil {
		return err
	}
	return s.create(ctx, insertClient, row...)
}

// PutClient writes one as it is.
func (s *Store) PutClient(ctx context.Context, c store.Client) error {
	row, err := clientRow(c)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, insertClient+` ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes,
		secrets = excluded.secrets, keys = excluded.keys, used = excluded.used, created = excluded.created,
		revoked = excluded.revoked, revision = excluded.revision`, row...)
	return err
}

// UpdateClient is one compare-and-swap of the revision.
func (s *Store) UpdateClient(ctx context.Context, c store.Client) error {
	row, err := clientRow(c)
	if err != nil {
		return err
	}
	return s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(`UPDATE clients SET name = ?2, scopes = ?3, secrets = ?4, keys = ?5, created = ?7, revoked = ?8,
			revision = ?9 + 1 WHERE id = ?1 AND revision = ?9`, row...)
		if err != nil || n == 1 {
			return err
		}
		var found int
		if err := w.scan(`SELECT 1 FROM clients WHERE id = ?`, []any{c.ID}, &found); err != nil {
			return err
		}
		return store.ErrTaken
	})
}

// Client gives one, revoked or not.
func (s *Store) Client(ctx context.Context, id string) (store.Client, error) {
	return one(ctx, s.d, scanClient, `SELECT `+clientColumns+` FROM clients WHERE id = ?`, id)
}

// Clients lists all.
func (s *Store) Clients(ctx context.Context) ([]store.Client, error) {
	return all(ctx, s.d, scanClient, `SELECT `+clientColumns+` FROM clients ORDER BY id`)
}

// NoteClientUse keeps the later of two times.
func (s *Store) NoteClientUse(ctx context.Context, client, used string, when time.Time) error {
	path := `$."` + used + `"`
	_, err := s.change(ctx, `UPDATE clients SET used = json_set(used, ?1, ?2)
		WHERE id = ?3 AND coalesce(json_extract(used, ?1), ?2 - 1) < ?2`, path, ms(when), client)
	return err
}

// UseAssertion adds its name, which only one can.
func (s *Store) UseAssertion(ctx context.Context, name string, until time.Time) error {
	return s.create(ctx, `INSERT INTO assertions (name, until) VALUES (?, ?)`, name, ms(until))
}

// ForgetAssertions removes those that have run out.
func (s *Store) ForgetAssertions(ctx context.Context, before time.Time) error {
	_, err := s.change(ctx, `DELETE FROM assertions WHERE until < ?`, ms(before))
	return err
}
