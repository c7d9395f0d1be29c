package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"candor/models/store"
)

const (
	memberColumns    = `id, origin, sealed, roles, owed, created, ended, seen, revision`
	passkeyColumns   = `id, member, sealed, created, used, revision` //nolint:gosec // names of columns
	enrolmentColumns = `hash, member, created, expires, used`
)

func scanMember(row scanner) (m store.Member, err error) {
	var roles []byte
	var created, ended, seen int64
	if err := row.Scan(&m.ID, &m.Origin, &m.Sealed, &roles, &m.Owed, &created, &ended, &seen, &m.Revision); err != nil {
		return m, err
	}
	m.CreatedAt, m.EndedAt, m.SeenAt = at(created), at(ended), at(seen)
	if len(m.Owed) == 0 {
		m.Owed = nil
	}
	if err := json.Unmarshal(roles, &m.Roles); err != nil {
		return m, fmt.Errorf("read member: the roles are damaged: %w", err)
	}
	return m, nil
}

// memberRow is a member's columns, in the order of memberColumns.
func memberRow(m store.Member) ([]any, error) {
	roles, err := list(m.Roles)
	if err != nil {
		return nil, fmt.Errorf("write member: %w", err)
	}
	return []any{
		m.ID, m.Origin, blob(m.Sealed), roles, blob(m.Owed), ms(m.CreatedAt), ms(m.EndedAt), ms(m.SeenAt), m.Revision,
	}, nil
}

const insertMember = `INSERT INTO members (` + memberColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

// CreateMember adds one.
func (s *Store) CreateMember(ctx context.Context, m store.Member) error {
	row, err := memberRow(m)
	if err != nil {
		return err
	}
	return s.create(ctx, insertMember, row...)
}

// PutMember writes one as it is.
func (s *Store) PutMember(ctx context.Context, m store.Member) error {
	row, err := memberRow(m)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, insertMember+` ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, sealed = excluded.sealed,
		roles = excluded.roles, owed = excluded.owed, created = excluded.created, ended = excluded.ended, seen = excluded.seen,
		revision = excluded.revision`, row...)
	return err
}

// UpdateMember is one compare-and-swap of the revision.
func (s *Store) UpdateMember(ctx context.Context, m store.Member) error {
	row, err := memberRow(m)
	if err != nil {
		return err
	}
	return s.swapRow(ctx, `UPDATE members SET origin = ?2, sealed = ?3, roles = ?4, owed = ?5, created = ?6, ended = ?7,
		revision = ?9 + 1 WHERE id = ?1 AND revision = ?9 AND ?8 = ?8`, row, `SELECT 1 FROM members WHERE id = ?`, m.ID)
}

// swapRow changes a row of a revision: ErrTaken if it has another, ErrNotFound if it is not there.
func (s *Store) swapRow(ctx context.Context, update string, row []any, find, id string) error {
	return s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(update, row...)
		if err != nil || n == 1 {
			return err
		}
		var found int
		if err := w.scan(find, []any{id}, &found); err != nil {
			return err
		}
		return store.ErrTaken
	})
}

// Member gives one, ended or not.
func (s *Store) Member(ctx context.Context, id string) (store.Member, error) {
	return one(ctx, s.d, scanMember, `SELECT `+memberColumns+` FROM members WHERE id = ?`, id)
}

// Members lists all.
func (s *Store) Members(ctx context.Context) ([]store.Member, error) {
	return all(ctx, s.d, scanMember, `SELECT `+memberColumns+` FROM members ORDER BY id`)
}

// NoteMemberSeen keeps the later of two times.
func (s *Store) NoteMemberSeen(ctx context.Context, id string, when time.Time) error {
	_, err := s.change(ctx, `UPDATE members SET seen = max(seen, ?) WHERE id = ?`, ms(when), id)
	return err
}

func scanPasskey(row scanner) (p store.Passkey, err error) {
	var created, used int64
	err = row.Scan(&p.ID, &p.Member, &p.Sealed, &created, &used, &p.Revision)
	p.CreatedAt, p.UsedAt = at(created), at(used)
	return p, err
}

func passkeyRow(p store.Passkey) []any {
	return []any{p.ID, p.Member, blob(p.Sealed), ms(p.CreatedAt), ms(p.UsedAt), p.Revision}
}

const insertPasskey = `INSERT INTO passkeys (` + passkeyColumns + `) VALUES (?, ?, ?, ?, ?, ?)`

// CreatePasskey adds one.
func (s *Store) CreatePasskey(ctx context.Context, p store.Passkey) error {
	return s.create(ctx, insertPasskey, passkeyRow(p)...)
}

// PutPasskey writes one as it is.
func (s *Store) PutPasskey(ctx context.Context, p store.Passkey) error {
	_, err := s.change(ctx, insertPasskey+` ON CONFLICT (id) DO UPDATE SET member = excluded.member, sealed = excluded.sealed,
		created = excluded.created, used = excluded.used, revision = excluded.revision`, passkeyRow(p)...)
	return err
}

// UpdatePasskey is one compare-and-swap of the revision.
func (s *Store) UpdatePasskey(ctx context.Context, p store.Passkey) error {
	return s.swapRow(ctx, `UPDATE passkeys SET member = ?2, sealed = ?3, created = ?4, used = ?5, revision = ?6 + 1
		WHERE id = ?1 AND revision = ?6`, passkeyRow(p), `SELECT 1 FROM passkeys WHERE id = ?`, p.ID)
}

// Passkey gives one.
func (s *Store) Passkey(ctx context.Context, id string) (store.Passkey, error) {
	return one(ctx, s.d, scanPasskey, `SELECT `+passkeyColumns+` FROM passkeys WHERE id = ?`, id)
}

// PasskeysOf lists a member's.
func (s *Store) PasskeysOf(ctx context.Context, member string) ([]store.Passkey, error) {
	return all(ctx, s.d, scanPasskey, `SELECT `+passkeyColumns+` FROM passkeys WHERE member = ? ORDER BY created, id`, member)
}

// DeletePasskey removes one.
func (s *Store) DeletePasskey(ctx context.Context, id string) error {
	_, err := s.change(ctx, `DELETE FROM passkeys WHERE id = ?`, id)
	return err
}

func scanEnrolment(row scanner) (e store.Enrolment, err error) {
	var created, expires, used int64
	err = row.Scan(&e.Hash, &e.Member, &created, &expires, &used)
	e.CreatedAt, e.ExpiresAt, e.UsedAt = at(created), at(expires), at(used)
	return e, err
}

// CreateEnrolment adds one.
func (s *Store) CreateEnrolment(ctx context.Context, e store.Enrolment) error {
	return s.create(ctx, `INSERT INTO enrolments (`+enrolmentColumns+`) VALUES (?, ?, ?, ?, ?)`,
		e.Hash, e.Member, ms(e.CreatedAt), ms(e.ExpiresAt), ms(e.UsedAt))
}

// Enrolment gives one, used or over as it may be.
func (s *Store) Enrolment(ctx context.Context, hash string) (store.Enrolment, error) {
	return one(ctx, s.d, scanEnrolment, `SELECT `+enrolmentColumns+` FROM enrolments WHERE hash = ?`, hash)
}

// UseEnrolment is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) UseEnrolment(ctx context.Context, hash string, now time.Time) error {
	return s.d.write(ctx, durable, func(w writing) error {
		n, err := w.exec(`UPDATE enrolments SET used = ? WHERE hash = ? AND used = ?`, ms(now), hash, ms(time.Time{}))
		if err != nil || n == 1 {
			return err
		}
		var found int
		if err := w.scan(`SELECT 1 FROM enrolments WHERE hash = ?`, []any{hash}, &found); err != nil {
			return err
		}
		return store.ErrExists
	})
}

// DropEnrolments removes a member's.
func (s *Store) DropEnrolments(ctx context.Context, member string) error {
	_, err := s.change(ctx, `DELETE FROM enrolments WHERE member = ?`, member)
	return err
}

// ForgetEnrolments removes what ended long ago.
func (s *Store) ForgetEnrolments(ctx context.Context, before time.Time) error {
	_, err := s.change(ctx, `DELETE FROM enrolments WHERE expires < ?`, ms(before))
	return err
}
