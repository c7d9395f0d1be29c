package billing

import (
	"context"

	"candor/models"
	"candor/models/store"
)

// batch gathers writes that go to the store together. What it writes is in the order in which it
// came: a later write of the same thing takes the place of an earlier one, and deletes are a batch
// of their own.
type batch struct {
	service   *Service
	customers ordered[string, models.Customer]
	records   ordered[store.RecordKey, models.Record]
	documents ordered[documentKey, models.Document]
	deletes   []store.RecordKey
}

type documentKey struct {
	store.RecordKey
	name string
}

// ordered keeps one value a key, in the order in which the keys first came.
type ordered[K comparable, V any] struct {
	at     map[K]int
	values []V
}

func (o *ordered[K, V]) put(key K, value V) {
	if i, ok := o.at[key]; ok {
		o.values[i] = value
		return
	}
	if o.at == nil {
		o.at = map[K]int{}
	}
	o.at[key] = len(o.values)
	o.values = append(o.values, value)
}

func (o *ordered[K, V]) reset() {
	clear(o.at)
	clear(o.values)
	o.values = o.values[:0]
}

func (s *Service) newBatch() *batch { return &batch{service: s} }

func keyOf(r models.Record) store.RecordKey {
	return store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}
}

func (b *batch) putProfile(p Profile) {
	now := toMillisecond(b.service.clock())
	p.UpdatedAt = now
	b.customers.put(p.Ref, p.Customer)
	for _, r := range b.service.profileRecords(p, now) {
		b.records.put(keyOf(r), r)
	}
}

func (b *batch) putRecord(r models.Record) { b.records.put(keyOf(r), r) }

func (b *batch) putDocument(d models.Document) {
	key := store.RecordKey{Customer: d.Customer, Category: d.Category, ID: d.Record}
	b.documents.put(documentKey{key, d.Name}, d)
}

func (b *batch) delete(key store.RecordKey) { b.deletes = append(b.deletes, key) }

func (b *batch) empty() bool {
	return len(b.customers.values)+len(b.records.values)+len(b.documents.values)+len(b.deletes) == 0
}

func (b *batch) deleting() bool { return len(b.deletes) > 0 }

// flush writes everything and empties the batch. After an error it may have written some of it;
// writing all again is safe.
func (b *batch) flush(ctx context.Context) error {
	sealed, err := b.seal(ctx)
	if err != nil {
		return err
	}
	s := b.service
	if len(b.customers.values) > 0 {
		if err := s.customers.PutCustomers(ctx, b.customers.values); err != nil {
			return models.Wrap("put customers", err)
		}
	}
	if len(sealed) > 0 {
		if err := s.records.PutRecords(ctx, sealed); err != nil {
			return models.Wrap("put records", err)
		}
	}
	if len(b.documents.values) > 0 {
		if err := s.putDocuments(ctx, b.documents.values); err != nil {
			return err
		}
	}
	if err := s.indexEmails(ctx, b.records.values); err != nil {
		return err
	}
	if len(b.deletes) > 0 {
		if err := s.removeRecords(ctx, b.deletes); err != nil {
			return models.Wrap("delete records", err)
		}
	}
	b.reset()
	return nil
}

func (b *batch) reset() {
	b.customers.reset()
	b.records.reset()
	b.documents.reset()
	b.deletes = b.deletes[:0]
}

// seal seals the records, after all their keys have been made in one write. Those without fields are
// to go: putProfile says so of what a profile no longer holds.
func (b *batch) seal(ctx context.Context) ([]store.Record, error) {
	scopes := map[store.Scope]bool{}
	for _, r := range b.records.values {
		if r.Fields != nil {
			scopes[store.Scope{Customer: r.Customer, Name: r.Category}] = true
		}
	}
	list := make([]store.Scope, 0, len(scopes))
	for scope := range scopes {
		list = append(list, scope)
	}
	if len(list) > 0 {
		if err := b.service.ring.Ensure(ctx, list...); err != nil {
			return nil, models.Wrap("make keys", err)
		}
	}
	out := make([]store.Record, 0, len(b.records.values))
	for _, r := range b.records.values {
		if r.Fields == nil {
			b.deletes = append(b.deletes, keyOf(r))
			continue
		}
		sealed, err := b.service.seal(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, sealed)
	}
	return out, nil
}
