package signin

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"candor/models"
	"candor/models/auth"
	"candor/models/store"
)

const (
	// CodeLifetime is how long a code may be used.
	CodeLifetime = 10 * time.Minute
	// codeTries is how often somebody may be wrong about one.
	codeTries  = 5
	codeDigits = 8
	codes      = 100_000_000
)

// How many codes may be asked for in a while. With five tries each, whoever asks as often as they may guesses right
// once in a hundred thousand days, from many networks at once.
const (
	codesWindow  = 15 * time.Minute
	codesAddress = 5 // to one address
	codesNetwork = 30
	codesDay     = 20  // to one address, asked for from one network, in 24 hours
	codesDayAll  = 200 // to one address in 24 hours: a stranger alone must not shut its owner out for a day
)

// Asking is a person who asks for something to be mailed.
type Asking struct {
	// Network is where they ask from; Locale the language that they read.
	Network, Locale string
	// Target is where they want to go on.
	Target string
}

// AskCode sends a code to an address, if it is on file, and gives the browser's part. Nothing in what happens before
// it returns depends on whether it is: who holds an address is looked up when the mail is written. ErrBadEmail,
// ErrTooMany.
func (s *Service) AskCode(ctx context.Context, address string, a Asking) (Pending, error) {
	if !s.cfg.Mail {
		return Pending{}, ErrNoSuchWay
	}
	key := s.cfg.Keys.Email(address)
	if key == "" {
		return Pending{}, ErrBadEmail
	}
	return s.sendCode(ctx, store.Challenge{Subject: key, Target: a.Target}, a)
}

// sendCode begins a challenge about an address or, for a session that is to be confirmed, about its customer.
func (s *Service) sendCode(ctx context.Context, c store.Challenge, a Asking) (Pending, error) {
	for _, limit := range []struct {
		what, who string
		most      int
		within    time.Duration
	}{
		{"network", a.Network, codesNetwork, codesWindow},
		{"address", c.Subject, codesAddress, codesWindow},
		{"address and network of a day", c.Subject + "\x00" + a.Network, codesDay, 24 * time.Hour},
		{"address of a day", c.Subject, codesDayAll, 24 * time.Hour},
	} {
		if err := s.limited(ctx, limit.what, limit.who, limit.most, limit.within); err != nil {
			return Pending{}, err
		}
	}
	c.Kind, c.Tries = kindCode, codeTries
	pending, c, err := s.begin(ctx, c, CodeLifetime)
	if err != nil {
		return Pending{}, err
	}
	kind := mailCode
	if c.Session != "" {
		kind = mailConfirm
	}
	return pending, s.post(ctx, store.Mail{ID: c.ID, Kind: kind, Subject: c.Subject, Locale: a.Locale, ExpiresAt: c.ExpiresAt})
}

// post puts a mail into the outbox.
func (s *Service) post(ctx context.Context, m store.Mail) error {
	m.DueAt = s.cfg.Clock()
	if err := s.cfg.Store.PutMail(ctx, m); err != nil {
		return models.Wrap("put mail", err)
	}
	s.cfg.Wake()
	return nil
}

// code is that of a challenge: it follows from its ID and the server's secret, and is kept nowhere.
func (s *Service) code(challenge string) string {
	n := binary.BigEndian.Uint64(s.cfg.Keys.sum("code", challenge)) % codes
	return fmt.Sprintf("%0*d", codeDigits, n)
}

// digits reads a code as people write one: with gaps, or in the digits of another script.
func digits(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			b.WriteByte('0' + byte(digit(r)))
		case unicode.IsSpace(r), r == '-', r == '–', r == '\u200e', r == '\u200f':
		default:
			return ""
		}
	}
	if b.Len() != codeDigits {
		return ""
	}
	return b.String()
}

// digit is the value of a decimal digit: Unicode has them in runs of ten.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-1) {
		r--
		n++
	}
	return n
}

// CodePending says whether a browser is in the middle of this: ErrCodeOver if it is not, or no longer.
func (s *Service) CodePending(ctx context.Context, secret string) (store.Challenge, error) {
	c, err := s.pending(ctx, secret, kindCode)
	if errors.Is(err, store.ErrNotFound) || (err == nil && c.Tries == 0) {
		return store.Challenge{}, ErrCodeOver
	}
	return c, models.Wrap("read challenge", err)
}

func (s *Service) pending(ctx context.Context, secret, kind string) (store.Challenge, error) {
	hash, ok := auth.HashOf(secret)
	if !ok {
		return store.Challenge{}, store.ErrNotFound
	}
	c, err := s.cfg.Store.Challenge(ctx, hash, s.cfg.Clock())
	if err == nil && c.Kind != kind {
		return store.Challenge{}, store.ErrNotFound
	}
	return c, err
}

// EnterCode uses a code. Where the address is that of several customers, nobody is in yet: people is then the
// browser's part of choosing. ErrCodeWrong if it is another, ErrCodeOver if it was used, has run out, or was guessed
// at too often.
func (s *Service) EnterCode(ctx context.Context, secret, text string) (_ Entered, people *Pending, _ error) {
	code := digits(text)
	if _, err := s.CodePending(ctx, secret); err != nil {
		return Entered{}, nil, err
	}
	if code == "" { // it cannot be one, so it costs no try
		return Entered{}, nil, ErrCodeWrong
	}
	hash, _ := auth.HashOf(secret)
	c, err := s.cfg.Store.TryChallenge(ctx, hash, s.cfg.Clock())
	if errors.Is(err, store.ErrNotFound) {
		return Entered{}, nil, ErrCodeOver
	}
	if err != nil {
		return Entered{}, nil, models.Wrap("try code", err)
	}
	if !same(s.code(c.ID), code) {
		if c.Tries == 0 {
			return Entered{}, nil, ErrCodeOver
		}
		return Entered{}, nil, ErrCodeWrong
	}
	if err := s.end(ctx, c); err != nil {
		return Entered{}, nil, err
	}
	if c.Session != "" {
		return Entered{Target: c.Target, Confirmed: c.Session}, nil, s.cfg.Auth.Proved(ctx, c.Session)
	}
	return s.admit(ctx, c)
}

// end uses a challenge up, for one caller.
func (s *Service) end(ctx context.Context, c store.Challenge) error {
	err := s.cfg.Store.EndChallenge(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return ErrCodeOver
	}
	return models.Wrap("end challenge", err)
}

// admit lets the holder of an address in.
func (s *Service) admit(ctx context.Context, c store.Challenge) (Entered, *Pending, error) {
	holders, err := s.holders(ctx, c.Subject)
	if err != nil {
		return Entered{}, nil, err
	}
	switch len(holders) {
	case 0: // the address has gone meanwhile; or nobody had it, and the code was a guess
		return Entered{}, nil, ErrCodeOver
	case 1:
		entered, err := s.enter(ctx, holders[0].Ref, auth.MethodCode, c.Target)
		return entered, nil, err
	}
	pending, _, err := s.begin(ctx, store.Challenge{Kind: kindPeople, Subject: c.Subject, Target: c.Target}, CodeLifetime)
	return Entered{}, &pending, err
}

func (s *Service) enter(ctx context.Context, customer, method, target string) (Entered, error) {
	secret, session, err := s.cfg.Auth.Enter(ctx, auth.Entrance{Customer: customer, Method: method})
	return Entered{Session: session, Secret: secret, Target: target}, err
}
