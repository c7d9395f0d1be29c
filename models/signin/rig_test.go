package signin_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/mail"
	"candor/models/signin"
	"candor/models/store"
	"candor/models/store/sqlite"
)

// rig is the service over a real store, with a few customers and a postman who keeps everything.
type rig struct {
	*signin.Service
	config signin.Config
	auth   *auth.Service
	store  *sqlite.Store
	keys   signin.Keys
	people map[string]billing.Profile
	outbox *mail.Outbox
	shown  *mail.Shown
	now    atomic.Int64
	log    strings.Builder
}

func (r *rig) time() time.Time      { return time.Unix(0, r.now.Load()).UTC() }
func (r *rig) pass(d time.Duration) { r.now.Add(int64(d)) }

// Customer gives a profile.
func (r *rig) Customer(_ context.Context, ref string) (billing.Profile, error) {
	p, ok := r.people[ref]
	if !ok {
		return billing.Profile{}, models.ErrUnknownCustomer
	}
	return p, nil
}

// directory tells auth who is known.
type directory struct{ *rig }

func (d directory) Customer(_ context.Context, ref string) (models.Customer, error) {
	if p, ok := d.people[ref]; ok {
		return p.Customer, nil
	}
	return models.Customer{}, store.ErrNotFound
}

// words say the name of a message and what it is given.
type words string

func (w words) T(id string, args ...any) string { return fmt.Sprint(w, " ", id, " ", args) }

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{people: map[string]billing.Profile{}, keys: signin.Keys{Secret: make([]byte, 32)}}
	_, _ = rand.Read(r.keys.Secret)
	r.now.Store(time.Now().Truncate(time.Second).UnixNano()) // tokens of a real provider are of this day
	var err error
	if r.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "candor.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.auth = auth.New(auth.Config{
		Sessions: r.store, Customers: directory{r}, Secret: r.keys.Secret, Issuer: "https://privacy.example.test",
		Clock: r.time, Random: rand.Reader,
	})
	r.shown = &mail.Shown{Clock: r.time}
	r.config = signin.Config{
		Auth: r.auth, Store: r.store, Profiles: r, Keys: r.keys, Mail: true, Wake: func() {}, StepUpAfter: 15 * time.Minute,
		Words:    func(locale string) mail.Words { return words(locale) },
		Operator: func(string) string { return "Nordlicht" }, BaseURL: "https://privacy.example.test",
		Clock: r.time, Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	r.Service = signin.New(r.config)
	r.outbox = mail.New(mail.Config{Store: r.store, Write: func(ctx context.Context, m store.Mail) (mail.Message, error) { return r.Write(ctx, m) }, Sender: r.shown, Clock: r.time, Logger: r.config.Logger})
	r.customer(t, "cus_1", "Anna Lindqvist", "anna@example.test")
	return r
}

// customer makes one known, as billing does.
func (r *rig) customer(t *testing.T, ref, name, email string) {
	t.Helper()
	r.people[ref] = billing.Profile{Customer: models.Customer{Ref: ref}, Name: name, CustomerNumber: "N-" + ref, Email: email}
	if err := r.store.PutEmails(t.Context(), []store.EmailKey{{Customer: ref, Key: r.keys.Email(email)}}); err != nil {
		t.Fatal(err)
	}
}

// asking is somebody at a network of their own.
func asking(network string) signin.Asking { return signin.Asking{Network: network, Locale: "en"} }

// ask asks for a code and has the mail sent.
func (r *rig) ask(t *testing.T, address string) string {
	t.Helper()
	pending, err := r.AskCode(t.Context(), address, asking("198.51.100.0/24"))
	if err != nil {
		t.Fatal(err)
	}
	r.deliver(t)
	return pending.Secret
}

func (r *rig) deliver(t *testing.T) {
	t.Helper()
	if err := r.outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var codePattern = regexp.MustCompile(`\b\d{4} \d{4}\b`)

// code is the one in the newest mail.
func (r *rig) code(t *testing.T) string {
	t.Helper()
	last := r.shown.Last()
	if len(last) == 0 {
		t.Fatal("no mail was sent")
	}
	code := codePattern.FindString(last[0].Text)
	if code == "" {
		t.Fatalf("no code in %q", last[0].Text)
	}
	return code
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func want(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("got %v, want %v", err, target)
	}
}

// other is a code that is not the one given.
func other(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}
