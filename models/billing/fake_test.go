package billing_test

import (
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
	"candor/models/store"
)

// memory is a store of customers and records that keeps nothing, and fails when fail is set.
type memory struct {
	customers map[string]models.Customer
	records   map[store.RecordKey]store.Record
	documents map[store.RecordKey]map[string]store.Document
	fail      error
	writes    int
	discard   bool // counts and forgets records
}

func newMemory() *memory {
	return &memory{
		customers: map[string]models.Customer{},
		records:   map[store.RecordKey]store.Record{},
		documents: map[store.RecordKey]map[string]store.Document{},
	}
}

func (m *memory) write() error {
	if m.fail == nil {
		m.writes++
	}
	return m.fail
}

func (m *memory) PutCustomers(_ context.Context, customers []models.Customer) error {
	for _, c := range customers {
		if m.fail == nil {
			m.customers[c.Ref] = c
		}
	}
	return m.write()
}

func (m *memory) Customer(_ context.Context, ref string) (models.Customer, error) {
	c, ok := m.customers[ref]
	if !ok {
		return c, cmp.Or(m.fail, error(store.ErrNotFound))
	}
	return c, m.fail
}

func (m *memory) PageCustomers(_ context.Context, after string, limit int) ([]models.Customer, error) {
	var out []models.Customer
	for _, ref := range slices.Sorted(maps.Keys(m.customers)) {
		if ref > after && len(out) < limit {
			out = append(out, m.customers[ref])
		}
	}
	return out, m.fail
}

func (m *memory) CustomersOf(_ context.Context, refs []string) ([]models.Customer, error) {
	var out []models.Customer
	for _, ref := range refs {
		if c, ok := m.customers[ref]; ok {
			out = append(out, c)
		}
	}
	return out, m.fail
}

func (m *memory) CountCustomers(context.Context) (int64, error) {
	return int64(len(m.customers)), m.fail
}

func (m *memory) PutRecords(_ context.Context, records []store.Record) error {
	seen := map[store.RecordKey]bool{}
	for _, r := range records {
		key := store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}
		if seen[key] { // the contract does not say which of two would stay
			return models.Fail(models.Internal, "same_record_twice")
		}
		seen[key] = true
		if m.fail == nil && !m.discard {
			m.records[store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}] = r
		}
	}
	return m.write()
}

func (m *memory) Record(_ context.Context, key store.RecordKey) (store.Record, error) {
	r, ok := m.records[key]
	if !ok {
		return r, cmp.Or(m.fail, error(store.ErrNotFound))
	}
	return r, m.fail
}

func (m *memory) DeleteRecords(_ context.Context, keys []store.RecordKey) error {
	for _, key := range keys {
		if m.fail == nil {
			delete(m.records, key)
			delete(m.documents, key)
		}
	}
	return m.write()
}

func (m *memory) PageRecords(_ context.Context, q store.RecordQuery) ([]store.Record, error) {
	var all []store.Record
	for _, r := range m.records {
		if r.Customer == q.Customer && r.Category == q.Category && inside(q, r.OccurredAt) {
			all = append(all, r)
		}
	}
	before := func(a, b store.Record) int {
		c := cmp.Or(a.OccurredAt.Compare(b.OccurredAt), cmp.Compare(a.ID, b.ID))
		if q.OldestFirst {
			return c
		}
		return -c
	}
	slices.SortFunc(all, before)
	var out []store.Record
	after := store.Record{OccurredAt: q.AfterTime, ID: q.AfterID}
	for _, r := range all {
		if (q.AfterID == "" || before(after, r) < 0) && len(out) < q.Limit {
			out = append(out, r)
		}
	}
	return out, m.fail
}

func inside(q store.RecordQuery, t time.Time) bool {
	return (q.From.IsZero() || !t.Before(q.From)) && (q.To.IsZero() || t.Before(q.To))
}

func (m *memory) Holds(context.Context, string) (bool, error) { return false, nil }

func (m *memory) Tallies(_ context.Context, customer string) (map[string]models.Tally, error) {
	out := map[string]models.Tally{}
	for key, r := range m.records {
		if key.Customer == customer {
			t := out[key.Category]
			t.Records++
			if r.OccurredAt.After(t.Newest) {
				t.Newest = r.OccurredAt
			}
			out[key.Category] = t
		}
	}
	return out, m.fail
}

func (m *memory) PutDocuments(_ context.Context, documents []store.Document) error {
	for _, d := range documents {
		if _, ok := m.records[d.RecordKey]; !ok {
			return store.ErrNotFound
		}
		if m.documents[d.RecordKey] == nil {
			m.documents[d.RecordKey] = map[string]store.Document{}
		}
		m.documents[d.RecordKey][d.Name] = d
	}
	return m.write()
}

func (m *memory) Document(_ context.Context, key store.RecordKey, name string) (store.Document, error) {
	d, ok := m.documents[key][name]
	if !ok {
		return d, store.ErrNotFound
	}
	return d, m.fail
}

func (m *memory) Documents(_ context.Context, keys []store.RecordKey) ([]store.Document, error) {
	var out []store.Document
	for _, key := range keys {
		for _, name := range slices.Sorted(maps.Keys(m.documents[key])) {
			d := m.documents[key][name]
			d.Sealed = nil
			out = append(out, d)
		}
	}
	return out, m.fail
}

// ring seals with AES-GCM under keys that it keeps in memory.
type ring struct {
	keys    map[store.Scope]cipher.AEAD
	ensured int // calls of Ensure
	made    int // keys made outside Ensure
}

func newRing() *ring { return &ring{keys: map[store.Scope]cipher.AEAD{}} }

func (r *ring) Ensure(_ context.Context, scopes ...store.Scope) error {
	r.ensured++
	for _, scope := range scopes {
		if r.keys[scope] == nil {
			key := make([]byte, 16)
			rand.Read(key)
			block, err := aes.NewCipher(key)
			if err != nil {
				return err
			}
			if r.keys[scope], err = cipher.NewGCMWithRandomNonce(block); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *ring) Seal(ctx context.Context, scope store.Scope, plaintext, aad []byte) ([]byte, error) {
	if r.keys[scope] == nil {
		r.made++
		if err := r.Ensure(ctx, scope); err != nil {
			return nil, err
		}
	}
	return r.keys[scope].Seal(nil, nil, plaintext, aad), nil
}

func (r *ring) Open(_ context.Context, scope store.Scope, sealed, aad []byte) ([]byte, error) {
	if r.keys[scope] == nil {
		return nil, models.Fail(models.Gone, "key_destroyed")
	}
	return r.keys[scope].Open(nil, nil, sealed, aad)
}

// world is a service with what it stands on.
type world struct {
	*billing.Service
	memory *memory
	ring   *ring
}

var now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func testMap(tb testing.TB) *datamap.Map {
	tb.Helper()
	raw, err := os.ReadFile("testdata/datamap.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	m, err := datamap.Parse(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	return worldOf(testMap(tb))
}

func worldOf(m *datamap.Map) *world {
	w := &world{memory: newMemory(), ring: newRing()}
	w.Service = billing.New(billing.Config{
		Map: datamap.Hold(m), Customers: w.memory, Records: w.memory, Ring: w.ring, Clock: func() time.Time { return now },
	})
	return w
}

// withCustomer is a world that knows cus_1001.
func withCustomer(tb testing.TB) *world {
	tb.Helper()
	w := newWorld(tb)
	if err := w.PutCustomer(tb.Context(), billing.Profile{Customer: models.Customer{Ref: "cus_1001"}, Name: "Amira Example"}); err != nil {
		tb.Fatal(err)
	}
	return w
}

func invoice(id string, fields map[string]string) models.Record {
	return models.Record{
		Customer: "cus_1001", Category: "invoices", ID: id,
		OccurredAt: now, Source: "billing", Fields: fields,
	}
}

// withRecords is the world's service on another store of records.
func withRecords(tb testing.TB, w *world, records store.Records) *billing.Service {
	tb.Helper()
	return billing.New(billing.Config{
		Map: datamap.Hold(testMap(tb)), Customers: w.memory, Records: records, Ring: w.ring, Clock: func() time.Time { return now },
	})
}

// sealOne gives a record as the store is given it.
func sealOne(tb testing.TB, w *world, r models.Record) store.Record {
	tb.Helper()
	w.memory.discard = false
	if err := w.PutRecord(context.Background(), r); err != nil {
		tb.Fatal(err)
	}
	return w.memory.records[store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}]
}

func (e *endless) PageRecords(_ context.Context, q store.RecordQuery) ([]store.Record, error) {
	if e.given += q.Limit; e.given > 60_000 {
		return nil, models.Fail(models.Internal, "asked for too much")
	}
	out := make([]store.Record, q.Limit)
	for i := range out {
		out[i] = e.record
	}
	return out, nil
}
