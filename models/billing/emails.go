package billing

import (
	"context"

	"candor/models"
	"candor/models/store"
)

// Emails is the index of e-mail addresses, by which people sign in. It holds a keyed hash of each address and is made
// again from the profiles whenever it is missing.
type Emails struct {
	Store store.SignIns
	// Key is what is kept of an address; empty for what is no address.
	Key func(address string) string
	// Mark is the key of no address, another with each secret: what stands in the index under it says that the index
	// is whole.
	Mark string
}

// emailField is the field of a contact profile that is indexed.
const emailField = "email"

// of are the rows that follow from records that were written, or removed: those have no fields.
func (e *Emails) of(records []models.Record) []store.EmailKey {
	var rows []store.EmailKey
	for _, r := range records {
		if r.Category == contact && r.ID == models.ProfileID {
			rows = append(rows, store.EmailKey{Customer: r.Customer, Key: e.Key(r.Fields[emailField])})
		}
	}
	return rows
}

// indexEmails brings the index up to what was written.
func (s *Service) indexEmails(ctx context.Context, records []models.Record) error {
	if s.emails == nil {
		return nil
	}
	rows := s.emails.of(records)
	if len(rows) == 0 {
		return nil
	}
	return models.Wrap("index addresses", s.emails.Store.PutEmails(ctx, rows))
}

// removeRecords removes records, and the addresses that they held from the index.
func (s *Service) removeRecords(ctx context.Context, keys []store.RecordKey) error {
	gone := make([]models.Record, len(keys))
	for i, k := range keys {
		gone[i] = models.Record{Customer: k.Customer, Category: k.Category, ID: k.ID}
	}
	if err := s.indexEmails(ctx, gone); err != nil {
		return err
	}
	return s.records.DeleteRecords(ctx, keys)
}

// emailsIndexed stands in the index once all of it is there. No customer has such a reference.
const emailsIndexed = "*indexed*"

// rebuildPage is how many customers are read at once.
const rebuildPage = 500

// RebuildEmails makes the index of addresses from the profiles, if all of it is not there yet: after an update from a
// version without one, after the store was moved, or when the secret is another one.
func (s *Service) RebuildEmails(ctx context.Context) error {
	there, err := s.emails.Store.CustomersOfEmail(ctx, s.emails.Mark, 1)
	if err != nil || len(there) > 0 {
		return models.Wrap("read index of addresses", err)
	}
	for after := ""; ; {
		page, err := s.PageCustomers(ctx, after, rebuildPage)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		rows := make([]store.EmailKey, len(page))
		for i, p := range page {
			rows[i] = store.EmailKey{Customer: p.Ref, Key: s.emails.Key(p.Email)}
		}
		if err := s.emails.Store.PutEmails(ctx, rows); err != nil {
			return models.Wrap("index addresses", err)
		}
		after = page[len(page)-1].Ref
	}
	return models.Wrap("index addresses", s.emails.Store.PutEmails(ctx, []store.EmailKey{{Customer: emailsIndexed, Key: s.emails.Mark}}))
}
