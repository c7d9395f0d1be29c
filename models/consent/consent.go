// Package consent owns what a person may decide and what follows from it: the rules of giving,
// withdrawing and objecting, where a person stands on each purpose, what billing systems are told,
// and the receipts that prove it.
package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/store"
)

// What is refused, and why.
var (
	ErrUnknownPurpose = models.Fail(models.NotFound, "unknown_purpose").In("purpose")
	// ErrNotOffered: the purpose's legal basis leaves no such choice.
	ErrNotOffered = models.Fail(models.Invalid, "choice_not_offered").In("choice")
	// ErrUnconfirmed: who has opted out of a sale or sharing opts in again in two steps (11 CCR 7028(a); A4).
	ErrUnconfirmed = models.Fail(models.Conflict, "opt_in_unconfirmed").In("confirmed")
	// ErrNothingToLift: there is no objection.
	ErrNothingToLift = models.Fail(models.Conflict, "nothing_to_lift").In("choice")
)

// Action is what a person does about a purpose.
type Action string

// The actions: two about a consent, two about a legitimate interest.
const (
	Give     Action = "give"
	Withdraw Action = "withdraw"
	Object   Action = "object"
	Lift     Action = "lift"
)

// Shown is what the person was shown when they decided.
type Shown struct {
	Notice models.NoticeRef
	UI     string // version of the page wording around it
	Nonce  string // of the page
}

// Choice is a decision that a person makes.
type Choice struct {
	Customer, Purpose string
	Action            Action
	// Shown is needed to give and to lift. A withdrawal or an objection is never refused for lack of it.
	Shown *Shown
	// Confirmed says that the person was asked once more, and said so again: see ErrUnconfirmed.
	Confirmed bool
	Actor     ledger.Actor
	Channel   string
	Auth      string
}

// Outcome is what a choice led to.
type Outcome struct {
	Entry uint64
	Time  time.Time
	State models.State
	// Changed is false where the entry was there before: what was asked held already.
	Changed bool
}

// Config is what a Service works with.
type Config struct {
	Map       *datamap.Holder
	Log       *sequencer.Sequencer
	Customers store.Customers
	Notices   *notice.Service
	Clock     func() time.Time
	// Remember is how many customers are remembered to exist; 64,000 if zero.
	Remember int
}

// Service is the consent rules over one log.
type Service struct {
	cfg    Config
	known  *lru.Cache[string, struct{}] // customers that exist: none is ever taken away
	counts counts
}

// New makes a Service.
func New(cfg Config) (*Service, error) {
	if cfg.Remember == 0 {
		cfg.Remember = 64_000
	}
	known, err := lru.New[string, struct{}](cfg.Remember)
	if err != nil {
		return nil, fmt.Errorf("consent: %w", err)
	}
	return &Service{cfg: cfg, known: known}, nil
}

// exists says whether there is such a customer.
func (s *Service) exists(ctx context.Context, customer string) (bool, error) {
	if s.known.Contains(customer) {
		return true, nil
	}
	_, err := s.cfg.Customers.Customer(ctx, customer)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look the customer up: %w", err)
	}
	s.known.Add(customer, struct{}{})
	return true, nil
}
