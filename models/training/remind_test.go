package training_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/mail"
	"candor/models/store"
	"candor/models/training"

	"golang.org/x/sync/errgroup"
)

// words says the ID of what it would say, and what with.
type words string

func (w words) T(id string, args ...any) string {
	return string(w) + " " + id + " " + strings.Join(strings.Fields(fmt.Sprint(args...)), " ")
}

// reminding is what reminds the members of a rig, and who these are.
type reminding struct {
	*training.Reminders

	rig     *rig
	members []training.Addressee
	box     *mail.Outbox
	sent    *mail.Shown
}

func newReminding(r *rig, members ...training.Addressee) *reminding {
	rem := &reminding{rig: r, members: members, sent: &mail.Shown{Clock: r.Time}}
	rem.Reminders = rem.server(r.Data)
	rem.box = mail.New(mail.Config{Store: r.Data, Write: rem.Write, Sender: rem.sent, Clock: r.Time, Logger: slog.New(slog.DiscardHandler)})
	return rem
}

// server is one more that reminds them.
func (rem *reminding) server(a store.Attestations) *training.Reminders {
	return &training.Reminders{
		Training: rem.rig.server(rem.rig.Data, a), Outbox: rem.rig.Data, Wake: func() {}, Logger: slog.New(slog.DiscardHandler), BaseURL: "https://example.test",
		Members:  func(context.Context) ([]training.Addressee, error) { return rem.members, nil },
		Words:    func(locale string) mail.Words { return words(locale) },
		Language: func() string { return "fr" }, Operator: func(string) string { return "Acme" },
	}
}

// round reminds and sends, and gives what was sent.
func (rem *reminding) round() []mail.ShownMessage {
	rem.rig.Helper()
	before := len(rem.sent.Last())
	check(rem.rig, rem.Once(rem.rig.Context()))
	check(rem.rig, rem.box.Deliver(rem.rig.Context()))
	now := rem.sent.Last()
	return now[:len(now)-before]
}

var olga = training.Addressee{Staff: officer, Email: "olga@example.test"}

func TestMembersAreRemindedOnceOfWhatIsDueAndOnceOfWhatLapsed(t *testing.T) {
	r := newRig(t)
	check(t, r.Publish(t.Context(), r.policy(1)))
	_, err := r.Attest(t.Context(), training.Attempt{Member: officer, Key: "privacy", Shown: r.shown("privacy", "de"), Auth: "test"})
	check(t, err)
	rem := newReminding(
		r, olga,
		training.Addressee{Staff: models.Staff{ID: "s2", Name: "Nobody's address", Roles: officer.Roles}},
		training.Addressee{Staff: models.Staff{ID: "s3", Roles: []string{auth.RoleAdmin}}, Email: "unbound@example.test"},
	)
	var days []string
	for day := range 500 {
		other := rem.server(r.Data) // another one each day, beside the first
		for _, m := range rem.round() {
			days = append(days, fmt.Sprint(day, strings.Fields(m.Subject)[1]))
			text := strings.Join(strings.Fields(m.Text), " ")
			if m.To != olga.Email || !strings.HasPrefix(m.Subject, "de ") || !strings.Contains(text, "Datenschutz: de training.") || !strings.Contains(text, "https://example.test/staff/training") {
				t.Errorf("to %s: %s: %s", m.To, m.Subject, text)
			}
		}
		check(t, other.Once(t.Context()))
		check(t, rem.box.Deliver(t.Context()))
		r.Pass(24 * time.Hour)
	}
	if got, want := strings.Join(days, ", "), "335mail.training.due.subject, 358mail.training.due.subject, 365mail.training.withheld.subject"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if n := len(rem.sent.Last()); n != len(days) {
		t.Errorf("%d mails, though %d were to be sent: other servers repeat them", n, len(days))
	}
}

// All that is new of one member goes out in one mail, and what the outbox holds of it names nobody.
func TestOneMailTellsAllAndTheOutboxNamesNobody(t *testing.T) {
	r := newRig(t)
	check(t, errors.Join(r.Publish(t.Context(), r.policy(1)), r.Publish(t.Context(), r.test())))
	rem := newReminding(r, olga)
	check(t, rem.Once(t.Context()))
	waiting := must[[]store.Mail](t)(r.Data.DueMails(t.Context(), r.Time(), 9))
	if len(waiting) != 1 || waiting[0].Subject != officer.ID || waiting[0].Locale != "fr" {
		t.Fatalf("the outbox has %+v", waiting)
	}
	for _, of := range []string{officer.Name, olga.Email, "Privacy", "course"} {
		if strings.Contains(fmt.Sprintf("%+v", waiting), of) {
			t.Errorf("the outbox holds %q", of)
		}
	}
	check(t, rem.box.Deliver(t.Context()))
	text := rem.sent.Last()[0].Text
	missing, due := strings.Index(text, "Course: fr training.missing.never"), strings.LastIndex(text, "Privacy: fr training.due.never")
	if !strings.Contains(text, "mail.training.withheld.text") || !strings.Contains(text, "mail.training.also") || missing < 0 || due < missing {
		t.Error(text)
	}
}

// What was done, or who has left, before the mail was sent is written to nobody.
func TestNothingIsSentOfWhatIsOver(t *testing.T) {
	for name, over := range map[string]func(rem *reminding){
		"done":       func(rem *reminding) { rem.rig.acknowledge("privacy") },
		"left":       func(rem *reminding) { rem.members = nil },
		"no address": func(rem *reminding) { rem.members = []training.Addressee{{Staff: officer}} },
		"another role": func(rem *reminding) {
			rem.members = []training.Addressee{{Staff: models.Staff{ID: officer.ID, Roles: []string{auth.RoleAuditor}}, Email: olga.Email}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			check(t, r.Publish(t.Context(), r.policy(1)))
			rem := newReminding(r, olga)
			check(t, rem.Once(t.Context()))
			over(rem)
			check(t, rem.box.Deliver(t.Context()))
			if sent := rem.sent.Last(); len(sent) != 0 {
				t.Errorf("%+v", sent)
			}
			if left := must[[]store.Mail](t)(r.Data.DueMails(t.Context(), r.Time(), 9)); len(left) != 0 {
				t.Errorf("it waits: %+v", left)
			}
		})
	}
}

// Servers that remind at one moment, as they may when a lease goes from one to the next, put the same mail.
func TestServersThatRemindAtOnceSendOneMail(t *testing.T) {
	r := newRig(t)
	check(t, r.Publish(t.Context(), r.policy(1)))
	rem := newReminding(r, olga)
	var g errgroup.Group
	for range 8 {
		server := rem.server(r.Data)
		g.Go(func() error { return server.Once(t.Context()) })
	}
	check(t, g.Wait())
	check(t, rem.box.Deliver(t.Context()))
	if sent := rem.sent.Last(); len(sent) != 1 {
		t.Errorf("%d mails", len(sent))
	}
}

// forgetful cannot mark.
type forgetful struct{ store.Attestations }

func (forgetful) MarkReminder(context.Context, string, time.Time) error { return errAway }

// A server that dies between putting a mail and marking it leaves one mail, and not none or two.
func TestACrashWhileRemindingLeavesOneMail(t *testing.T) {
	r := newRig(t)
	check(t, r.Publish(t.Context(), r.policy(1)))
	rem := newReminding(r, olga)
	if err := rem.server(forgetful{r.Data}).Once(t.Context()); !errors.Is(err, errAway) {
		t.Fatalf("marked though the store is away: %v", err)
	}
	if sent := rem.round(); len(sent) != 1 {
		t.Errorf("%d mails", len(sent))
	}
	if sent := rem.round(); len(sent) != 0 {
		t.Errorf("%d mails more", len(sent))
	}
}
