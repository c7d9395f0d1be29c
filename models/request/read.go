package request

import (
	"context"
	"fmt"
	"time"

	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// Request gives one with all that is known of it, or ErrUnknown.
func (s *Service) Request(ctx context.Context, id string) (Request, error) {
	r, err := s.load(ctx, id)
	if err != nil {
		return r, err
	}
	if r.State == "" { // the log does not have it
		return Request{}, ErrUnknown
	}
	return told(r), nil
}

// RequestOf gives one of a customer's; another's is ErrUnknown.
func (s *Service) RequestOf(ctx context.Context, customer, id string) (Request, error) {
	r, err := s.Request(ctx, id)
	if err == nil && r.Customer != customer {
		return Request{}, ErrUnknown
	}
	return r, err
}

// RequestsOf lists a customer's with all that is known of them, the last received first.
func (s *Service) RequestsOf(ctx context.Context, customer string) ([]Request, error) {
	stored, err := s.cfg.Requests.RequestsOf(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return s.all(ctx, stored)
}

// Page lists requests of all customers, without what they say: those that are open, the most urgent first, or those that
// are over, the latest first.
func (s *Service) Page(ctx context.Context, q store.RequestQuery) ([]Request, error) {
	stored, err := s.cfg.Requests.PageRequests(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	listed, err := s.all(ctx, stored)
	for i := range listed {
		listed[i].Asked = Asked{}
		for n := range listed[i].Steps {
			listed[i].Steps[n].Text = ""
		}
		for n := range listed[i].Tasks {
			listed[i].Tasks[n].Said.Note = ""
		}
	}
	return listed, err
}

func (s *Service) all(ctx context.Context, stored []store.Request) ([]Request, error) {
	out := make([]Request, 0, len(stored))
	for _, one := range stored {
		if one.State == "" {
			continue
		}
		r, err := s.fill(ctx, one)
		if err != nil {
			return nil, err
		}
		out = append(out, told(r))
	}
	return out, nil
}

// Open reads a request for a member of staff, with what it says. That they looked is in the customer's log before they
// see anything, once for each of their sessions.
func (s *Service) Open(ctx context.Context, id string, by By, session string) (Request, error) {
	r, err := s.Request(ctx, id)
	if err != nil {
		return r, err
	}
	opened := r.Entry()
	_, err = s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: r.Customer,
		Propose: func(sequencer.Position) (ledger.Detail, error) {
			return ledger.Detail{
				Kind: ledger.AccessViewed, ID: ledger.DerivedEventID(ledger.AccessViewed, id, session), Actor: by.Actor,
				Channel: "web", Auth: by.Auth, Supersedes: &opened, Role: by.Role, Reason: "request " + id,
				About: &ledger.About{Type: "request", Key: id},
			}, nil
		},
	})
	if err != nil {
		return Request{}, fmt.Errorf("note who looked: %w", err)
	}
	return r, nil
}

// Entry is the entry of the log that opened it.
func (r *Request) Entry() uint64 {
	if len(r.Steps) == 0 {
		return 0
	}
	return r.Steps[0].Entry
}

// Counts says how much there is to do now.
func (s *Service) Counts(ctx context.Context) (store.RequestCounts, error) {
	counts, err := s.cfg.Requests.CountRequests(ctx, s.now())
	if err != nil {
		return counts, fmt.Errorf("count requests: %w", err)
	}
	return counts, nil
}

// Rule is that of a request's jurisdiction, and until when its receipt must be confirmed; zero if it need not be.
func (s *Service) Rule(r Request) (rule Rule, confirmBy time.Time) {
	rule = RuleFor(r.Jurisdiction)
	return rule, rule.ConfirmBy(r.ReceivedAt, s.zone(r.ReceivedAt))
}
