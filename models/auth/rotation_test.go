package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/store"
)

func (r *rig) takes(id, secret string) bool {
	_, err := r.elsewhere().IssueToken(context.Background(), id, secret, "")
	return err == nil
}

// A new secret is good at once, on every server; the old one until its end, by the clock, and no longer.
func TestSecretsOverlap(t *testing.T) {
	for _, overlap := range []time.Duration{0, time.Hour, auth.DefaultOverlap, auth.MaxOverlap} {
		t.Run(overlap.String(), func(t *testing.T) {
			r := newRig(t)
			client, first, err := r.AddClient(t.Context(), "billing", []string{"records"})
			if err != nil {
				t.Fatal(err)
			}
			changed, second, err := r.NewSecret(t.Context(), client.ID, overlap)
			if err != nil || second == first || !changed.Secrets[0].EndsAt.IsZero() {
				t.Fatalf("%+v, %v", changed, err)
			}
			if r.takes(client.ID, first) != (overlap > 0) || !r.takes(client.ID, second) {
				t.Error("at once: one of the two is not as it should be")
			}
			if overlap == 0 {
				return
			}
			if _, _, err := r.NewSecret(t.Context(), client.ID, overlap); !errors.Is(err, auth.ErrTwoSecrets) {
				t.Errorf("a third: %v", err)
			}
			r.clock.pass(overlap - time.Millisecond)
			if !r.takes(client.ID, first) {
				t.Error("the old one has ended early")
			}
			r.clock.pass(time.Millisecond)
			if r.takes(client.ID, first) || !r.takes(client.ID, second) {
				t.Error("after the end: one of the two is not as it should be")
			}
			if changed, _, err = r.NewSecret(t.Context(), client.ID, overlap); err != nil || len(changed.Secrets) != 2 {
				t.Errorf("the next rotation: %+v, %v", changed.Secrets, err)
			}
		})
	}
}

func TestSecretsEnd(t *testing.T) {
	r := newRig(t)
	client, first, err := r.AddClient(t.Context(), "billing", []string{"records"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.EndSecret(t.Context(), client.ID, client.Secrets[0].ID); !errors.Is(err, auth.ErrLastSecret) {
		t.Errorf("the only one: %v", err)
	}
	changed, second, err := r.NewSecret(t.Context(), client.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.EndSecret(t.Context(), client.ID, "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	// The new one can be ended as well, should it have got lost: then the old one stays.
	if changed, err = r.EndSecret(t.Context(), client.ID, changed.Secrets[0].ID); err != nil || r.takes(client.ID, second) {
		t.Errorf("the new one: %v", err)
	}
	r.clock.pass(2 * time.Hour)
	if !r.takes(client.ID, first) || !changed.Secrets[0].EndsAt.IsZero() {
		t.Error("the one that was left has ended")
	}
	for _, overlap := range []time.Duration{-1, auth.MaxOverlap + 1} {
		if _, _, err := r.NewSecret(t.Context(), client.ID, overlap); models.KindOf(err) != models.Invalid {
			t.Errorf("an overlap of %s: %v", overlap, err)
		}
	}
}

// Whoever moves from a secret to keys has both for a while.
func TestFromSecretToKeys(t *testing.T) {
	r := newRig(t)
	client, secret, err := r.AddClient(t.Context(), "billing", []string{"records"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReplaceKeys(t.Context(), client.ID, makeSigners().set(t), time.Hour); err != nil {
		t.Fatal(err)
	}
	if !r.takes(client.ID, secret) {
		t.Error("the secret has ended at once")
	}
	r.clock.pass(time.Hour)
	if r.takes(client.ID, secret) {
		t.Error("the secret goes on")
	}
	withKeys, _ := r.enrolKeys(t, "records")
	if _, _, err := r.NewSecret(t.Context(), withKeys.ID, 0); !errors.Is(err, auth.ErrNoSecrets) {
		t.Errorf("a secret for one with keys: %v", err)
	}
}

// However many change a client at once: what is revoked stays so, and no change is lost.
func TestChangesAtOnceDoNotUndoARevocation(t *testing.T) {
	r := newRig(t)
	client, _, err := r.AddClient(t.Context(), "billing", []string{"records"})
	if err != nil {
		t.Fatal(err)
	}
	var callers sync.WaitGroup
	for i := range 12 {
		server := []*auth.Service{r.Service, r.elsewhere()}[i%2]
		callers.Go(func() {
			if i == 5 {
				if err := server.RevokeClient(context.Background(), client.ID); err != nil {
					t.Error(err)
				}
				return
			}
			_, _, err := server.NewSecret(context.Background(), client.ID, 0)
			if err != nil && !errors.Is(err, auth.ErrClientRevoked) {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	after, err := r.Client(t.Context(), client.ID)
	if err != nil || after.RevokedAt.IsZero() {
		t.Errorf("%+v, %v", after, err)
	}
	for name, change := range map[string]func() error{
		"a secret": func() error { _, _, err := r.NewSecret(t.Context(), client.ID, 0); return err },
		"keys":     func() error { _, err := r.ReplaceKeys(t.Context(), client.ID, makeSigners().set(t), 0); return err },
	} {
		if err := change(); !errors.Is(err, auth.ErrClientRevoked) {
			t.Errorf("%s for a revoked client: %v", name, err)
		}
	}
}

// The last use of each secret is known by the day, and costs one write a day.
func TestLastUseIsNoted(t *testing.T) {
	r := newRig(t)
	counted := &countedUses{clientStore: r.config.Clients}
	r.config.Clients = counted
	r.Service = auth.New(r.config)
	client, secret, err := r.AddClient(t.Context(), "billing", []string{"records"})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for range 5 {
			if _, err := r.IssueToken(t.Context(), client.ID, secret, ""); err != nil {
				t.Fatal(err)
			}
		}
		r.clock.pass(24 * time.Hour)
	}
	after, err := r.Client(t.Context(), client.ID)
	if err != nil || counted.writes != 3 || !after.Used[client.Secrets[0].ID].Equal(time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%d writes, used %v, %v", counted.writes, after.Used, err)
	}
}

type countedUses struct {
	clientStore
	writes int
}

func (c *countedUses) NoteClientUse(ctx context.Context, client, used string, when time.Time) error {
	c.writes++
	return c.clientStore.NoteClientUse(ctx, client, used, when)
}
