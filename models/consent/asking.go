package consent

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// optOutRest is how long nobody is asked again who has opted out of a sale or sharing (Cal. Civ. Code 1798.135(c)(4);
// A4), in years.
const optOutRest = 1

// Why is why somebody is asked anew.
type Why string

// The reasons. That somebody said no is none.
const (
	NotAsked    Why = ""
	TextChanged Why = "changed" // their consent stands until they decide, or until ExpiresAt
	TextEnded   Why = "ended"   // a later version of the text has ended their consent
	RanOut      Why = "ran_out" // their consent has run out
)

// Asking says why somebody who consented is asked anew, about which version of the text they saw, and which is in force.
type Asking struct {
	Why Why
	// Had is the version that they consented to, Now the one in force.
	Had models.NoticeRef
	Now models.NoticeRef
}

// asking says whether a customer is to be asked anew about a purpose. Only who has consented is: a refusal is not asked
// again, nor is a consent without effect, because all use of the data is restricted or the purpose that it depends on is
// not allowed; and who has opted out of a sale is left in peace for a year, even if they have said yes in between.
func (s *Service) asking(ctx context.Context, w *where, ps *PurposeState, standing models.Standing, language string) (Asking, error) {
	why := w.why(ps.Purpose, ps.Choice)
	if _, all := Denied(standing.Choices); all || ps.HeldBack || why == NotAsked {
		return Asking{}, nil
	}
	current, err := s.cfg.Notices.Current(w.m.NoticeFor(ps.Purpose))
	if err != nil {
		return Asking{}, fmt.Errorf("the notice of %s: %w", ps.Purpose.Key, err)
	}
	if ps.Purpose.SaleOrSharing {
		rest, err := s.optedOutSince(ctx, standing.Customer, ps.Choice, w.now.AddDate(-optOutRest, 0, 0))
		if err != nil || rest {
			return Asking{}, err
		}
	}
	return Asking{Why: why, Had: ps.Choice.Notice, Now: current.Ref(language)}, nil
}

// why says why a choice would have to be made anew.
func (w *where) why(p *datamap.Purpose, c models.Choice) Why {
	if p.Basis != datamap.Consent || !c.Granted() {
		return NotAsked
	}
	switch state, _ := w.granted(p, c); state {
	case models.Invalidated:
		return TextEnded
	case models.Expired:
		return RanOut
	}
	if from := w.notices.AsksFrom(c.Notice.Key, c.Notice.Version); !from.IsZero() && !w.now.Before(from) {
		return TextChanged
	}
	if c.Notice.Key != w.m.NoticeFor(p) { // the purpose has been given another text
		return TextChanged
	}
	return NotAsked
}

// optedOutSince says whether a customer has said no to a purpose since a time, going back through what the log says of it.
func (s *Service) optedOutSince(ctx context.Context, customer string, c models.Choice, since time.Time) (bool, error) {
	for seq := c.Last(); ; {
		r, err := s.cfg.Log.EntryOf(ctx, customer, seq)
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("look for an opt-out: %w", err)
		}
		switch {
		case r.Time.Before(since): // and so did all that it tells of, and all before it
			return false, nil
		case r.Detail.Kind == ledger.ConsentRefused, r.Detail.Kind == ledger.ConsentWithdrawn, r.Detail.Kind == ledger.ObjectionRaised:
			if r.Detail.OccurredAt.IsZero() || !r.Detail.OccurredAt.Before(since) {
				return true, nil
			}
		}
		if r.Detail.Supersedes == nil || *r.Detail.Supersedes >= seq {
			return false, nil
		}
		seq = *r.Detail.Supersedes
	}
}

// Ask records that a customer was asked anew, once for each purpose and version: they were shown a page that says so. It
// changes no state.
func (s *Service) Ask(ctx context.Context, customer string, states []PurposeState) error {
	for _, ps := range states {
		if ps.Asked.Why == NotAsked || ps.Choice.Asked >= ps.Asked.Now.Version {
			continue
		}
		if err := s.ask(ctx, customer, ps); err != nil {
			return fmt.Errorf("record that a customer was asked anew: %w", err)
		}
	}
	return nil
}

func (s *Service) ask(ctx context.Context, customer string, ps PurposeState) error {
	now, key := ps.Asked.Now, ps.Purpose.Key
	_, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: customer, Known: true,
		Propose: func(at sequencer.Position) (ledger.Detail, error) {
			standing := at.Standing.Choices.Of(key)
			if standing.Seq != ps.Choice.Seq || standing.Asked >= now.Version { // they have decided meanwhile, or been asked
				return ledger.Detail{}, sequencer.Unchanged{Seq: standing.Last()}
			}
			last := standing.Last()
			return ledger.Detail{
				Kind: ledger.RenewalAsked, ID: ledger.DerivedEventID(ledger.RenewalAsked, customer, key, now.Key, strconv.Itoa(now.Version), strconv.FormatUint(standing.Seq, 10)),
				Actor: ledger.Actor{Type: ledger.ActorSystem}, Purpose: key, State: string(ps.State),
				Notice: (*ledger.NoticeRef)(&now), Channel: ledger.ChannelWeb, Supersedes: &last,
			}, nil
		},
	})
	return err
}
