// Package connector owns what connectors to other billing systems have in common: what a connector is, how the newest
// state of a thing of the other system becomes a record here, and how all of them are fetched, resumably.
//
// A connector is a package of its own below this one. It knows the other system; what it brings goes through the same
// doors as everything else (models/billing), reduced to what the data map declares (GDPR Art. 5(1)(c)). How to write one
// is in docs/connectors.md.
package connector

import (
	"context"

	"candor/models"
)

// Connector brings what another system holds about customers.
type Connector interface {
	// Name is that of the connector in URLs, settings and the store: lower-case letters and digits.
	Name() string
	// Receive takes in one delivery of the other system's. It answers without an error only when what the delivery says
	// is durably dealt with: the other system sends it again otherwise. An error of the kind Malformed says that the
	// delivery is not the other system's.
	Receive(ctx context.Context, d Delivery) (Received, error)
	// Steps are what Backfill goes through, in order.
	Steps() []Step
	// Fetch gives the newest state of one thing, by the ID that its State has.
	Fetch(ctx context.Context, id string) (State, error)
}

// Delivery is an event as the other system sent it.
type Delivery struct {
	// Header gives a header's value by name; empty if there is none.
	Header func(name string) string
	// Body is exactly what was sent: a signature may be over it.
	Body []byte
}

// Received says what became of a delivery. Both are words of the code, never of the sender's.
type Received struct {
	// Type is the type of thing it was about; "other" if it is none that is taken.
	Type    string
	Outcome Outcome
}

// Other is the type of what is not taken.
const Other = "other"

// Outcome is what became of a thing of the other system.
type Outcome string

// The outcomes.
const (
	Held     Outcome = "held"     // its newest state is a record here
	Removed  Outcome = "removed"  // it is gone there, and now here too
	Nothing  Outcome = "nothing"  // it is not to be held, and was not
	Ignored  Outcome = "ignored"  // an event that is about nothing that is taken
	Repeated Outcome = "repeated" // an event that was dealt with before
	Rejected Outcome = "rejected" // it breaks a rule of ours; what was held before is left as it was
)

// Outcomes are all that a thing can have, in the order in which a report says them.
func Outcomes() []Outcome { return []Outcome{Held, Removed, Nothing, Rejected} }

// State is the newest state of a thing of the other system.
type State struct {
	// ID names it for the connector: its type, a colon, and the other system's id.
	ID string
	// Owner is the ID of the customer it belongs to; a customer is its own.
	Owner string
	// Profile is what a customer is, and Customer the reference that customer has here. Record is what anything else
	// is; whose it is and its source are filled in. With neither it is gone, or not to be held.
	Profile  *Profile
	Customer string
	Record   *models.Record
	// Keeps names fields that this state knows nothing of: they stay as they are held.
	Keeps []string
	// Documents, if set, fetches the record's files. It is asked once: a record that has the files keeps them.
	Documents func(ctx context.Context) ([]models.Document, error)
	// Takes names the categories that go with a customer who is gone; what they hold of this connector's is removed.
	Takes []string
	// Refused says why it cannot be held, if it cannot.
	Refused error
}

// gone says whether nothing is to be held.
func (s State) gone() bool { return s.Profile == nil && s.Record == nil }

// Profile is what a connector knows of a customer. Members that other systems bring, and this one does not know, are left.
type Profile struct {
	Name, Email, Phone, Address string
	Locale                      string // BCP 47; left as it was if empty
}
