package sqlite

import (
	"context"

	"candor/models/store"
)

const documentColumns = `customer, category, record, name, media_type, size`

func scanListed(row scanner) (d store.Document, err error) {
	err = row.Scan(&d.Customer, &d.Category, &d.ID, &d.Name, &d.MediaType, &d.Size)
	return d, err
}

func scanDocument(row scanner) (d store.Document, err error) {
	err = row.Scan(&d.Customer, &d.Category, &d.ID, &d.Name, &d.MediaType, &d.Size, &d.Sealed)
	return d, err
}

// PutDocuments writes files of records as one transaction.
func (s *Store) PutDocuments(ctx context.Context, documents []store.Document) error {
	err := s.d.write(ctx, durable, func(w writing) error {
		for _, d := range documents {
			_, err := w.exec(`INSERT INTO documents (`+documentColumns+`, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (customer, category, record, name) DO UPDATE
				SET media_type = excluded.media_type, size = excluded.size, sealed = excluded.sealed`,
				d.Customer, d.Category, d.ID, d.Name, d.MediaType, d.Size, blob(d.Sealed))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if orphaned(err) {
		return store.ErrNotFound
	}
	return err
}

// Document gives one with its content.
func (s *Store) Document(ctx context.Context, key store.RecordKey, name string) (store.Document, error) {
	return one(ctx, s.d, scanDocument, `SELECT `+documentColumns+`, sealed FROM documents
		WHERE customer = ? AND category = ? AND record = ? AND name = ?`, key.Customer, key.Category, key.ID, name)
}

// Documents lists those of some records without reading their content.
func (s *Store) Documents(ctx context.Context, keys []store.RecordKey) ([]store.Document, error) {
	names, err := list(keys)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	return all(ctx, s.d, scanListed, `SELECT `+documentColumns+` FROM documents
		WHERE (customer, category, record) IN (SELECT value ->> 'Customer', value ->> 'Category', value ->> 'ID' FROM json_each(?))
		ORDER BY customer, category, record, name`, names)
}
