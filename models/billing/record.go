package billing

import (
	"context"
	"errors"
	"maps"
	"slices"

	"candor/models"
	"candor/models/datamap"
	"candor/models/store"
)

// PutRecord writes a record, replacing the one of the same customer, category and id; documents of
// it are kept. The customer must be known.
func (s *Service) PutRecord(ctx context.Context, r models.Record) error {
	if err := s.rules().checkRecord(&r); err != nil {
		return err
	}
	if err := s.known(ctx, r.Customer); err != nil {
		return err
	}
	b := s.newBatch()
	b.putRecord(r)
	return models.Wrap("put record", b.flush(ctx))
}

// checkRecord validates a record and brings its values to the form in which they are kept.
func (in rules) checkRecord(r *models.Record) error {
	if err := checkReference("customer", r.Customer); err != nil {
		return err
	}
	if err := in.checkCategory(r.Category); err != nil {
		return err
	}
	if err := checkReference("id", r.ID); err != nil {
		return err
	}
	if r.OccurredAt.IsZero() {
		return invalid(codeRequired, "occurred_at")
	}
	if err := checkTime("occurred_at", r.OccurredAt); err != nil {
		return err
	}
	r.OccurredAt = toMillisecond(r.OccurredAt)
	if err := checkSource(r.Source); err != nil {
		return err
	}
	return in.checkFields(r)
}

func (in rules) checkFields(r *models.Record) error {
	if r.Fields == nil {
		return invalid(codeRequired, "fields")
	}
	if len(r.Fields) > maxFields {
		return invalid(codeTooManyFields, "fields", "max", maxFields)
	}
	category, _ := in.declared.Category(r.Category)
	kept := make(map[string]string, len(r.Fields))
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) { // so that the same mistake gets the same answer
		value := r.Fields[name]
		field := under("fields", name)
		f, declared := category.Field(name)
		switch {
		case isCardName(name), !declared && holdsCardNumber(value):
			return invalid(codeCardData, field)
		case !declared:
			return invalid(codeUndeclaredField, field)
		}
		value, err := checkValue(field, f, value)
		if err != nil {
			return err
		}
		kept[name] = value
	}
	r.Fields = kept
	return nil
}

// checkValue holds a value to the rules of its field, and gives what is kept of it.
func checkValue(field string, f *datamap.Field, value string) (string, error) {
	if err := checkText(field, value, maxValue); err != nil {
		return "", err
	}
	if f.Kind == datamap.IBANField && value != "" {
		return reduceIBAN(field, value)
	}
	if !f.LongNumber && holdsCardNumber(value) {
		return "", invalid(codeCardData, field)
	}
	if f.Kind == datamap.Last4Field && value != "" {
		return value, checkLast4(field, value)
	}
	return value, nil
}

// Record gives one with the names of its documents, or ErrUnknownRecord.
func (s *Service) Record(ctx context.Context, customer, category, id string) (models.Record, error) {
	key := store.RecordKey{Customer: customer, Category: category, ID: id}
	r, err := s.find(ctx, key)
	if err != nil {
		return models.Record{}, err
	}
	files, err := s.records.Documents(ctx, []store.RecordKey{key})
	for _, f := range files {
		r.Documents = append(r.Documents, f.Name)
	}
	return r, models.Wrap("list documents", err)
}

func (s *Service) find(ctx context.Context, key store.RecordKey) (models.Record, error) {
	kept, err := s.records.Record(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return models.Record{}, ErrUnknownRecord
	}
	if err != nil {
		return models.Record{}, models.Wrap("find record", err)
	}
	return s.open(ctx, kept)
}

// deleteStep is how many records one call of the store removes.
const deleteStep = 1000

// DeleteRecords removes a record with its documents; with an empty id, all of the category; with an
// empty category too, all of the customer's, the profile included. Keys stay: erasure destroys them.
// A record that is not there is no error.
func (s *Service) DeleteRecords(ctx context.Context, customer, category, id string) error {
	if err := s.rules().checkDelete(customer, category, id); err != nil {
		return err
	}
	if err := s.known(ctx, customer); err != nil {
		return err
	}
	return s.deleteRecords(ctx, customer, category, id)
}

func (in rules) checkDelete(customer, category, id string) error {
	if err := checkReference("customer", customer); err != nil {
		return err
	}
	if category == "" {
		if id != "" {
			return invalid(codeIDWithoutCategory, "id")
		}
		return nil
	}
	if err := in.checkCategory(category); err != nil {
		return err
	}
	if id == "" {
		return nil
	}
	return checkReference("id", id)
}

func (s *Service) deleteRecords(ctx context.Context, customer, category, id string) error {
	if id != "" {
		key := store.RecordKey{Customer: customer, Category: category, ID: id}
		return models.Wrap("delete record", s.removeRecords(ctx, []store.RecordKey{key}))
	}
	if category != "" {
		return s.deleteCategory(ctx, customer, category)
	}
	held, err := s.records.Tallies(ctx, customer) // what the map no longer declares is held too
	if err != nil {
		return models.Wrap("list categories", err)
	}
	for category := range held {
		if err := s.deleteCategory(ctx, customer, category); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) deleteCategory(ctx context.Context, customer, category string) error {
	for {
		page, err := s.records.PageRecords(ctx, store.RecordQuery{Customer: customer, Category: category, Limit: deleteStep})
		if err != nil {
			return models.Wrap("list records", err)
		}
		if len(page) == 0 {
			return nil
		}
		keys := make([]store.RecordKey, len(page))
		for i, r := range page {
			keys[i] = store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}
		}
		if err := s.removeRecords(ctx, keys); err != nil {
			return models.Wrap("delete records", err)
		}
	}
}
