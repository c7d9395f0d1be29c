package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"candor/models"
	"candor/models/billing"
	"candor/models/keys"
	"candor/models/store"
)

// Ticket is what the number of a ticket looks like where the operator has said nothing else: CARE-20417.
const Ticket = `[A-Z][A-Z0-9]{1,9}-[0-9]{1,9}`

// The kinds of reason.
const (
	ReasonTicket = "ticket"
	ReasonText   = "text"
)

// Bounds of a reason in words, in characters; and how many words a sentence has at least.
const (
	minReason = 15
	minWords  = 3
	maxReason = 500
	maxTicket = 64
)

// Reason is why somebody looks. The customer reads its words as they are.
type Reason struct {
	Kind  string `json:"kind"`
	Words string `json:"words"`
}

// checked is the reason as it is kept, or what is wrong with it.
func (s *Service) checked(r Reason) (Reason, error) {
	r.Words = strings.TrimSpace(r.Words)
	if !utf8.ValidString(r.Words) {
		return r, models.Fail(models.Malformed, "bad_utf8")
	}
	if strings.ContainsFunc(r.Words, unicode.IsControl) { // one line, so that it is read as one sentence
		r.Words = strings.Join(strings.Fields(r.Words), " ")
	}
	n := utf8.RuneCountInString(r.Words)
	switch {
	case strings.ContainsFunc(r.Words, unicode.IsControl):
		return r, models.Fail(models.Invalid, "control_character").In("reason")
	case r.Words == "":
		return r, models.Fail(models.Invalid, "reason_missing").In("reason")
	case r.Kind == ReasonTicket && (n > maxTicket || !s.cfg.Ticket.MatchString(r.Words)):
		return r, models.Fail(models.Invalid, "bad_ticket").In("reason")
	case r.Kind == ReasonTicket:
		return r, nil
	case r.Kind != ReasonText:
		return r, models.Fail(models.Invalid, "unknown_reason_kind").In("kind")
	case n < minReason || len(strings.Fields(r.Words)) < minWords:
		return r, models.Fail(models.Invalid, "reason_too_short").In("reason")
	case n > maxReason:
		return r, models.Fail(models.Invalid, "too_long", "max", maxReason).In("reason")
	case billing.HoldsCardNumber(r.Words):
		return r, models.Fail(models.Invalid, "card_data").In("reason")
	}
	return r, nil
}

// associated binds a sealed reason to its look-up.
func associated(id string) []byte { return append([]byte("look-up\x00"), id...) }

func (s *Service) seal(ctx context.Context, l *LookUp) error {
	raw, err := json.Marshal(l.Reason)
	if err != nil {
		return fmt.Errorf("seal a reason: %w", err)
	}
	l.Sealed, err = s.cfg.Ring.Seal(ctx, keys.LookUps(l.Customer), raw, associated(l.ID))
	return models.Wrap("seal a reason", err)
}

// read opens a look-up as it is stored.
func (s *Service) read(ctx context.Context, stored store.LookUp) (LookUp, error) {
	l := LookUp{LookUp: stored}
	raw, err := s.cfg.Ring.Open(ctx, keys.LookUps(stored.Customer), stored.Sealed, associated(stored.ID))
	if errors.Is(err, keys.ErrDestroyed) {
		l.Unreadable = true
		return l, nil
	}
	if err != nil {
		return l, models.Wrap("open a reason", err)
	}
	if err := json.Unmarshal(raw, &l.Reason); err != nil {
		return l, fmt.Errorf("open a reason: %w", err)
	}
	return l, nil
}
