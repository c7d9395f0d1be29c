package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const objectColumns = `connector, id, owner, customer, category, record, turn`

func scanObject(row scanner) (o store.ConnectorObject, err error) {
	err = row.Scan(&o.Connector, &o.ID, &o.Owner, &o.Place.Customer, &o.Place.Category, &o.Place.ID, &o.Turn)
	return o, err
}

// NextTurn counts.
func (s *Store) NextTurn(ctx context.Context, connector string) (turn uint64, err error) {
	err = s.d.write(ctx, durable, func(w writing) error {
		return w.scan(`INSERT INTO connector_turns (connector, turn) VALUES (?, 1)
			ON CONFLICT (connector) DO UPDATE SET turn = turn + 1 RETURNING turn`, []any{connector}, &turn)
	})
	return turn, err
}

// ClaimObjects is one transaction.
func (s *Store) ClaimObjects(ctx context.Context, connector string, turn uint64, ids []string) (lost []string, err error) {
	err = s.d.write(ctx, durable, func(w writing) error {
		lost = nil
		for _, id := range ids {
			n, err := w.exec(`INSERT INTO connector_objects (`+objectColumns+`) VALUES (?, ?, '', '', '', '', ?)
				ON CONFLICT (connector, id) DO UPDATE SET turn = excluded.turn WHERE turn < excluded.turn`, connector, id, position(turn))
			if err != nil {
				return err
			}
			if n == 0 {
				lost = append(lost, id)
			}
		}
		return nil
	})
	return lost, err
}

// SettleObjects is one transaction.
func (s *Store) SettleObjects(ctx context.Context, objects []store.ConnectorObject) (lost []string, err error) {
	err = s.d.write(ctx, durable, func(w writing) error {
		lost = nil
		for _, o := range objects {
			n, err := w.exec(`UPDATE connector_objects SET owner = ?, customer = ?, category = ?, record = ?
				WHERE connector = ? AND id = ? AND turn = ?`,
				o.Owner, o.Place.Customer, o.Place.Category, o.Place.ID, o.Connector, o.ID, position(o.Turn))
			if err != nil {
				return err
			}
			if n == 0 {
				lost = append(lost, o.ID)
			}
		}
		return nil
	})
	return lost, err
}

// PutObjects writes them as they are.
func (s *Store) PutObjects(ctx context.Context, objects []store.ConnectorObject) error {
	return inTurns(ctx, s.d, objects, func(w writing, o store.ConnectorObject) error {
		_, err := w.exec(`INSERT INTO connector_objects (`+objectColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (connector, id) DO UPDATE SET owner = excluded.owner, customer = excluded.customer,
				category = excluded.category, record = excluded.record, turn = excluded.turn`,
			o.Connector, o.ID, o.Owner, o.Place.Customer, o.Place.Category, o.Place.ID, position(o.Turn))
		if err != nil {
			return err
		}
		_, err = w.exec(`INSERT INTO connector_turns (connector, turn) VALUES (?, ?)
			ON CONFLICT (connector) DO UPDATE SET turn = max(turn, excluded.turn)`, o.Connector, position(o.Turn))
		return err
	})
}

// ConnectorObject gives one.
func (s *Store) ConnectorObject(ctx context.Context, connector, id string) (store.ConnectorObject, error) {
	return one(ctx, s.d, scanObject, `SELECT `+objectColumns+` FROM connector_objects WHERE connector = ? AND id = ?`, connector, id)
}

// ObjectsOf gives those of an owner.
func (s *Store) ObjectsOf(ctx context.Context, connector, owner, after string, limit int) ([]store.ConnectorObject, error) {
	return all(ctx, s.d, scanObject, `SELECT `+objectColumns+` FROM connector_objects
		WHERE connector = ? AND owner = ? AND id > ? ORDER BY id LIMIT ?`, connector, owner, after, atMost(limit))
}

// PageObjects gives those of every connector.
func (s *Store) PageObjects(ctx context.Context, connector, id string, limit int) ([]store.ConnectorObject, error) {
	return all(ctx, s.d, scanObject, `SELECT `+objectColumns+` FROM connector_objects
		WHERE (connector, id) > (?, ?) ORDER BY connector, id LIMIT ?`, connector, id, atMost(limit))
}

// MarkEvent remembers one.
func (s *Store) MarkEvent(ctx context.Context, connector, event string, at time.Time) error {
	_, err := s.change(ctx, `INSERT INTO connector_events (connector, event, marked) VALUES (?, ?, ?)
		ON CONFLICT (connector, event) DO UPDATE SET marked = excluded.marked`, connector, event, ms(at))
	return err
}

// EventMarked looks one up.
func (s *Store) EventMarked(ctx context.Context, connector, event string) (bool, error) {
	return one(ctx, s.d, value[bool], `SELECT EXISTS (SELECT 1 FROM connector_events WHERE connector = ? AND event = ?)`, connector, event)
}

// ForgetEvents removes the old ones.
func (s *Store) ForgetEvents(ctx context.Context, before time.Time) error {
	_, err := s.change(ctx, `DELETE FROM connector_events WHERE marked < ?`, ms(before))
	return err
}

// PutConnectorState writes one.
func (s *Store) PutConnectorState(ctx context.Context, connector, job string, state []byte) error {
	_, err := s.change(ctx, `INSERT INTO connector_states (connector, job, state) VALUES (?, ?, ?)
		ON CONFLICT (connector, job) DO UPDATE SET state = excluded.state`, connector, job, blob(state))
	return err
}

// ConnectorState gives one.
func (s *Store) ConnectorState(ctx context.Context, connector, job string) ([]byte, error) {
	return one(ctx, s.d, value[[]byte], `SELECT state FROM connector_states WHERE connector = ? AND job = ?`, connector, job)
}

// DropConnectorState removes one.
func (s *Store) DropConnectorState(ctx context.Context, connector, job string) error {
	_, err := s.change(ctx, `DELETE FROM connector_states WHERE connector = ? AND job = ?`, connector, job)
	return err
}

// ConnectorStates gives all.
func (s *Store) ConnectorStates(ctx context.Context) ([]store.ConnectorState, error) {
	return all(ctx, s.d, func(row scanner) (c store.ConnectorState, err error) {
		err = row.Scan(&c.Connector, &c.Job, &c.State)
		return c, err
	}, `SELECT connector, job, state FROM connector_states ORDER BY connector, job`)
}
