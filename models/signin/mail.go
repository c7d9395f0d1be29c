package signin

import (
	"context"
	"errors"
	"strings"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/mail"
	"candor/models/store"
)

// Kinds of mail.
const (
	mailCode    = "code"
	mailConfirm = "confirm"
	mailLink    = "link"
)

// Write puts together what a mail of the outbox says, and finds out to whom: mail.ErrNobody if the address is not on
// file, or what it is about is over.
func (s *Service) Write(ctx context.Context, m store.Mail) (mail.Message, error) {
	switch m.Kind {
	case mailCode, mailConfirm:
		return s.writeCode(ctx, m)
	case mailLink:
		return s.writeLink(ctx, m)
	default: // of a newer version of this program
		return mail.Message{}, mail.ErrNobody
	}
}

func (s *Service) writeCode(ctx context.Context, m store.Mail) (mail.Message, error) {
	to, err := s.addressee(ctx, m.Subject)
	if err != nil {
		return mail.Message{}, err
	}
	code := s.code(m.ID)
	args := []any{
		"operator", s.cfg.Operator(m.Locale), "code", code[:codeDigits/2] + " " + code[codeDigits/2:],
		"count", int(CodeLifetime / time.Minute), "site", s.cfg.BaseURL,
	}
	return mail.Letter(s.cfg.Words(m.Locale), to, args, "mail."+m.Kind+".subject", "mail."+m.Kind+".text", "mail.code.until", "mail."+m.Kind+".not_you", "mail.code.secret"), nil
}

// addressee is the address on file of whoever a challenge is about. Of a household each has the same.
func (s *Service) addressee(ctx context.Context, subject string) (string, error) {
	customer, ok := strings.CutPrefix(subject, customerPrefix)
	if ok {
		profile, err := s.cfg.Profiles.Customer(ctx, customer)
		if errors.Is(err, models.ErrUnknownCustomer) || (err == nil && profile.Email == "") {
			return "", mail.ErrNobody
		}
		return profile.Email, err
	}
	holders, err := s.holders(ctx, subject)
	if err != nil {
		return "", err
	}
	if len(holders) == 0 {
		return "", mail.ErrNobody
	}
	return holders[0].Email, nil
}

func (s *Service) writeLink(ctx context.Context, m store.Mail) (mail.Message, error) {
	link, customer, err := s.cfg.Auth.FreshLink(ctx, m.Subject, m.ID)
	if errors.Is(err, auth.ErrLinkUnknown) {
		return mail.Message{}, mail.ErrNobody
	}
	if err != nil {
		return mail.Message{}, err
	}
	to, err := s.addressee(ctx, customerPrefix+customer)
	if err != nil {
		return mail.Message{}, err
	}
	args := []any{
		"operator", s.cfg.Operator(m.Locale), "link", s.cfg.BaseURL + "/sessions/" + link.Secret,
		"count", int(auth.MailedLinkLifetime / time.Minute),
	}
	return mail.Letter(s.cfg.Words(m.Locale), to, args, "mail.link.subject", "mail.link.text", "mail.link.until", "mail.link.not_you", "mail.link.secret"), nil
}
