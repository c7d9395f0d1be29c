package mail_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candor/models/mail"
	"candor/models/store"
	"candor/models/store/sqlite"
)

// post is an outbox over a real store, whose carrier does what the test says.
type post struct {
	*mail.Outbox
	store *sqlite.Store
	path  string
	now   time.Time
	fails error
	sent  []mail.Message
	log   strings.Builder
}

func (p *post) Send(_ context.Context, m mail.Message) error {
	if p.fails != nil {
		return p.fails
	}
	p.sent = append(p.sent, m)
	return nil
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), path: filepath.Join(t.TempDir(), "candor.db")}
	p.open(t)
	return p
}

func (p *post) open(t *testing.T) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), p.path)
	if err != nil {
		t.Fatal(err)
	}
	p.store = s
	t.Cleanup(func() { _ = s.Close() })
	p.Outbox = mail.New(mail.Config{
		Store: s, Sender: p, Clock: func() time.Time { return p.now }, Logger: slog.New(slog.NewTextHandler(&p.log, nil)),
		Write: func(_ context.Context, m store.Mail) (mail.Message, error) {
			if m.Subject == "nobody" {
				return mail.Message{}, mail.ErrNobody
			}
			return mail.Message{To: m.Subject + "@example.test", Subject: m.Kind}, nil
		},
	})
}

func (p *post) put(t *testing.T, id, subject string) {
	t.Helper()
	m := store.Mail{ID: id, Kind: "code", Subject: subject, DueAt: p.now, ExpiresAt: p.now.Add(10 * time.Minute)}
	if err := p.store.PutMail(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func (p *post) round(t *testing.T) {
	t.Helper()
	if err := p.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What could not be sent is tried again, by the server that starts after a crash too, and sent once.
func TestOutboxTriesAgain(t *testing.T) {
	p := newPost(t)
	p.put(t, "m1", "anna")
	p.fails = errors.New("no route to anna@example.test")
	p.round(t)
	p.round(t) // not due yet
	if err := p.store.Close(); err != nil {
		t.Fatal(err)
	}
	p.open(t)
	p.fails = nil
	p.round(t)
	if len(p.sent) != 0 {
		t.Error("it was tried again at once")
	}
	p.now = p.now.Add(5 * time.Second)
	p.round(t)
	p.now = p.now.Add(time.Hour)
	p.round(t)
	if len(p.sent) != 1 || p.sent[0].To != "anna@example.test" {
		t.Errorf("sent %+v", p.sent)
	}
}

// A code that has run out is not sent any more; what is refused, and what is for nobody, is not tried again.
func TestOutboxGivesUp(t *testing.T) {
	p := newPost(t)
	p.put(t, "m1", "nobody")
	p.round(t)
	p.fails = mail.ErrRefused
	p.put(t, "m2", "anna")
	p.round(t)
	p.fails = errors.New("away")
	p.put(t, "m3", "ben")
	for range 20 {
		p.round(t)
		p.now = p.now.Add(time.Minute)
	}
	p.fails = nil
	p.round(t)
	due, err := p.store.DueMails(t.Context(), p.now.Add(time.Hour), 10)
	if err != nil || len(due) > 0 || len(p.sent) > 0 {
		t.Errorf("left %+v, sent %+v, %v", due, p.sent, err)
	}
	if p.log.Len() == 0 || strings.Contains(p.log.String(), "@") {
		t.Errorf("the log says\n%s", p.log.String())
	}
}

// Mail that another waits for is not held up by one that cannot be delivered.
func TestOutboxGoesOn(t *testing.T) {
	p := newPost(t)
	p.put(t, "m1", "nobody")
	p.put(t, "m2", "anna")
	p.round(t)
	if len(p.sent) != 1 {
		t.Errorf("sent %+v", p.sent)
	}
}
