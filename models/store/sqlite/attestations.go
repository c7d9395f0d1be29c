package sqlite

import (
	"context"
	"time"

	"candor/models/store"
)

const attestationColumns = `seq, staff, requirement, version, locale, sha256, state, score, at`

func scanAttestation(row scanner) (a store.Attestation, err error) {
	var when int64
	err = row.Scan(&a.Seq, &a.Staff, &a.Requirement, &a.Version, &a.Locale, &a.SHA256, &a.State, &a.Score, &when)
	a.At = at(when)
	return a, err
}

// PutAttestations is one transaction. It is lazy: what a power cut takes away is projected again from the log.
func (s *Store) PutAttestations(ctx context.Context, applied uint64, attestations []store.Attestation) error {
	return s.d.write(ctx, lazy, func(w writing) error {
		for _, a := range attestations {
			_, err := w.exec(`INSERT INTO attestations (`+attestationColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (seq) DO NOTHING`,
				position(a.Seq), a.Staff, a.Requirement, a.Version, a.Locale, a.SHA256, a.State, a.Score, ms(a.At))
			if err != nil {
				return err
			}
		}
		_, err := w.exec(`UPDATE counters SET value = max(value, ?) WHERE name = 'attested'`, position(applied))
		return err
	})
}

// AttestationsOf lists a member's.
func (s *Store) AttestationsOf(ctx context.Context, staff string) ([]store.Attestation, error) {
	return all(ctx, s.d, scanAttestation, `SELECT `+attestationColumns+` FROM attestations WHERE staff = ? ORDER BY seq`, staff)
}

// PageAttestations gives them in order.
func (s *Store) PageAttestations(ctx context.Context, after uint64, limit int) ([]store.Attestation, error) {
	return all(ctx, s.d, scanAttestation, `SELECT `+attestationColumns+` FROM attestations
		WHERE seq > ? ORDER BY seq LIMIT ?`, position(after), atMost(limit))
}

// AttestationsApplied is the number of entries accounted for.
func (s *Store) AttestationsApplied(ctx context.Context) (uint64, error) {
	return one(ctx, s.d, value[uint64], `SELECT value FROM counters WHERE name = 'attested'`)
}

// ResetAttestations empties the projection.
func (s *Store) ResetAttestations(ctx context.Context) error {
	return s.d.write(ctx, lazy, func(w writing) error {
		if _, err := w.exec(`DELETE FROM attestations`); err != nil {
			return err
		}
		_, err := w.exec(`UPDATE counters SET value = 0 WHERE name = 'attested'`)
		return err
	})
}

// Reminded looks for one.
func (s *Store) Reminded(ctx context.Context, id string) (bool, error) {
	return one(ctx, s.d, value[bool], `SELECT EXISTS (SELECT 1 FROM reminders WHERE id = ?)`, id)
}

// MarkReminder adds one.
func (s *Store) MarkReminder(ctx context.Context, id string, at time.Time) error {
	return s.create(ctx, `INSERT INTO reminders (id, marked) VALUES (?, ?)`, id, ms(at))
}

// ForgetReminders removes old ones.
func (s *Store) ForgetReminders(ctx context.Context, before time.Time) error {
	_, err := s.change(ctx, `DELETE FROM reminders WHERE marked < ?`, ms(before))
	return err
}
