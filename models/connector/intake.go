package connector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
	"candor/models/store"
)

// Billing are the doors through which everything that is held comes in: *billing.Service.
type Billing interface {
	Customer(ctx context.Context, ref string) (billing.Profile, error)
	PutCustomer(ctx context.Context, p billing.Profile) error
	Record(ctx context.Context, customer, category, id string) (models.Record, error)
	PutRecord(ctx context.Context, r models.Record) error
	PutDocument(ctx context.Context, d models.Document) error
	DeleteRecords(ctx context.Context, customer, category, id string) error
	CheckCustomer(p billing.Profile) error
	CheckRecord(r models.Record) error
}

// Config is what an Intake needs; all of it is required but Watch.
type Config struct {
	Name    string // the connector's
	Source  string // the data map's key of the source that records are said to come from
	Map     *datamap.Holder
	Billing Billing
	Store   store.Connectors
	Clock   func() time.Time
	// Watch, if set, is told of each thing that was dealt with.
	Watch func(kind string, o Outcome)
}

// Intake is a connector's way in. It is safe for concurrent use, on any number of servers.
type Intake struct{ Config }

// NewIntake fails if the data map does not name the source.
func NewIntake(c Config) (*Intake, error) {
	if !knownSource(c.Map.Current(), c.Source) {
		return nil, fmt.Errorf("the data map names no source %q: add it to its sources, or name one that is there", c.Source)
	}
	return &Intake{Config: c}, nil
}

// ErrBusy says that others wrote the same thing again and again. Trying again helps.
var ErrBusy = models.Fail(models.Unavailable, "connector_busy")

// tries bounds how often a thing is fetched anew because somebody else claimed it meanwhile.
const tries = 8

// Sync makes what is held of a thing what fetch says it is. Of any number that do so at once, the one that fetched last
// writes last. A thing that is refused is no error: the outcome is Rejected, and why says which rule it breaks.
func (i *Intake) Sync(ctx context.Context, id string, fetch fetcher) (o Outcome, why, err error) {
	for range tries {
		lost, o, why, err := i.attempt(ctx, id, fetch)
		if err != nil {
			return "", nil, err
		}
		if lost {
			continue
		}
		i.told(id, o)
		return o, why, i.follow(ctx, id, fetch)
	}
	return "", nil, ErrBusy
}

// attempt is one turn; lost says that somebody else has claimed the thing since.
func (i *Intake) attempt(ctx context.Context, id string, fetch fetcher) (lost bool, o Outcome, why, err error) {
	turn, err := i.Store.NextTurn(ctx, i.Name)
	if err != nil {
		return false, "", nil, models.Wrap("take a turn", err)
	}
	others, err := i.Store.ClaimObjects(ctx, i.Name, turn, []string{id})
	if err != nil || len(others) > 0 {
		return true, "", nil, models.Wrap("claim", err)
	}
	state, err := fetch(ctx, id)
	if err != nil {
		return false, "", nil, err
	}
	settled, o, why, err := i.apply(ctx, turn, state, fetch)
	if err != nil {
		return false, "", nil, err
	}
	others, err = i.Store.SettleObjects(ctx, []store.ConnectorObject{settled})
	return len(others) > 0, o, why, models.Wrap("settle", err)
}

func (i *Intake) told(id string, o Outcome) {
	if i.Watch != nil {
		i.Watch(KindOf(id), o)
	}
}

// fetcher gives the newest state of one thing: Connector.Fetch.
type fetcher = func(ctx context.Context, id string) (State, error)

// follow syncs what belongs to a customer and is held under another reference than theirs: the reference has changed.
func (i *Intake) follow(ctx context.Context, id string, fetch fetcher) error {
	customer, err := i.Place(ctx, id)
	if err != nil || customer.Owner != id || customer.Place.Customer == "" {
		return err
	}
	for after := ""; ; {
		page, err := i.Store.ObjectsOf(ctx, i.Name, id, after, pageSize)
		if err != nil || len(page) == 0 {
			return models.Wrap("list a customer's objects", err)
		}
		for _, o := range page {
			if o.Place.Customer == customer.Place.Customer || o.Place.Customer == "" {
				continue
			}
			if _, _, err := i.Sync(ctx, o.ID, fetch); err != nil {
				return err
			}
		}
		after = page[len(page)-1].ID
	}
}

// apply writes a state, and says where it is now.
func (i *Intake) apply(ctx context.Context, turn uint64, s State, fetch fetcher) (_ store.ConnectorObject, o Outcome, why, err error) {
	now := store.ConnectorObject{Connector: i.Name, ID: s.ID, Owner: s.Owner, Turn: turn}
	before, err := i.Store.ConnectorObject(ctx, i.Name, s.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return now, "", nil, models.Wrap("find object", err)
	}
	switch {
	case s.Refused != nil:
		err = s.Refused
	case s.gone():
		now.Owner, now.Place.Customer = before.Owner, before.Place.Customer
		o, err = i.remove(ctx, before, s)
	case s.Profile != nil:
		now.Place.Customer = s.Customer
		o, err = Held, i.putProfile(ctx, before, s)
	default:
		o, why, err = i.putRecord(ctx, before, &now, s, fetch)
	}
	if err != nil && refusal(err) {
		now.Owner, now.Place = before.Owner, before.Place
		return now, Rejected, err, nil
	}
	return now, o, why, err
}

// refusal says whether an error is about the thing itself, so that trying again is of no use.
func refusal(err error) bool {
	switch models.KindOf(err) {
	case models.Invalid, models.Malformed, models.TooLarge, models.NotFound, models.Conflict:
		return true
	default:
		return false
	}
}

// putProfile writes what the other system knows of a customer into what is held.
func (i *Intake) putProfile(ctx context.Context, before store.ConnectorObject, s State) error {
	if was := before.Place.Customer; was != "" && was != s.Customer {
		if err := i.removeProfile(ctx, was); err != nil {
			return err
		}
	}
	held, err := i.Billing.Customer(ctx, s.Customer)
	if err != nil && !errors.Is(err, models.ErrUnknownCustomer) {
		return err
	}
	return i.Billing.PutCustomer(ctx, i.merge(held, s))
}

func (i *Intake) merge(held billing.Profile, s State) billing.Profile {
	p := i.declared(*s.Profile)
	held.Ref = s.Customer
	held.Name, held.Email, held.Phone, held.Address = p.Name, p.Email, p.Phone, p.Address
	if p.Locale != "" {
		held.Locale = p.Locale
	}
	return held
}

// putRecord writes a record, and takes it away from where it was before if that is another place. A record whose files
// are refused is held without them.
func (i *Intake) putRecord(ctx context.Context, before store.ConnectorObject, now *store.ConnectorObject, s State, fetch fetcher) (o Outcome, why, err error) {
	customer, err := i.reference(ctx, s.Owner, fetch)
	if err != nil {
		return "", nil, err
	}
	r := *s.Record
	r.Customer, r.Source = customer, i.Source
	now.Place = store.RecordKey{Customer: customer}
	if r.Category != "" && len(r.Fields) > 0 { // the map declares something of it
		now.Place = store.RecordKey{Customer: customer, Category: r.Category, ID: r.ID}
	}
	if before.Place != now.Place && before.Place.Category != "" {
		if err := i.delete(ctx, before.Place); err != nil {
			return "", nil, err
		}
	}
	if now.Place.Category == "" {
		return Nothing, nil, nil
	}
	if err := i.keep(ctx, &r, s.Keeps); err != nil {
		return "", nil, err
	}
	if err := i.Billing.PutRecord(ctx, r); err != nil {
		return "", nil, err
	}
	if s.Documents == nil {
		return Held, nil, nil
	}
	if err := i.putDocuments(ctx, r, s); refusal(err) {
		return Rejected, err, nil
	} else if err != nil {
		return "", nil, err
	}
	return Held, nil, nil
}

// ErrNoCustomer says that a thing belongs to nobody who is held here.
var ErrNoCustomer = models.Fail(models.NotFound, "connector_no_customer")

// reference finds that of a customer, who is fetched if never met before.
func (i *Intake) reference(ctx context.Context, owner string, fetch fetcher) (string, error) {
	if owner == "" {
		return "", ErrNoCustomer
	}
	known, err := i.Place(ctx, owner)
	if err == nil && known.Place.Customer == "" {
		if _, _, err = i.Sync(ctx, owner, fetch); err == nil {
			known, err = i.Place(ctx, owner)
		}
	}
	if err == nil && known.Place.Customer == "" {
		err = ErrNoCustomer
	}
	return known.Place.Customer, err
}

// keep fills in the fields that a state knows nothing of.
func (i *Intake) keep(ctx context.Context, r *models.Record, names []string) error {
	if len(names) == 0 {
		return nil
	}
	held, err := i.Billing.Record(ctx, r.Customer, r.Category, r.ID)
	if errors.Is(err, billing.ErrUnknownRecord) {
		return nil
	}
	for _, name := range names {
		if value := held.Fields[name]; value != "" && r.Fields[name] == "" {
			r.Fields[name] = value
		}
	}
	return err
}

// putDocuments fetches the files of a record that has none.
func (i *Intake) putDocuments(ctx context.Context, r models.Record, s State) error {
	held, err := i.Billing.Record(ctx, r.Customer, r.Category, r.ID)
	if err != nil || len(held.Documents) > 0 {
		return err
	}
	documents, err := s.Documents(ctx)
	if err != nil {
		return err
	}
	for _, d := range documents {
		d.Customer, d.Category, d.Record = r.Customer, r.Category, r.ID
		if err := i.Billing.PutDocument(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// remove takes away what is held of a thing that is gone.
func (i *Intake) remove(ctx context.Context, before store.ConnectorObject, s State) (Outcome, error) {
	switch {
	case before.Place.Category != "":
		return Removed, i.delete(ctx, before.Place)
	case before.Place.Customer != "" && before.Owner == before.ID && len(s.Takes) > 0:
		return Removed, i.removeCustomer(ctx, before, s.Takes)
	}
	return Nothing, nil
}

// removeCustomer takes away the profile, and what of the customer's is in the categories that go with it.
func (i *Intake) removeCustomer(ctx context.Context, c store.ConnectorObject, takes []string) error {
	if err := i.removeProfile(ctx, c.Place.Customer); err != nil {
		return err
	}
	for after := ""; ; {
		page, err := i.Store.ObjectsOf(ctx, i.Name, c.ID, after, pageSize)
		if err != nil || len(page) == 0 {
			return models.Wrap("list a customer's objects", err)
		}
		for _, o := range page {
			if !slices.Contains(takes, o.Place.Category) {
				continue
			}
			if err := i.delete(ctx, o.Place); err != nil {
				return err
			}
		}
		after = page[len(page)-1].ID
	}
}

func (i *Intake) removeProfile(ctx context.Context, customer string) error {
	for _, category := range []string{"identity", "contact"} {
		if err := i.delete(ctx, store.RecordKey{Customer: customer, Category: category, ID: models.ProfileID}); err != nil {
			return err
		}
	}
	return nil
}

// delete removes one record; one whose customer is not known any more is gone already.
func (i *Intake) delete(ctx context.Context, at store.RecordKey) error {
	err := i.Billing.DeleteRecords(ctx, at.Customer, at.Category, at.ID)
	if refusal(err) { // the customer is gone, or the map has dropped the category since
		return nil
	}
	return err
}

// Place says where a thing is held: who it belongs to, and the reference of that customer. Empty if it was never seen.
func (i *Intake) Place(ctx context.Context, id string) (store.ConnectorObject, error) {
	o, err := i.Store.ConnectorObject(ctx, i.Name, id)
	if errors.Is(err, store.ErrNotFound) {
		return store.ConnectorObject{}, nil
	}
	return o, models.Wrap("find object", err)
}

// Remember is how long an event's id is kept: longer than another system goes on sending it.
const Remember = 30 * 24 * time.Hour

// Seen says whether an event was dealt with before.
func (i *Intake) Seen(ctx context.Context, event string) (bool, error) {
	return i.Store.EventMarked(ctx, i.Name, event)
}

// Done remembers that an event was dealt with.
func (i *Intake) Done(ctx context.Context, event string) error {
	return models.Wrap("mark event", i.Store.MarkEvent(ctx, i.Name, event, i.Clock()))
}
