package staff

import (
	"context"
	"errors"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

// Enter signs in a member who has shown who they are, in a way that auth names. The log says so before anybody has the
// session's secret. ErrUnknownMember, ErrEnded.
func (s *Service) Enter(ctx context.Context, id, method string) (secret string, session store.Session, err error) {
	m, err := s.Member(ctx, id)
	if err != nil {
		return "", store.Session{}, err
	}
	secret, session, err = s.cfg.Auth.Enter(ctx, auth.Entrance{Staff: m.ID, Method: method})
	if err != nil {
		return "", store.Session{}, err
	}
	act := staffact.Act{
		Kind: ledger.StaffSignedIn, ID: ledger.DerivedEventID(ledger.StaffSignedIn, session.ID), About: aboutSession(session),
	}
	if _, err := s.cfg.Recorder.Record(ctx, staffact.By{ID: m.ID, Auth: method}, act); err != nil {
		return "", store.Session{}, errors.Join(err, s.cfg.Auth.EndNamed(context.WithoutCancel(ctx), session.Hash))
	}
	return secret, session, models.Wrap("note a member of staff", s.cfg.Store.NoteMemberSeen(ctx, m.ID, session.CreatedAt))
}

func aboutSession(session store.Session) ledger.About {
	return ledger.About{Type: "session", Key: session.ID, Part: session.Staff}
}

// Seen keeps that a member's session was used just now.
func (s *Service) Seen(ctx context.Context, session store.Session) error {
	if !s.cfg.Auth.SeenLongAgo(session) {
		return nil
	}
	return errors.Join(
		s.cfg.Auth.Seen(ctx, session),
		models.Wrap("note a member of staff", s.cfg.Store.NoteMemberSeen(ctx, session.Staff, s.cfg.Clock())),
	)
}

// Sessions lists where a member is signed in, the newest first.
func (s *Service) Sessions(ctx context.Context, id string) ([]store.Session, error) {
	return s.cfg.Auth.SessionsOfStaff(ctx, id)
}

// SignOut ends a member's session. It ends whether or not the log can say so.
func (s *Service) SignOut(ctx context.Context, by staffact.By, session store.Session) error {
	if err := s.cfg.Auth.EndNamed(ctx, session.Hash); err != nil {
		return err
	}
	_, err := s.cfg.Recorder.Record(ctx, by, staffact.Act{
		Kind: ledger.StaffSignedOut, ID: ledger.DerivedEventID(ledger.StaffSignedOut, session.ID), About: aboutSession(session),
	})
	return err
}

// EndSession ends one of a member's sessions by its ID: auth.ErrUnknownSession if it is none of theirs.
func (s *Service) EndSession(ctx context.Context, by staffact.By, member, id string) error {
	sessions, err := s.Sessions(ctx, member)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if session.ID == id {
			return s.SignOut(ctx, by, session)
		}
	}
	return auth.ErrUnknownSession
}

// EndSessions ends all of a member's sessions but the one of that ID, which may be empty.
func (s *Service) EndSessions(ctx context.Context, by staffact.By, member, but string) error {
	sessions, err := s.Sessions(ctx, member)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if session.ID != but {
			if err := s.SignOut(ctx, by, session); err != nil {
				return err
			}
		}
	}
	return nil
}

// endSessions ends all sessions of somebody who is not on the staff any more, which the log has said.
func (s *Service) endSessions(ctx context.Context, member string) error {
	sessions, err := s.Sessions(ctx, member)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if err := s.cfg.Auth.EndNamed(ctx, session.Hash); err != nil {
			return err
		}
	}
	return nil
}
