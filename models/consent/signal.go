package consent

import (
	"context"
	"fmt"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
)

// Signal is a browser's opt-out preference signal (Global Privacy Control, "Sec-GPC: 1"): a no to every purpose that the
// data map marks as sale or sharing (11 CCR 7025; A3).
type Signal struct {
	Customer string
	// OccurredAt is when the operator's own site saw it; zero if it is seen here and now.
	OccurredAt time.Time
	Actor      ledger.Actor
	Auth       string
}

// SignalOutcome is what a signal led to for one purpose.
type SignalOutcome struct {
	Purpose *datamap.Purpose
	Outcome
}

// OptOut records a signal, purpose by purpose, in the data map's order: as a withdrawal, a refusal or an objection. It is
// recorded once for a customer and purpose, whatever stands then, and not again with each request. A yes that is given
// after it is given in spite of it, by somebody who was shown that it had been heeded, and stands (7025(c)).
func (s *Service) OptOut(ctx context.Context, g Signal) ([]SignalOutcome, error) {
	known, err := s.exists(ctx, g.Customer)
	if err != nil {
		return nil, fmt.Errorf("opt out: %w", err)
	}
	if !known {
		return nil, models.ErrUnknownCustomer
	}
	g.OccurredAt = g.OccurredAt.UTC().Truncate(time.Millisecond)
	if g.OccurredAt.After(s.cfg.Clock()) {
		return nil, models.Fail(models.Invalid, "in_the_future").In("occurred_at")
	}
	w := where{m: s.cfg.Map.In(ctx), notices: s.cfg.Notices, now: s.cfg.Clock()}
	if w.jurisdiction, err = s.jurisdiction(ctx, w.m, g.Customer); err != nil {
		return nil, err
	}
	out := []SignalOutcome{}
	for _, p := range w.m.Sold() {
		t := Told{
			Customer: g.Customer, Purpose: p.Key, Action: Withdraw, Channel: ledger.ChannelGPC, OccurredAt: g.OccurredAt,
			Actor: g.Actor, Auth: g.Auth,
		}
		if p.Basis == datamap.LegitimateInterests {
			t.Action = Object
		}
		o, err := s.tell(ctx, t, w, p)
		if err != nil {
			return nil, err
		}
		out = append(out, SignalOutcome{p, o})
	}
	return out, nil
}

// Heard says of every purpose that a signal is about whether one has been recorded. The cost is that of a decision.
func (s *Service) Heard(ctx context.Context, customer string) (all bool, err error) {
	standing, err := s.cfg.Log.Standing(ctx, customer)
	if err != nil {
		return false, fmt.Errorf("opt out: %w", err)
	}
	for _, p := range s.cfg.Map.In(ctx).Sold() {
		if !standing.Choices.Of(p.Key).Signal {
			return false, nil
		}
	}
	return true, nil
}
