package billing

import (
	"context"
	"errors"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/store"
)

// Sealer seals under the keys of a customer's categories: *keys.Ring.
type Sealer interface {
	// Ensure makes the keys that are missing, in one durable write.
	Ensure(ctx context.Context, scopes ...store.Scope) error
	Seal(ctx context.Context, scope store.Scope, plaintext, aad []byte) ([]byte, error)
	Open(ctx context.Context, scope store.Scope, sealed, aad []byte) ([]byte, error)
}

// Config is what a Service needs; all of it is required but Emails.
type Config struct {
	Map       *datamap.Holder
	Customers store.Customers
	Records   store.Records
	Ring      Sealer
	// Emails is kept up to date with the profiles; nil if nobody signs in by their address.
	Emails *Emails
	Clock  func() time.Time
}

// Service keeps what is held about customers. It is safe for concurrent use.
type Service struct {
	maps      *datamap.Holder
	customers store.Customers
	records   store.Records
	ring      Sealer
	emails    *Emails
	clock     func() time.Time
}

// New makes a Service.
func New(c Config) *Service {
	return &Service{maps: c.Map, customers: c.Customers, records: c.Records, ring: c.Ring, emails: c.Emails, clock: c.Clock}
}

// rules are what a data map lets in: one map from the first check of a thing to the last.
type rules struct{ declared *datamap.Map }

// rules are those in force now.
func (s *Service) rules() rules { return rules{s.maps.Current()} }

// known fails with models.ErrUnknownCustomer unless the customer is there.
func (s *Service) known(ctx context.Context, customer string) error {
	_, err := s.customers.Customer(ctx, customer)
	if errors.Is(err, store.ErrNotFound) {
		return models.ErrUnknownCustomer
	}
	return models.Wrap("find customer", err)
}
