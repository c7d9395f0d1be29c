package staff

import (
	"context"
	"errors"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

// EnrolmentLifetime is how long a link by which a member makes their first passkey is good.
const EnrolmentLifetime = 24 * time.Hour

// ErrEnrolment: the link is used, over, taken back, or never was. It does not say which: whoever holds one that is no good
// learns nothing about it.
var ErrEnrolment = models.Fail(models.Gone, "enrolment_over")

// NewLink makes a link by which a member makes a passkey, once; earlier ones are good no more. anew also removes the
// passkeys that there are, as when a device was lost. The secret is kept nowhere.
func (s *Service) NewLink(ctx context.Context, by staffact.By, id string, anew bool) (secret string, expires time.Time, err error) {
	m, err := s.Find(ctx, id)
	switch {
	case err != nil:
		return "", expires, err
	case m.Ended():
		return "", expires, ErrEnded
	case m.Origin != OriginLocal || s.party == nil:
		return "", expires, ErrNoPasskeys
	}
	if err := s.recordLink(ctx, by, id); err != nil {
		return "", expires, err
	}
	if err := s.cfg.Store.DropEnrolments(ctx, id); err != nil {
		return "", expires, models.Wrap("drop enrolments", err)
	}
	if anew {
		if err := s.dropPasskeys(ctx, by, id); err != nil {
			return "", expires, err
		}
	}
	secret, hash, err := s.cfg.Auth.DrawSecret()
	if err != nil {
		return "", expires, err
	}
	now := s.cfg.Clock()
	expires = now.Add(EnrolmentLifetime)
	err = s.cfg.Store.CreateEnrolment(ctx, store.Enrolment{Hash: hash, Member: id, CreatedAt: now, ExpiresAt: expires})
	return secret, expires, models.Wrap("make an enrolment link", err)
}

// LinkURL is where an enrolment link leads, at the name that passkeys are bound to.
func (s *Service) LinkURL(secret string) string {
	base := s.cfg.BaseURL
	if s.party != nil {
		base = s.party.Config.RPOrigins[len(s.party.Config.RPOrigins)-1]
	}
	return base + "/staff/enrol/" + secret
}

// recordLink says that a link is made: at once, or, without a log, with the member, for whoever has one.
func (s *Service) recordLink(ctx context.Context, by staffact.By, id string) error {
	if s.cfg.Recorder != nil {
		_, err := s.cfg.Recorder.Record(ctx, by, staffact.Act{
			Kind: ledger.StaffChanged, About: ledger.About{Type: "enrolment", Key: id},
		})
		return err
	}
	o, err := s.owe(by, ledger.StaffChanged, "")
	if err != nil {
		return err
	}
	o.About = "enrolment"
	for range changeTries {
		m, err := s.settled(ctx, id)
		if err != nil {
			return err
		}
		list, err := readOwed(m.Owed)
		if err != nil {
			return err
		}
		if m.Owed, err = writeOwed(append(list, o)); err != nil {
			return err
		}
		if err := s.cfg.Store.UpdateMember(ctx, m); !errors.Is(err, store.ErrTaken) {
			return models.Wrap("write a member of staff", err)
		}
	}
	return errBusy
}

func (s *Service) dropPasskeys(ctx context.Context, by staffact.By, member string) error {
	list, err := s.cfg.Store.PasskeysOf(ctx, member)
	if err != nil {
		return models.Wrap("list passkeys", err)
	}
	for _, p := range list {
		if err := s.dropPasskey(ctx, by, p); err != nil {
			return err
		}
	}
	return nil
}

// Enrolling says whose link it is, and uses nothing up: ErrEnrolment.
func (s *Service) Enrolling(ctx context.Context, secret string) (models.Staff, time.Time, error) {
	e, err := s.enrolment(ctx, secret)
	if err != nil {
		return models.Staff{}, time.Time{}, err
	}
	m, err := s.Member(ctx, e.Member)
	if errors.Is(err, ErrEnded) || errors.Is(err, ErrUnknownMember) {
		return m, e.ExpiresAt, ErrEnrolment
	}
	return m, e.ExpiresAt, err
}

func (s *Service) enrolment(ctx context.Context, secret string) (store.Enrolment, error) {
	hash, ok := auth.HashOf(secret)
	if !ok {
		return store.Enrolment{}, ErrEnrolment
	}
	e, err := s.cfg.Store.Enrolment(ctx, hash)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return e, ErrEnrolment
	case err != nil:
		return e, models.Wrap("read an enrolment link", err)
	case !e.UsedAt.IsZero() || !s.cfg.Clock().Before(e.ExpiresAt):
		return e, ErrEnrolment
	}
	return e, nil
}

// Enrol uses a link up: it keeps the passkey that a browser has made, and signs its member in. A link that was used at the
// same moment elsewhere keeps nothing. ErrEnrolment, and what newPasskey may find.
func (s *Service) Enrol(ctx context.Context, link, secret, name string, answer []byte) (string, store.Session, error) {
	member, _, err := s.Enrolling(ctx, link)
	if err != nil {
		return "", store.Session{}, err
	}
	p, err := s.newPasskey(ctx, member.ID, secret, name, answer)
	if err != nil {
		return "", store.Session{}, err
	}
	hash, _ := auth.HashOf(link)
	if err := s.cfg.Store.UseEnrolment(ctx, hash, s.cfg.Clock()); err != nil {
		if errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrNotFound) {
			return "", store.Session{}, ErrEnrolment
		}
		return "", store.Session{}, models.Wrap("use an enrolment link", err)
	}
	if err := s.keepPasskey(ctx, staffact.By{ID: member.ID, Auth: "enrolment"}, p); err != nil {
		return "", store.Session{}, err
	}
	return s.Enter(ctx, member.ID, auth.MethodPasskey)
}

// Forget removes links that ended a day ago or earlier.
func (s *Service) Forget(ctx context.Context) error {
	return models.Wrap("forget enrolment links", s.cfg.Store.ForgetEnrolments(ctx, s.cfg.Clock().Add(-EnrolmentLifetime)))
}
