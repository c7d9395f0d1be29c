package request

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"candor/models"
	"candor/models/billing"
	"candor/models/ledger"
	"candor/models/store"
)

// Bounds of what people write, in characters.
const (
	maxText  = 4000
	maxValue = 1000
)

// The grounds on which a restriction may be asked for, GDPR Art. 18(1)(a) to (d).
const (
	GroundInaccurate = "inaccurate" // the data is wrong, and that is being checked
	GroundUnlawful   = "unlawful"   // the use is unlawful, and it shall not be erased
	GroundClaims     = "claims"     // it is no longer needed, but by the person, for legal claims
	GroundObjected   = "objected"   // an objection is being weighed
)

// RestrictionGrounds lists them in the law's order.
func RestrictionGrounds() []string {
	return []string{GroundInaccurate, GroundUnlawful, GroundClaims, GroundObjected}
}

// Question is a request as somebody makes it.
type Question struct {
	Customer string
	Kind     Kind
	Asked
	Actor   ledger.Actor
	Channel string
	Auth    string
	// OccurredAt is when the customer asked; zero is now. The deadline counts from it.
	OccurredAt time.Time
}

// Ask opens a request; it is in the log when Ask returns. The same thing asked again while it is open gives the request
// that is there, and fresh is false. Errors are Invalid and name the field, models.ErrUnknownCustomer, ErrTooMany or
// ErrNotRestricted.
func (s *Service) Ask(ctx context.Context, q Question) (r Request, fresh bool, err error) {
	ctx = s.cfg.Map.Pin(ctx)
	customer, err := s.cfg.Customers.Customer(ctx, q.Customer)
	if err != nil {
		return Request{}, false, fmt.Errorf("ask: %w", notFound(err, models.ErrUnknownCustomer))
	}
	if err := s.checkQuestion(ctx, &q); err != nil {
		return Request{}, false, err
	}
	now := s.now()
	received := now
	if !q.OccurredAt.IsZero() {
		received = q.OccurredAt.UTC().Truncate(time.Millisecond)
	}
	if err := s.checkRestricted(ctx, q); err != nil {
		return Request{}, false, err
	}
	jurisdiction := customer.Jurisdiction
	if jurisdiction == "" {
		jurisdiction = s.cfg.Map.In(ctx).Operator.Jurisdiction
	}
	asked, err := json.Marshal(q.Asked)
	if err != nil {
		return Request{}, false, fmt.Errorf("ask: %w", err)
	}
	earlier, err := s.earlier(ctx, q, string(asked))
	if err != nil {
		return Request{}, false, err
	}
	r = Request{
		Request: store.Request{
			ID: s.newID(q.Customer, q.Kind, asked, earlier), Customer: q.Customer, Kind: string(q.Kind), Channel: q.Channel,
			Jurisdiction: jurisdiction, ReceivedAt: received, DueAt: RuleFor(jurisdiction).Due(received, s.zone(received)),
			WakeAt: now.Add(patience), Revision: 1,
		},
		Asked: q.Asked,
		Steps: []Step{{Kind: ledger.RequestOpened, Actor: q.Actor, Channel: q.Channel, Auth: q.Auth}},
	}
	if !q.OccurredAt.IsZero() {
		r.Steps[0].OccurredAt = received
	}
	if r.Sealed, err = s.seal(ctx, &r); err != nil {
		return Request{}, false, err
	}
	err = s.cfg.Requests.CreateRequest(ctx, r.Request)
	if err != nil && !errors.Is(err, store.ErrExists) {
		return Request{}, false, fmt.Errorf("ask: %w", err)
	}
	fresh = err == nil
	r, err = s.carryOn(ctx, r.ID)
	return r, fresh, err
}

// earlier counts requests that asked the same and are over, and refuses if there is too much to do already. What is
// asked again while it is open is never too much.
func (s *Service) earlier(ctx context.Context, q Question, asked string) (same int, err error) {
	theirs, err := s.cfg.Requests.RequestsOf(ctx, q.Customer)
	if err != nil {
		return 0, fmt.Errorf("ask: %w", err)
	}
	open, running := 0, false
	for _, stored := range theirs {
		if stored.ClosedAt.IsZero() {
			open++
		}
		if stored.Kind != string(q.Kind) {
			continue
		}
		r, err := s.read(ctx, stored)
		if err != nil {
			return 0, err
		}
		there, err := json.Marshal(r.Asked)
		if err != nil {
			return 0, fmt.Errorf("ask: %w", err)
		}
		switch {
		case string(there) != asked:
		case stored.ClosedAt.IsZero():
			running = true
		default:
			same++
		}
	}
	if open >= maxOpen && !running {
		return 0, ErrTooMany
	}
	return same, nil
}

// checkQuestion refuses what cannot be asked, and leaves of the rest what belongs to its kind.
func (s *Service) checkQuestion(ctx context.Context, q *Question) error {
	if !slices.Contains(Kinds(), q.Kind) {
		return models.Fail(models.Invalid, "unknown_request_kind").In("kind")
	}
	if q.OccurredAt.After(s.cfg.Clock()) {
		return models.Fail(models.Invalid, "in_the_future", "field", "occurred_at").In("occurred_at")
	}
	if !q.OccurredAt.IsZero() && q.OccurredAt.Year() < 1900 {
		return models.Fail(models.Invalid, "time_out_of_range").In("occurred_at")
	}
	if err := checkWords("text", q.Text, maxText); err != nil {
		return err
	}
	a := q.Asked
	q.Asked = Asked{Text: strings.TrimSpace(a.Text)}
	switch q.Kind {
	case Rectification:
		q.Category, q.Record, q.Field, q.Value = a.Category, a.Record, a.Field, strings.TrimSpace(a.Value)
		return s.checkRectification(ctx, q.Asked)
	case Erasure:
		return s.checkErasure(ctx, q, a.Categories)
	case Restriction:
		q.Ground = a.Ground
		if !slices.Contains(RestrictionGrounds(), a.Ground) {
			return models.Fail(models.Invalid, "unknown_ground").In("ground")
		}
	case Release:
	}
	return nil
}

func (s *Service) checkRectification(ctx context.Context, a Asked) error {
	if a.Category == "" {
		return models.Fail(models.Invalid, "required").In("category")
	}
	category, ok := s.cfg.Map.In(ctx).Category(a.Category)
	if !ok {
		return models.Fail(models.Invalid, "undeclared_category").In("category")
	}
	field, ok := category.Field(a.Field)
	if !ok {
		return models.Fail(models.Invalid, "undeclared_field").In("field")
	}
	if utf8.RuneCountInString(a.Record) > 128 {
		return models.Fail(models.Invalid, "too_long", "max", 128).In("record")
	}
	if err := checkPlain("record", a.Record); err != nil {
		return err
	}
	if a.Value == "" {
		return models.Fail(models.Invalid, "required").In("value")
	}
	if field.LongNumber { // it may look like a card's number
		if utf8.RuneCountInString(a.Value) > maxValue {
			return models.Fail(models.Invalid, "too_long", "max", maxValue).In("value")
		}
		return checkPlain("value", a.Value)
	}
	return checkWords("value", a.Value, maxValue)
}

// checkErasure keeps categories in the map's order, each once; all of them are none.
func (s *Service) checkErasure(ctx context.Context, q *Question, categories []string) error {
	m := s.cfg.Map.In(ctx)
	for _, key := range categories {
		if _, ok := m.Category(key); !ok {
			return models.Fail(models.Invalid, "undeclared_category").In("categories")
		}
	}
	for i := range m.Categories {
		if key := m.Categories[i].Key; slices.Contains(categories, key) {
			q.Categories = append(q.Categories, key)
		}
	}
	if len(q.Categories) == len(m.Categories) {
		q.Categories = nil
	}
	return nil
}

// checkWords refuses what people may not write: too much, or a payment card's number.
func checkWords(field, text string, limit int) error {
	if utf8.RuneCountInString(text) > limit {
		return models.Fail(models.Invalid, "too_long", "max", limit).In(field)
	}
	if billing.HoldsCardNumber(text) {
		return models.Fail(models.Invalid, "card_data").In(field)
	}
	return checkPlain(field, text)
}

func checkPlain(field, text string) error {
	if !utf8.ValidString(text) {
		return models.Fail(models.Malformed, "bad_utf8")
	}
	if strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' }) {
		return models.Fail(models.Invalid, "control_character").In(field)
	}
	return nil
}

// checkRestricted refuses to end what is not there.
func (s *Service) checkRestricted(ctx context.Context, q Question) error {
	if q.Kind != Release {
		return nil
	}
	standing, err := s.cfg.Log.Newest(ctx, q.Customer)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	if standing.Choices.Of(models.Everything).State != models.Restricted {
		return ErrNotRestricted
	}
	return nil
}
