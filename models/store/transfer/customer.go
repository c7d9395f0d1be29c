package transfer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"candor/models"
	"candor/models/store"
)

// page reads some customers and all that is held about them. Their keys come first: what is sealed is
// never where its key is not.
func (r *reading) page(ctx context.Context, s sums, page []models.Customer) error {
	if err := r.keys(ctx, s, page); err != nil {
		return err
	}
	for _, c := range page {
		if err := s.add(Customers, c, true); err != nil {
			return err
		}
	}
	if r.to != nil {
		if err := r.to.Data.PutCustomers(ctx, page); err != nil {
			return fmt.Errorf("customers: %w", err)
		}
	}
	held := batch{to: r.to}
	for _, c := range page {
		if err := r.records(ctx, s, c.Ref, &held); err != nil {
			return fmt.Errorf("records: %w", err)
		}
		if err := r.archives(ctx, s, c.Ref); err != nil {
			return fmt.Errorf("archives: %w", err)
		}
		if err := r.requests(ctx, s, c.Ref); err != nil {
			return fmt.Errorf("requests: %w", err)
		}
	}
	if err := held.flush(ctx); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	r.progress.add(len(page))
	return nil
}

// keys reads the keys of some customers.
func (r *reading) keys(ctx context.Context, s sums, page []models.Customer) error {
	var scopes []store.Scope
	for _, c := range page {
		names, err := r.of.Keys.ScopesOf(ctx, c.Ref)
		if err != nil {
			return fmt.Errorf("keys: %w", err)
		}
		for _, name := range names {
			scopes = append(scopes, store.Scope{Customer: c.Ref, Name: name})
		}
	}
	there, err := r.of.Keys.Keys(ctx, scopes)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	byScope := make(map[store.Scope]store.WrappedKey, len(there))
	for _, key := range there {
		byScope[key.Scope] = key
	}
	for _, scope := range scopes { // Keys promises no order
		if err := s.add(Keys, byScope[scope], true); err != nil {
			return err
		}
	}
	if r.to == nil {
		return nil
	}
	if _, err := r.to.Keys.AddKeys(ctx, there); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// records reads a customer's records, category by category, with their documents.
func (r *reading) records(ctx context.Context, s sums, customer string, held *batch) error {
	tallies, err := r.of.Data.Tallies(ctx, customer)
	if err != nil {
		return err
	}
	for _, category := range slices.Sorted(maps.Keys(tallies)) {
		if err := s.add(Records, tallies[category], false); err != nil {
			return err
		}
		q := store.RecordQuery{Customer: customer, Category: category, OldestFirst: true, Limit: pageItems}
		for {
			page, err := r.of.Data.PageRecords(ctx, q)
			if err != nil {
				return err
			}
			if err := r.recordPage(ctx, s, page, held); err != nil {
				return err
			}
			if len(page) < pageItems {
				break
			}
			last := page[len(page)-1]
			q.AfterTime, q.AfterID = last.OccurredAt, last.ID
		}
	}
	return nil
}

func (r *reading) recordPage(ctx context.Context, s sums, page []store.Record, held *batch) error {
	if len(page) == 0 {
		return nil
	}
	keys := make([]store.RecordKey, len(page))
	for i, record := range page {
		keys[i] = store.RecordKey{Customer: record.Customer, Category: record.Category, ID: record.ID}
		if err := s.add(Records, record, true); err != nil {
			return err
		}
	}
	if err := held.addRecords(ctx, page); err != nil {
		return err
	}
	listed, err := r.of.Data.Documents(ctx, keys)
	if err != nil {
		return err
	}
	for _, l := range listed {
		document, err := r.of.Data.Document(ctx, l.RecordKey, l.Name)
		if err != nil {
			return err
		}
		if err := s.add(Documents, document, true); err != nil {
			return err
		}
		if err := held.addDocument(ctx, document); err != nil {
			return err
		}
	}
	return nil
}

// batch gathers what is to be written.
type batch struct {
	to        *Stores // nil: nothing is
	records   []store.Record
	documents []store.Document
	bytes     int
}

func (b *batch) addRecords(ctx context.Context, records []store.Record) error {
	if b.to == nil {
		return nil
	}
	b.records = append(b.records, records...)
	if len(b.records) < pageItems {
		return nil
	}
	return b.flush(ctx)
}

func (b *batch) addDocument(ctx context.Context, d store.Document) error {
	if b.to == nil {
		return nil
	}
	b.documents = append(b.documents, d)
	if b.bytes += len(d.Sealed); b.bytes < documentBytes {
		return nil
	}
	return b.flush(ctx)
}

// flush writes records before their documents, which cannot be without.
func (b *batch) flush(ctx context.Context) error {
	if len(b.records) > 0 {
		if err := b.to.Data.PutRecords(ctx, b.records); err != nil {
			return err
		}
	}
	if len(b.documents) > 0 {
		if err := b.to.Data.PutDocuments(ctx, b.documents); err != nil {
			return err
		}
	}
	b.records, b.documents, b.bytes = nil, nil, 0
	return nil
}

// archives reads a customer's downloads with their content.
func (r *reading) archives(ctx context.Context, s sums, customer string) error {
	list, err := r.of.Data.Archives(ctx, customer)
	if err != nil {
		return err
	}
	for _, a := range list {
		if err := s.add(Archives, a, true); err != nil {
			return err
		}
		if r.to != nil {
			if err := r.putArchive(ctx, a); err != nil {
				return err
			}
		}
		if err := r.chunks(ctx, s, a); err != nil {
			return err
		}
	}
	return nil
}

// putArchive writes an archive over an older copy of it, whose content goes if it was of another attempt.
func (r *reading) putArchive(ctx context.Context, a store.Archive) error {
	err := r.to.Data.CreateArchive(ctx, a)
	if !errors.Is(err, store.ErrExists) {
		return err
	}
	older, err := r.to.Data.Archive(ctx, a.ID)
	if err != nil {
		return err
	}
	if older.Attempt != a.Attempt {
		if err := r.to.Data.DeleteChunks(ctx, older.Attempt); err != nil {
			return err
		}
	}
	return r.to.Data.UpdateArchive(ctx, a, older.Attempt)
}

// chunks reads an archive's content: as many as it says, less what is gone already, and those beyond that
// were being made.
func (r *reading) chunks(ctx context.Context, s sums, a store.Archive) error {
	for n := 0; ; n++ {
		chunk, err := r.of.Data.Chunk(ctx, a.Attempt, n)
		switch {
		case errors.Is(err, store.ErrNotFound) && n >= a.Chunks:
			return nil
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		if err := s.add(Archives, struct {
			N      int
			Sealed []byte
		}{n, chunk}, false); err != nil {
			return err
		}
		if r.to == nil {
			continue
		}
		if err := r.to.Data.PutChunk(ctx, a.Attempt, n, chunk); err != nil {
			return err
		}
	}
}
