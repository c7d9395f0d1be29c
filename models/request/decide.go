package request

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
)

// The grounds of a refusal, whole or in part.
const (
	GroundLegalObligation = "legal_obligation" // Art. 17(3)(b)
	GroundContract        = "contract"         // it is still needed for what it was collected for: Art. 17(1)(a)
	GroundLegalClaims     = "legal_claims"     // Art. 17(3)(e)
	GroundAccurate        = "accurate"         // what is held is right: Art. 16
	GroundNotGiven        = "not_given"        // none of the grounds of Art. 17(1) or 18(1) is there
	GroundIdentity        = "identity"         // it could not be made sure who asks: Art. 12(6)
	GroundUnfounded       = "unfounded"        // manifestly unfounded or excessive: Art. 12(5)(b)
)

// RefusalGrounds lists those that a kind of request may be refused on.
func RefusalGrounds(k Kind) []string {
	switch k {
	case Rectification:
		return []string{GroundAccurate, GroundIdentity, GroundUnfounded}
	case Erasure:
		return []string{GroundLegalObligation, GroundContract, GroundLegalClaims, GroundNotGiven, GroundIdentity, GroundUnfounded}
	case Restriction, Release:
		return []string{GroundNotGiven, GroundIdentity, GroundUnfounded}
	}
	return nil
}

// By is who decides.
type By struct {
	Actor ledger.Actor
	Role  string // in which a member of staff does
	Auth  string
}

func (b By) step(kind, text string) Step {
	return Step{Kind: kind, Actor: b.Actor, Role: b.Role, Auth: b.Auth, Channel: "web", Text: strings.TrimSpace(text)}
}

// Acceptance is how a request is granted.
type Acceptance struct {
	// Text is said to the customer; it may be empty.
	Text string
	// Erase names categories that the plan would keep for the contract, and that are not needed any more.
	Erase []string
	// Apply corrects what is held here at once.
	Apply bool
	// Starts is the day on which a release takes effect, at its first moment in the operator's zone: tomorrow or later,
	// because the customer is told before (Art. 18(3)). The zero time is tomorrow.
	Starts time.Time
}

// Extend sets the deadline two months, or as the jurisdiction says, further: once, within the first deadline, and with
// the reasons, which the customer is told (Art. 12(3)).
func (s *Service) Extend(ctx context.Context, id string, by By, reasons string) (Request, error) {
	return s.act(ctx, id, func(r *Request) (Step, error) {
		step := by.step(ledger.RequestExtended, reasons)
		_, extended := r.Step(ledger.RequestExtended)
		switch {
		case !r.ClosedAt.IsZero():
			return step, ErrDecided
		case extended:
			return step, ErrExtended
		case s.now().After(r.DueAt):
			return step, ErrTooLate
		case step.Text == "":
			return step, models.Fail(models.Invalid, "required").In("text")
		}
		step.Due = RuleFor(r.Jurisdiction).Extended(r.ReceivedAt, s.zone(r.ReceivedAt))
		return step, checkWords("text", step.Text, maxText)
	})
}

// Refuse answers no, with at least one ground. The customer is told where to complain by every page that shows it.
func (s *Service) Refuse(ctx context.Context, id string, by By, grounds []string, text string) (Request, error) {
	return s.act(ctx, id, func(r *Request) (Step, error) {
		step := by.step(ledger.RequestRefused, text)
		if r.State != Open {
			return step, ErrDecided
		}
		for _, ground := range RefusalGrounds(Kind(r.Kind)) {
			if slices.Contains(grounds, ground) {
				step.Grounds = append(step.Grounds, ground)
			}
		}
		if len(step.Grounds) == 0 {
			return step, models.Fail(models.Invalid, "required").In("ground")
		}
		if Kind(r.Kind) == Erasure {
			plan, err := s.Plan(ctx, *r)
			if err != nil {
				return step, err
			}
			step.Plan = refused(plan, step.Grounds[0])
		}
		return step, checkWords("text", step.Text, maxText)
	})
}

// Accept grants a request: every connected system is asked to do its part, and what is held here follows.
func (s *Service) Accept(ctx context.Context, id string, by By, a Acceptance) (Request, error) {
	return s.act(ctx, id, func(r *Request) (Step, error) {
		step := by.step(ledger.RequestAccepted, a.Text)
		if r.State != Open {
			return step, ErrDecided
		}
		if err := checkWords("text", step.Text, maxText); err != nil {
			return step, err
		}
		switch Kind(r.Kind) {
		case Erasure:
			plan, err := s.planFor(ctx, *r, a.Erase)
			step.Plan = plan
			return step, err
		case Rectification:
			if !a.Apply {
				break
			}
			record, err := s.corrected(ctx, *r, "")
			if err != nil {
				return step, err
			}
			step.Corrects = record.ID
			return step, models.Wrap("correct a record", s.cfg.Records.CheckRecord(record))
		case Release:
			starts, err := s.starts(a.Starts)
			step.Starts = starts
			return step, err
		case Restriction:
		}
		return step, nil
	})
}

// starts is the first moment of the day on which a restriction ends.
func (s *Service) starts(day time.Time) (time.Time, error) {
	now := s.now()
	zone := s.zone(now)
	tomorrow := startOf(now.In(zone).AddDate(0, 0, 1), zone)
	if day.IsZero() {
		return tomorrow, nil
	}
	day = startOf(day, zone)
	if day.Before(tomorrow) {
		return day, models.Fail(models.Invalid, "release_too_early").In("starts")
	}
	return day, nil
}

// Answer ends a request that was accepted, though a system may not have confirmed: what it leaves open is shown.
func (s *Service) Answer(ctx context.Context, id string, by By, text string) (Request, error) {
	return s.act(ctx, id, func(r *Request) (Step, error) {
		step := by.step(ledger.RequestAnswered, text)
		_, asked := r.Step(Kind(r.Kind).task())
		switch {
		case !r.ClosedAt.IsZero():
			return step, ErrDecided
		case !asked:
			return step, ErrNotAccepted
		}
		return step, checkWords("text", step.Text, maxText)
	})
}

// act writes a step down and carries on from there. What another has decided meanwhile is judged again.
func (s *Service) act(ctx context.Context, id string, decide func(*Request) (Step, error)) (Request, error) {
	for range tries {
		r, err := s.carryOn(ctx, id) // what somebody else has begun comes first
		if err != nil {
			return r, err
		}
		if r.Unreadable {
			return r, models.Fail(models.Gone, "key_destroyed")
		}
		step, err := decide(&r)
		if err != nil {
			return r, err
		}
		r.Steps = append(r.Steps, step)
		r.WakeAt = s.now().Add(patience)
		err = s.save(ctx, &r)
		if errors.Is(err, store.ErrTaken) {
			continue
		}
		if err != nil {
			return r, fmt.Errorf("decide: %w", err)
		}
		return s.carryOn(ctx, id)
	}
	return Request{}, models.Fail(models.Unavailable, "store_unavailable")
}

// corrected is a record as a rectification has it: the one with that id, or the one that it is about if id is empty.
func (s *Service) corrected(ctx context.Context, r Request, id string) (models.Record, error) {
	if id == "" {
		var err error
		if id, err = s.recordOf(ctx, r); err != nil {
			return models.Record{}, err
		}
	}
	record, err := s.cfg.Records.Record(ctx, r.Customer, r.Asked.Category, id)
	if err != nil {
		return record, fmt.Errorf("correct a record: %w", err)
	}
	record.Fields[r.Asked.Field] = r.Asked.Value
	return record, nil
}

// rectify corrects what is held here, now that the log has the decision. What was deleted meanwhile, or cannot be written so
// any more, is left as it is: the systems are asked all the same.
func (s *Service) rectify(ctx context.Context, r Request, id string) error {
	record, err := s.corrected(ctx, r, id)
	if err == nil {
		err = s.cfg.Records.PutRecord(ctx, record)
	}
	switch models.KindOf(err) {
	case models.NotFound, models.Invalid, models.Gone:
		s.cfg.Logger.Warn("a record could not be corrected as decided", "request", r.ID, "error", err)
		return nil
	}
	return models.Wrap("correct a record", err)
}

// recordOf is the record that a rectification is about: the one that it names, or the only one there is.
func (s *Service) recordOf(ctx context.Context, r Request) (string, error) {
	if r.Asked.Record != "" {
		return r.Asked.Record, nil
	}
	found, err := s.cfg.Tallies.PageRecords(ctx, store.RecordQuery{Customer: r.Customer, Category: r.Asked.Category, Limit: 2})
	if err != nil {
		return "", fmt.Errorf("correct a record: %w", err)
	}
	if len(found) != 1 {
		return "", models.Fail(models.Invalid, "which_record").In("record")
	}
	return found[0].ID, nil
}
