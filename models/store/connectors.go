package store

import (
	"context"
	"time"
)

// ConnectorObject is a thing of another system, an invoice of Stripe's for example, and where what it says is kept here.
type ConnectorObject struct {
	// Connector is the name of the connector that brought it; ID is the other system's own.
	Connector, ID string
	// Owner is the other system's id of the customer it belongs to, as far as known.
	Owner string
	// Place is the record that holds it. Without a category it is held nowhere; the customer may be known nonetheless.
	Place RecordKey
	// Turn is the newest that claimed it.
	Turn uint64
}

// ConnectorState is how far a job of a connector has got, in the connector's own words.
type ConnectorState struct {
	Connector, Job string
	State          []byte
}

// Connectors keeps what connectors must remember: which thing of the other system is where, how far a long job got, and
// which events have been dealt with. Nothing of it is about a person but references and ids.
//
// Whoever takes over the state of an object first takes a turn and claims the object with it, then fetches the state,
// writes it, and settles. An object that a later turn has claimed is lost: what was written may have been older than
// what the other wrote, and must be fetched and written again in a new turn. So the newest state is the last one written,
// whatever the servers' clocks say.
type Connectors interface {
	// NextTurn gives a number greater than every one given to that connector before; 1 at first.
	NextTurn(ctx context.Context, connector string) (uint64, error)
	// ClaimObjects gives each object the turn, if its own is lower; the ids of the others are given, and those stay. One
	// that is not known becomes known, and is held nowhere.
	ClaimObjects(ctx context.Context, connector string, turn uint64, ids []string) (lost []string, err error)
	// SettleObjects writes owner and place of each object that still has the Turn given with it; the ids of the others are
	// given, and those stay. All are of one connector.
	SettleObjects(ctx context.Context, objects []ConnectorObject) (lost []string, err error)
	// PutObjects writes each whole, and sees to it that later turns are greater than theirs. It is for copies of a store.
	PutObjects(ctx context.Context, objects []ConnectorObject) error
	// ConnectorObject gives one, or ErrNotFound.
	ConnectorObject(ctx context.Context, connector, id string) (ConnectorObject, error)
	// ObjectsOf gives up to limit objects of an owner with an id greater than after, in order.
	ObjectsOf(ctx context.Context, connector, owner, after string, limit int) ([]ConnectorObject, error)
	// PageObjects gives up to limit objects of all connectors that come after the one named, in order of connector and id.
	PageObjects(ctx context.Context, connector, id string, limit int) ([]ConnectorObject, error)

	// MarkEvent remembers durably that an event was dealt with; marking one again is no error.
	MarkEvent(ctx context.Context, connector, event string, at time.Time) error
	// EventMarked says whether it was.
	EventMarked(ctx context.Context, connector, event string) (bool, error)
	// ForgetEvents forgets those marked before then.
	ForgetEvents(ctx context.Context, before time.Time) error

	// PutConnectorState keeps, durably, how far a job of a connector has got, in place of what was kept before.
	PutConnectorState(ctx context.Context, connector, job string, state []byte) error
	// ConnectorState gives it, or ErrNotFound.
	ConnectorState(ctx context.Context, connector, job string) ([]byte, error)
	// DropConnectorState forgets it; it is no error if nothing was kept.
	DropConnectorState(ctx context.Context, connector, job string) error
	// ConnectorStates gives all of them, in order of connector and job.
	ConnectorStates(ctx context.Context) ([]ConnectorState, error)
}
