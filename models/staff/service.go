// Package staff owns who is on the staff: members and their roles, how they sign in, and where they are signed in. What a
// role permits is in models/auth.
//
// What is done to a member has effect when the log says so. It is written with the member first, as owed, in one step with
// the change itself; whoever reads the member next has the log say it before the change counts. So a crash in between
// loses nothing, and a command beside a running server needs no log of its own.
package staff

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"candor/models"
	"candor/models/auth"
	"candor/models/keys"
	"candor/models/sequencer"
	"candor/models/staffact"
	"candor/models/store"
)

// Recorder says in the log what staff did; *staffact.Recorder is one.
type Recorder interface {
	Record(ctx context.Context, by staffact.By, a staffact.Act) (sequencer.Result, error)
}

// Sealer seals under encryption keys; *keys.Ring is one.
type Sealer interface {
	Seal(ctx context.Context, scope store.Scope, plaintext, associated []byte) ([]byte, error)
	Open(ctx context.Context, scope store.Scope, sealed, associated []byte) ([]byte, error)
}

// Challenges is the part of store.SignIns that is needed here.
type Challenges interface {
	CreateChallenge(ctx context.Context, c store.Challenge) error
	Challenge(ctx context.Context, id string, now time.Time) (store.Challenge, error)
	EndChallenge(ctx context.Context, id string) error
	Count(ctx context.Context, key string, now, until time.Time) (int, error)
}

// Config is what a Service needs.
type Config struct {
	Store store.Staff
	// Challenges keeps what browsers were asked until they answer.
	Challenges Challenges
	Auth       *auth.Service
	Ring       Sealer
	// BaseURL is this site's, to which passkeys are bound; Site is what people call it.
	BaseURL, Site string
	// Recorder is nil where the log cannot be written, as in a command beside a running server: what is done there is owed,
	// and has effect when the server comes by.
	Recorder Recorder
	// Secret is 32 bytes that are kept outside the store: members who sign in elsewhere are found by it.
	Secret []byte
	Clock  func() time.Time
	Random io.Reader
	Logger *slog.Logger
}

// Service keeps the staff. It is safe for concurrent use.
type Service struct {
	cfg   Config
	party *webauthn.WebAuthn // nil where there can be no passkeys
}

// New makes a Service.
func New(c Config) (*Service, error) {
	party, err := relyingParty(c.BaseURL, c.Site)
	if err != nil {
		return nil, err
	}
	return &Service{c, party}, nil
}

// How members sign in.
const (
	OriginLocal = "local" // by passkeys
	OriginOIDC  = "oidc"  // at the company's own sign-in, which says their roles
	OriginDemo  = "demo"
)

// What stands in the way.
var (
	ErrUnknownMember = models.Fail(models.NotFound, "unknown_staff")
	// ErrEnded: the member is not on the staff any more.
	ErrEnded = models.Fail(models.Gone, "member_ended")
	// ErrOneself: nobody changes their own roles, and nobody ends themselves.
	ErrOneself = models.Fail(models.Conflict, "member_oneself")
	// ErrLastAdmin: nobody would be left who can let anybody in.
	ErrLastAdmin = models.Fail(models.Conflict, "last_admin")
	// ErrRolesElsewhere: the company's own sign-in says the roles of this member.
	ErrRolesElsewhere = models.Fail(models.Conflict, "roles_elsewhere")
	ErrNoRole         = models.Fail(models.Invalid, "no_role").In("role")
	ErrUnknownRole    = models.Fail(models.Invalid, "unknown_role").In("role")
	ErrBadName        = models.Fail(models.Invalid, "member_name", "max", maxName).In("name")
	ErrBadEmail       = models.Fail(models.Invalid, "bad_email").In("email")
)

// Member is a member of staff as those who keep the staff see them.
type Member struct {
	models.Staff

	Email, Origin            string
	AddedAt, EndedAt, SeenAt time.Time // the zero time where it has not happened
}

// Ended says whether they are on the staff no more.
func (m *Member) Ended() bool { return !m.EndedAt.IsZero() }

// Member gives one who is on the staff, as of now: what was changed a moment ago counts. ErrUnknownMember, ErrEnded.
func (s *Service) Member(ctx context.Context, id string) (models.Staff, error) {
	m, err := s.Find(ctx, id)
	if err != nil {
		return models.Staff{}, err
	}
	if m.Ended() {
		return models.Staff{}, ErrEnded
	}
	return m.Staff, nil
}

// Find gives one, on the staff or not: ErrUnknownMember.
func (s *Service) Find(ctx context.Context, id string) (Member, error) {
	kept, err := s.settled(ctx, id)
	if err != nil {
		return Member{}, err
	}
	return s.open(ctx, kept)
}

// Members lists all, those that ended too, in no order that means anything. What is owed of them may not be in the log yet.
func (s *Service) Members(ctx context.Context) ([]Member, error) {
	list, err := s.cfg.Store.Members(ctx)
	if err != nil {
		return nil, models.Wrap("list staff", err)
	}
	out := make([]Member, len(list))
	for i, kept := range list {
		if out[i], err = s.open(ctx, kept); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// person is what is sealed of a member.
type person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// memberPlace binds what is sealed to its member.
func memberPlace(id string) []byte { return []byte("member\x00" + id) }

func (s *Service) open(ctx context.Context, kept store.Member) (Member, error) {
	m := Member{
		Staff: models.Staff{ID: kept.ID, Roles: kept.Roles}, Origin: kept.Origin,
		AddedAt: kept.CreatedAt, EndedAt: kept.EndedAt, SeenAt: kept.SeenAt,
	}
	raw, err := s.cfg.Ring.Open(ctx, keys.StaffScope, kept.Sealed, memberPlace(kept.ID))
	if err != nil {
		return Member{}, models.Wrap("read a member of staff", err)
	}
	var p person
	if err := json.Unmarshal(raw, &p); err != nil {
		return Member{}, errors.New("read a member of staff: what is sealed is damaged")
	}
	m.Name, m.Email = p.Name, p.Email
	return m, nil
}

func (s *Service) seal(ctx context.Context, id string, p person) ([]byte, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write a member of staff: %w", err)
	}
	sealed, err := s.cfg.Ring.Seal(ctx, keys.StaffScope, raw, memberPlace(id))
	return sealed, models.Wrap("write a member of staff", err)
}

// draw gives n random bytes as base64url.
func (s *Service) draw(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.cfg.Random, b); err != nil {
		return "", fmt.Errorf("draw %d random bytes: %w", n, err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// AccountID is the ID of whoever is known elsewhere, at an issuer by a subject: the same each time, and without the secret
// it says nothing about the account.
func (s *Service) AccountID(issuer, subject string) string {
	mac := hmac.New(sha256.New, s.cfg.Secret)
	mac.Write([]byte("staff account\x00" + issuer + "\x00" + subject))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:idSize])
}
