package sqlite

import (
	"context"

	"candor/models"
)

const customerColumns = `ref, locale, jurisdiction, updated`

func scanCustomer(row scanner) (c models.Customer, err error) {
	var updated int64
	err = row.Scan(&c.Ref, &c.Locale, &c.Jurisdiction, &updated)
	c.UpdatedAt = at(updated)
	return c, err
}

// PutCustomers writes who is known.
func (s *Store) PutCustomers(ctx context.Context, customers []models.Customer) error {
	return inTurns(ctx, s.d, customers, func(w writing, c models.Customer) error {
		_, err := w.exec(`INSERT INTO customers (`+customerColumns+`) VALUES (?, ?, ?, ?)
			ON CONFLICT (ref) DO UPDATE
			SET locale = excluded.locale, jurisdiction = excluded.jurisdiction, updated = excluded.updated`,
			c.Ref, c.Locale, c.Jurisdiction, ms(c.UpdatedAt))
		return err
	})
}

// Customer gives one.
func (s *Store) Customer(ctx context.Context, ref string) (models.Customer, error) {
	return one(ctx, s.d, scanCustomer, `SELECT `+customerColumns+` FROM customers WHERE ref = ?`, ref)
}

// CustomersOf gives several.
func (s *Store) CustomersOf(ctx context.Context, refs []string) ([]models.Customer, error) {
	names, err := list(refs)
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	return all(ctx, s.d, scanCustomer, `SELECT `+customerColumns+` FROM json_each(?) AS asked
		CROSS JOIN customers ON ref = asked.value`, names)
}

// PageCustomers gives some in order of their references.
func (s *Store) PageCustomers(ctx context.Context, after string, limit int) ([]models.Customer, error) {
	return all(ctx, s.d, scanCustomer, `SELECT `+customerColumns+` FROM customers
		WHERE ref > ? ORDER BY ref LIMIT ?`, after, atMost(limit))
}

// CountCustomers reads the count that is kept.
func (s *Store) CountCustomers(ctx context.Context) (int64, error) {
	return one(ctx, s.d, value[int64], `SELECT value FROM counters WHERE name = 'customers'`)
}
