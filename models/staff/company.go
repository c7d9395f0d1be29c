package staff

import (
	"context"
	"errors"
	"slices"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/signin"
	"candor/models/staffact"
	"candor/models/store"
)

// EnterFrom lets in whom the company's own sign-in vouches for. Who comes for the first time joins the staff; name, address
// and roles are from then on what it says each time. Whoever was taken off the staff stays off until an administrator
// lets them back: ErrEnded.
func (s *Service) EnterFrom(ctx context.Context, c signin.StaffClaims) (string, store.Session, error) {
	id, by := s.AccountID(c.Issuer, c.Subject), staffact.By{Auth: auth.MethodOIDC}
	if c.Name == "" {
		c.Name = c.Email
	}
	_, err := s.Find(ctx, id)
	if errors.Is(err, ErrUnknownMember) {
		_, err = s.Add(ctx, by, Joining{ID: id, Name: c.Name, Email: c.Email, Origin: OriginOIDC, Roles: c.Roles})
		if errors.Is(err, store.ErrExists) { // their other browser was first
			err = nil
		}
	}
	if err != nil {
		return "", store.Session{}, err
	}
	if err := s.refresh(ctx, by, id, c); err != nil {
		return "", store.Session{}, err
	}
	return s.Enter(ctx, id, auth.MethodOIDC)
}

// refresh takes over what the provider says of a member. Roles may go though they are the last administrator's: the
// provider decides that.
func (s *Service) refresh(ctx context.Context, by staffact.By, id string, c signin.StaffClaims) error {
	roles, err := valid(Joining{Name: c.Name, Email: c.Email, Roles: c.Roles})
	if err != nil {
		return err
	}
	m, err := s.Find(ctx, id)
	switch {
	case err != nil:
		return err
	case m.Ended():
		return ErrEnded
	case slices.Equal(m.Roles, roles) && m.Name == c.Name && m.Email == c.Email:
		return nil
	}
	sealed, err := s.seal(ctx, id, person{c.Name, c.Email})
	if err != nil {
		return err
	}
	for range changeTries {
		kept, err := s.settled(ctx, id)
		if err != nil {
			return err
		}
		if !kept.EndedAt.IsZero() {
			return ErrEnded
		}
		o, err := s.owe(by, ledger.StaffChanged, listed(roles))
		if err != nil {
			return err
		}
		kept.Sealed, kept.Roles = sealed, roles
		if kept.Owed, err = writeOwed([]owed{o}); err != nil {
			return err
		}
		switch err := s.cfg.Store.UpdateMember(ctx, kept); {
		case err == nil:
			kept.Revision++
			_, err = s.settle(ctx, kept)
			return err
		case !errors.Is(err, store.ErrTaken):
			return models.Wrap("write a member of staff", err)
		}
	}
	return errBusy
}
