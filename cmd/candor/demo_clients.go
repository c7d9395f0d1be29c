package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"candor/models/auth"
	"candor/models/store"
)

const aDay = 24 * time.Hour

// demoClients adds the systems that call beside the demo's own, as a company has them: one that signs with a key, one
// that is changing its secret, one that is gone. Nobody has their secrets or the private key.
func (p *program) demoClients(ctx context.Context) error {
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make demo clients: %w", err)
	}
	set := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"rating-1","x":%q}]}`, base64.RawURLEncoding.EncodeToString(public))
	rating, _, err := p.auth.Enrol(ctx, auth.Enrolment{Name: "Rating engine", Scopes: []string{auth.ScopeConsentsRead}, JWKS: []byte(set)})
	if err != nil {
		return err
	}
	crm, _, err := p.auth.AddClient(ctx, "Customer service desk", []string{auth.ScopeCustomers, auth.ScopeSessions, auth.ScopeConsentsRead, auth.ScopeConsentsWrite})
	if err != nil {
		return err
	}
	if crm, _, err = p.auth.NewSecret(ctx, crm.ID, auth.DefaultOverlap-2*aDay); err != nil {
		return err
	}
	old, _, err := p.auth.AddClient(ctx, "Old newsletter tool", []string{auth.ScopeConsentsRead})
	if err != nil {
		return err
	}
	if err := p.auth.RevokeClient(ctx, old.ID); err != nil {
		return err
	}
	if old, err = p.auth.Client(ctx, old.ID); err != nil {
		return err
	}
	today := p.clock().UTC().Truncate(aDay)
	crm.Secrets[0].CreatedAt, crm.Secrets[1].CreatedAt = today.Add(-2*aDay), today.Add(-310*aDay)
	crm.Used = map[string]time.Time{crm.Secrets[0].ID: today.Add(-aDay), crm.Secrets[1].ID: today}
	rating.Keys[0].CreatedAt, rating.Used = today.Add(-120*aDay), map[string]time.Time{rating.Keys[0].ID: today}
	old.RevokedAt, old.Used = today.Add(-180*aDay), map[string]time.Time{old.Secrets[0].ID: today.Add(-181 * aDay)}
	for client, age := range map[*store.Client]time.Duration{&crm: 310 * aDay, &rating: 120 * aDay, &old: 700 * aDay} {
		client.CreatedAt = today.Add(-age)
		if err := p.data.PutClient(ctx, *client); err != nil {
			return fmt.Errorf("make demo clients: %w", err)
		}
	}
	return nil
}
