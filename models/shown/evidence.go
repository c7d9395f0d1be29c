package shown

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"candor/models"
	"candor/models/access"
	"candor/models/billing"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/staffact"
)

// maxReason is the length of a reason, in characters.
const maxReason = 500

// ErrReasonNeeded: what an entry about a person says is personal data, pseudonym or not (GDPR Rec. 26): nobody on the
// staff reads it without saying why.
var ErrReasonNeeded = models.Fail(models.Invalid, "reason_needed", "max", maxReason).In("reason")

// Look is a member of staff's wish to read an entry.
type Look struct {
	Entry uint64
	By    staffact.By
	// Reason is why: a ticket's number or a sentence.
	Reason string
}

// Entry gives an entry that concerns no person. Of one that does it gives ErrReasonNeeded, with its place and time and
// nothing of what it says; keys.ErrDestroyed if nobody can open it, store.ErrNotFound if there is none.
func (s *Service) Entry(ctx context.Context, seq uint64) (sequencer.Result, error) {
	r, err := s.cfg.Log.Entry(ctx, seq)
	if err == nil && r.Entry.Subject != "" {
		return sequencer.Result{Entry: r.Entry, Time: r.Time}, ErrReasonNeeded
	}
	return r, err
}

// Open gives any entry. That somebody reads one about a person is an entry of theirs first, which they see; the same
// person's look at the same entry for the same reason is one within an hour.
func (s *Service) Open(ctx context.Context, l Look) (sequencer.Result, error) {
	r, err := s.cfg.Log.Entry(ctx, l.Entry)
	if err != nil || r.Entry.Subject == "" {
		return r, err
	}
	if l.Reason, err = reason(l.Reason); err != nil {
		return sequencer.Result{Entry: r.Entry, Time: r.Time}, err
	}
	hour := ledger.FormatTime(s.cfg.Clock().UTC().Truncate(time.Hour))
	about := r.Entry.Seq
	_, err = s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: r.Entry.Subject,
		Propose: func(sequencer.Position) (ledger.Detail, error) {
			return ledger.Detail{
				Kind: ledger.AccessViewed, Actor: l.By.Actor(), Auth: l.By.Auth, Role: l.By.Role, Reason: l.Reason,
				ID:    ledger.DerivedEventID(ledger.AccessViewed, "entry", decimal(about), l.By.ID, l.By.Role, l.Reason, hour),
				About: &ledger.About{Type: access.AboutEntry, Key: decimal(about)},
			}, nil
		},
	})
	if err != nil {
		return sequencer.Result{Entry: r.Entry, Time: r.Time}, models.Wrap("record who reads an entry", err)
	}
	return r, nil
}

// reason holds a reason to a short line that is no payment card's number: the customer reads it, and it stays.
func reason(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || utf8.RuneCountInString(text) > maxReason || strings.ContainsFunc(text, unicode.IsControl):
		return "", ErrReasonNeeded
	case billing.HoldsCardNumber(text):
		return "", models.Fail(models.Invalid, "card_data").In("reason")
	}
	return text, nil
}
