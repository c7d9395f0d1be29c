package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"candor/models"
)

const standingColumns = `customer, seq, pseudonym, choices`

// scanStanding reads a standing with all of its choices, or those about some purposes.
func scanStanding(purposes ...string) func(row scanner) (models.Standing, error) {
	return func(row scanner) (s models.Standing, err error) {
		var choices []byte
		if err := row.Scan(&s.Customer, &s.Seq, &s.Pseudonym, &choices); err != nil {
			return s, err
		}
		if s.Choices, err = models.ReadChoices(choices, purposes...); err != nil {
			return s, fmt.Errorf("read standing: its choices are damaged: %w", err)
		}
		return s, nil
	}
}

// Standing gives where a customer stands.
func (s *Store) Standing(ctx context.Context, customer string) (models.Standing, error) {
	return one(ctx, s.d, scanStanding(), `SELECT `+standingColumns+` FROM standings WHERE customer = ?`, customer)
}

// StandingsOf gives several.
func (s *Store) StandingsOf(ctx context.Context, customers []string, purposes ...string) ([]models.Standing, error) {
	names, err := list(customers)
	if err != nil || len(customers) == 0 {
		return nil, err
	}
	return all(ctx, s.d, scanStanding(purposes...), `SELECT `+standingColumns+` FROM json_each(?) AS asked
		CROSS JOIN standings ON customer = asked.value`, names)
}

// SaveStandings projects. It is lazy: what a power cut takes away is projected again from the log.
func (s *Store) SaveStandings(ctx context.Context, applied uint64, standings []models.Standing) error {
	choices := make([]string, len(standings))
	for i, st := range standings {
		raw, err := json.Marshal(st.Choices)
		if err != nil {
			return fmt.Errorf("save standing: %w", err)
		}
		choices[i] = string(raw)
	}
	return s.d.write(ctx, lazy, func(w writing) error {
		for i, st := range standings {
			_, err := w.exec(`INSERT INTO standings (`+standingColumns+`) VALUES (?, ?, ?, ?)
				ON CONFLICT (customer) DO UPDATE
				SET seq = excluded.seq, pseudonym = excluded.pseudonym, choices = excluded.choices
				WHERE excluded.seq > standings.seq`, st.Customer, position(st.Seq), blob(st.Pseudonym), choices[i])
			if err != nil {
				return err
			}
		}
		_, err := w.exec(`UPDATE counters SET value = max(value, ?) WHERE name = 'applied'`, position(applied))
		return err
	})
}

// Applied is the number of entries accounted for.
func (s *Store) Applied(ctx context.Context) (uint64, error) {
	return one(ctx, s.d, value[uint64], `SELECT value FROM counters WHERE name = 'applied'`)
}

// PageStandings gives standings in order of their customers.
func (s *Store) PageStandings(ctx context.Context, after string, limit int, purposes ...string) ([]models.Standing, error) {
	return all(ctx, s.d, scanStanding(purposes...), `SELECT `+standingColumns+` FROM standings
		WHERE customer > ? ORDER BY customer LIMIT ?`, after, atMost(limit))
}

// ResetStandings empties the projection.
func (s *Store) ResetStandings(ctx context.Context) error {
	return s.d.write(ctx, lazy, func(w writing) error {
		if _, err := w.exec(`DELETE FROM standings`); err != nil {
			return err
		}
		_, err := w.exec(`UPDATE counters SET value = 0 WHERE name = 'applied'`)
		return err
	})
}
