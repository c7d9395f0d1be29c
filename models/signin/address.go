package signin

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"candor/models"
	"candor/models/billing"
	"candor/models/store"
)

// maxAddress is the longest address there is, in bytes (RFC 5321, section 4.5.3.1.3, without its brackets).
const maxAddress = 254

// normal brings an address to the form in which two that reach one mailbox are equal: trimmed, in lower case, its
// characters composed and its domain in ASCII (RFC 5891). The part before the @ may in theory tell cases apart; no
// provider that people use does. ok is false for what is no address.
func normal(address string) (_ string, ok bool) {
	address = strings.ToLower(norm.NFC.String(strings.TrimSpace(address)))
	at := strings.LastIndexByte(address, '@')
	if at < 1 || len(address) > maxAddress || strings.ContainsAny(address, " \t\r\n<>,;\x00") {
		return "", false
	}
	domain, err := idna.Lookup.ToASCII(strings.TrimSuffix(address[at+1:], "."))
	if err != nil || domain == "" || strings.ContainsRune(address[:at], '@') {
		return "", false
	}
	return address[:at] + "@" + domain, true
}

// Email is what is kept of an address in the index of addresses; empty for what is no address.
func (k Keys) Email(address string) string {
	a, ok := normal(address)
	if !ok {
		return ""
	}
	return k.of("email", a)
}

// EmailMark is the key of no address: see billing.Emails.
func (k Keys) EmailMark() string { return k.of("email", "") }

// household is how many customers one address is looked up for at most.
const household = 20

// holders are the customers with an address on file. The index may be behind what is on file, so each is looked up:
// nobody gets in by an address that was theirs once, or whose key was destroyed.
func (s *Service) holders(ctx context.Context, key string) ([]billing.Profile, error) {
	refs, err := s.cfg.Store.CustomersOfEmail(ctx, key, household)
	if err != nil {
		return nil, models.Wrap("find address", err)
	}
	var out []billing.Profile
	for _, ref := range refs {
		profile, err := s.cfg.Profiles.Customer(ctx, ref)
		if err != nil && !errors.Is(err, models.ErrUnknownCustomer) {
			return nil, err
		}
		if err == nil && same(s.cfg.Keys.Email(profile.Email), key) {
			out = append(out, profile)
			continue
		}
		if err := s.cfg.Store.PutEmails(ctx, []store.EmailKey{{Customer: ref, Key: s.cfg.Keys.Email(profile.Email)}}); err != nil {
			return nil, models.Wrap("correct address", err)
		}
	}
	return out, nil
}

// Forget removes what a customer could come in by: for their erasure. Who is signed in stays so until the session ends, to
// see what becomes of what they asked.
func (s *Service) Forget(ctx context.Context, customer string) error {
	if err := s.cfg.Store.PutEmails(ctx, []store.EmailKey{{Customer: customer}}); err != nil {
		return models.Wrap("forget address", err)
	}
	return models.Wrap("forget accounts", s.cfg.Store.ForgetIdentities(ctx, customer))
}
