package billing

import (
	"context"
	"encoding/json"
	"errors"

	"candor/models"
	"candor/models/keys"
	"candor/models/store"
)

// Sealed content is bound to its place: what is copied to another customer, category or record
// does not open there. None of the parts holds a "|".
func recordAAD(customer, category, id string) []byte {
	return []byte("record|" + customer + "|" + category + "|" + id)
}

func documentAAD(d models.Document) []byte {
	return []byte("document|" + d.Customer + "|" + d.Category + "|" + d.Record + "|" + d.Name)
}

func (s *Service) seal(ctx context.Context, r models.Record) (store.Record, error) {
	fields, err := json.Marshal(r.Fields)
	if err != nil {
		return store.Record{}, models.Wrap("encode fields", err)
	}
	sealed, err := s.ring.Seal(ctx, store.Scope{Customer: r.Customer, Name: r.Category}, fields, recordAAD(r.Customer, r.Category, r.ID))
	return store.Record{
		Customer: r.Customer, Category: r.Category, ID: r.ID,
		OccurredAt: r.OccurredAt, Source: r.Source, Sealed: sealed,
	}, models.Wrap("seal record", err)
}

func (s *Service) open(ctx context.Context, r store.Record) (models.Record, error) {
	fields, err := s.ring.Open(ctx, store.Scope{Customer: r.Customer, Name: r.Category}, r.Sealed, recordAAD(r.Customer, r.Category, r.ID))
	if err != nil {
		return models.Record{}, models.Wrap("open record", err)
	}
	values := map[string]string{}
	in := reader{b: fields}
	err = in.object("", func(name string) error {
		value, err := in.string(name)
		values[name] = value
		return err
	})
	if err != nil {
		return models.Record{}, models.Wrap("decode fields", err)
	}
	return models.Record{
		Customer: r.Customer, Category: r.Category, ID: r.ID,
		OccurredAt: r.OccurredAt, Source: r.Source, Fields: values,
	}, nil
}

func (s *Service) sealDocument(ctx context.Context, d models.Document) (store.Document, error) {
	sealed, err := s.ring.Seal(ctx, store.Scope{Customer: d.Customer, Name: d.Category}, d.Content, documentAAD(d))
	return store.Document{
		RecordKey: store.RecordKey{Customer: d.Customer, Category: d.Category, ID: d.Record},
		Name:      d.Name, MediaType: d.MediaType, Size: int64(len(d.Content)), Sealed: sealed,
	}, models.Wrap("seal document", err)
}

// isDestroyed says whether the key is gone, and with it what it sealed.
func isDestroyed(err error) bool { return errors.Is(err, keys.ErrDestroyed) }
