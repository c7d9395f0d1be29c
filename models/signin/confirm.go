package signin

import (
	"context"
	"strings"
	"unicode/utf8"

	"candor/models/store"
)

// customerPrefix tells a customer's reference from an address among the subjects of challenges.
const customerPrefix = "customer:"

// MustProve says whether the person of a session has to prove anew who they are before a download.
func (s *Service) MustProve(session store.Session) bool {
	return s.cfg.StepUpAfter > 0 && s.cfg.Clock().Sub(session.ProvedAt) > s.cfg.StepUpAfter
}

// Address is what a session's person may see of the address to which a code would be sent; empty if none can be.
func (s *Service) Address(ctx context.Context, session store.Session) (string, error) {
	if !s.cfg.Mail || session.Customer == "" {
		return "", nil
	}
	profile, err := s.cfg.Profiles.Customer(ctx, session.Customer)
	if err != nil || s.cfg.Keys.Email(profile.Email) == "" {
		return "", err
	}
	return masked(profile.Email), nil
}

// masked shows the first letter of an address and its domain.
func masked(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	r, _ := utf8.DecodeRuneInString(local)
	return string(r) + "…@" + domain
}

// AskConfirmation sends a code to the address on file of a session's customer. EnterCode with it confirms the
// session. ErrNoAddress, ErrTooMany.
func (s *Service) AskConfirmation(ctx context.Context, session store.Session, a Asking) (Pending, error) {
	address, err := s.Address(ctx, session)
	if err != nil {
		return Pending{}, err
	}
	if address == "" {
		return Pending{}, ErrNoAddress
	}
	return s.sendCode(ctx, store.Challenge{Subject: customerPrefix + session.Customer, Session: session.Hash, Target: a.Target}, a)
}
