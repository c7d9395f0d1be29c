package signin

import (
	"context"

	"candor/models/store"
)

// How many fresh links may be asked for in codesWindow.
const (
	freshCustomer = 3
	freshNetwork  = 20
)

// AskFreshLink mails a fresh link to the address on file in place of one that is over, if there is an address.
// Nothing in what it answers says whether there is. auth.ErrLinkUnknown if there never was such a link or it was
// revoked; ErrTooMany.
func (s *Service) AskFreshLink(ctx context.Context, secret string, a Asking) error {
	if !s.cfg.Mail {
		return ErrNoSuchWay
	}
	if err := s.limited(ctx, "fresh link network", a.Network, freshNetwork, codesWindow); err != nil {
		return err
	}
	link, err := s.cfg.Auth.EndedLink(ctx, secret)
	if err != nil {
		return err
	}
	if err := s.limited(ctx, "fresh link", link.Customer, freshCustomer, codesWindow); err != nil {
		return err
	}
	_, id, err := s.cfg.Auth.DrawSecret()
	if err != nil {
		return err
	}
	return s.post(ctx, store.Mail{ID: id, Kind: mailLink, Subject: link.Hash, Locale: a.Locale, ExpiresAt: s.cfg.Clock().Add(CodeLifetime)})
}
