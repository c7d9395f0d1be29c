// Package idempotency owns the promise behind the header Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header): of any number of equal requests under one key, on any number of servers,
// one is carried out, and all are given its answer.
//
// An answer may hold personal data or a secret. It is sealed under a key that is worked out from the server's secret and
// from the client's own Idempotency-Key, which is kept nowhere: whoever has the store reads nothing without the first, and
// nothing without guessing the second. It is forgotten after a day.
package idempotency

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"candor/models"
	"candor/models/store"
)

// Lifetime is how long a key stands for its first request.
const Lifetime = 24 * time.Hour

// claimLifetime is how long an attempt may take before another one is let in: longer than any write takes whose server
// is alive, so that only a crash is waited for.
const claimLifetime = time.Minute

// maxAnswer is how long a sealed answer may be, in bytes: room for the largest profile, and no more than any store takes
// as one value.
const maxAnswer = 2 << 20

var (
	// ErrReused: the key stands for another request.
	ErrReused = models.Fail(models.Invalid, "idempotency_key_reused")
	// ErrRunning: the first request under this key is not answered yet.
	ErrRunning = models.Fail(models.Conflict, "idempotency_key_running")
)

// Answer is what a request was answered with.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// Config is what a Service works with.
type Config struct {
	Store store.NamedWrites
	// Secret is the server's, the same on all servers.
	Secret []byte
	Clock  func() time.Time
	Random io.Reader
}

// Service keeps the promise.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg} }

// Request is a write that a client named.
type Request struct {
	// Client tells clients apart; Key is of the client's choosing.
	Client, Key string
	// Parts are everything that makes it this request and not another: method, path, body.
	Parts [][]byte
}

// Claim is the right and the duty to carry a request out. One of Keep and Drop ends it.
type Claim struct {
	s          *Service
	id, holder string
	seal       cipher.AEAD
}

// Begin claims a request, or gives the answer that it was given before; one of the two is nil. ErrRunning and ErrReused as
// said there. Where the first attempt gave no answer within a minute, because its server died, the next equal request
// is carried out: what the first one did is then done again, which is harmless for what is idempotent by itself.
func (s *Service) Begin(ctx context.Context, r Request) (*Claim, *Answer, error) {
	n, err := s.names(r)
	if err != nil {
		return nil, nil, fmt.Errorf("idempotency: %w", err)
	}
	holder := make([]byte, 16)
	if _, err := io.ReadFull(s.cfg.Random, holder); err != nil {
		return nil, nil, fmt.Errorf("idempotency: draw: %w", err)
	}
	now := s.cfg.Clock()
	w := store.NamedWrite{
		ID: n.id, Fingerprint: n.fingerprint(r.Parts), Holder: base64.RawURLEncoding.EncodeToString(holder),
		ClaimedUntil: now.Add(claimLifetime), ExpiresAt: now.Add(Lifetime),
	}
	there, err := s.cfg.Store.ClaimWrite(ctx, w, now)
	switch {
	case err == nil:
		return &Claim{s: s, id: n.id, holder: w.Holder, seal: n.seal}, nil, nil
	case !errors.Is(err, store.ErrExists):
		return nil, nil, fmt.Errorf("idempotency: claim: %w", err)
	case there.Fingerprint != w.Fingerprint:
		return nil, nil, ErrReused
	case len(there.Answer) == 0:
		return nil, nil, ErrRunning
	}
	answer, err := open(n.seal, n.id, there.Answer)
	return nil, answer, err
}

// Keep keeps the answer for who asks again. An answer that is too long is not kept: the next equal request is carried out.
func (c *Claim) Keep(ctx context.Context, a Answer) error {
	raw, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("idempotency: %w", err)
	}
	if len(raw) > maxAnswer {
		return c.Drop(ctx)
	}
	nonce := make([]byte, c.seal.NonceSize(), c.seal.NonceSize()+len(raw)+c.seal.Overhead())
	if _, err := io.ReadFull(c.s.cfg.Random, nonce); err != nil {
		return fmt.Errorf("idempotency: draw: %w", err)
	}
	err = c.s.cfg.Store.AnswerWrite(ctx, c.id, c.holder, c.seal.Seal(nonce, nonce, raw, []byte(c.id)))
	if errors.Is(err, store.ErrTaken) { // it took more than a minute, and somebody else does it again
		return nil
	}
	return models.Wrap("idempotency: keep the answer", err)
}

// Drop gives the claim back: the next equal request is carried out.
func (c *Claim) Drop(ctx context.Context) error {
	return models.Wrap("idempotency: drop the claim", c.s.cfg.Store.DropWrite(ctx, c.id, c.holder))
}

// Forget removes what is over.
func (s *Service) Forget(ctx context.Context) error {
	return models.Wrap("idempotency: forget", s.cfg.Store.ForgetWrites(ctx, s.cfg.Clock()))
}

func open(seal cipher.AEAD, id string, sealed []byte) (*Answer, error) {
	n := seal.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("idempotency: the stored answer is damaged")
	}
	raw, err := seal.Open(nil, sealed[:n], sealed[n:], []byte(id))
	if err != nil {
		return nil, fmt.Errorf("idempotency: the stored answer is damaged: %w", err)
	}
	var a Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("idempotency: the stored answer is damaged: %w", err)
	}
	return &a, nil
}

// names are what follows from a client's name for its request and from the server's secret.
type names struct {
	id   string      // under which it is kept
	seal cipher.AEAD // of its answer
	mark []byte      // key of its fingerprint
}

// names works them out (HKDF, RFC 5869).
func (s *Service) names(r Request) (names, error) {
	const use = "candor idempotency key\x00" // a client's id has no zero byte
	derived, err := hkdf.Key(sha256.New, s.cfg.Secret, nil, use+r.Client+"\x00"+r.Key, 96)
	if err != nil {
		return names{}, err
	}
	block, err := aes.NewCipher(derived[32:64])
	if err != nil {
		return names{}, err
	}
	seal, err := cipher.NewGCM(block)
	return names{base64.RawURLEncoding.EncodeToString(derived[:32]), seal, derived[64:]}, err
}

// fingerprint tells one request from another, and whoever has the store nothing: what was asked may be guessed, and a
// plain hash would say that the guess is right.
func (n names) fingerprint(parts [][]byte) string {
	all := hmac.New(sha256.New, n.mark)
	for _, part := range parts {
		sum := sha256.Sum256(part)
		all.Write(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(all.Sum(nil))
}
