package staff

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"candor/models"
	"candor/models/auth"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

// What may come of a passkey.
var (
	// ErrPasskeyOver: what was begun is over, or was begun in another browser.
	ErrPasskeyOver = models.Fail(models.Gone, "passkey_over")
	// ErrPasskeyFailed: what the browser answered does not fit what it was asked, or the passkey is not known here. Which of
	// them it is stays in the operator's log.
	ErrPasskeyFailed = models.Fail(models.Invalid, "passkey_failed")
	// ErrPasskeyCopied: its counter went back, so that somebody else may have a copy. It lets nobody in any more.
	ErrPasskeyCopied = models.Fail(models.Forbidden, "passkey_copied")
	// ErrPasskeyName: it is to be named.
	ErrPasskeyName = models.Fail(models.Invalid, "passkey_name", "max", maxPasskeyName).In("name")
	// ErrLastPasskey: the member could not sign in any more.
	ErrLastPasskey    = models.Fail(models.Conflict, "last_passkey")
	ErrUnknownPasskey = models.Fail(models.NotFound, "unknown_passkey")
	// ErrNoPasskeys: members of this origin have none, or this site can have none.
	ErrNoPasskeys = models.Fail(models.NotFound, "no_passkeys_here")
	ErrTooMany    = models.Fail(models.TooMany, "too_many_tries")
)

const (
	maxPasskeyName    = 60               // characters
	maxPasskeys       = 10               // of a member
	ceremonyLifetime  = 5 * time.Minute  // that a browser has to answer
	ceremoniesNetwork = 60               // that one network may begin in ceremoniesWindow
	ceremoniesWindow  = 15 * time.Minute //
)

// Kinds of challenge, as store.Challenge has them.
const (
	kindNewPasskey = "staff passkey"
	kindPasskey    = "staff sign-in"
)

// Passkey is one of a member's.
type Passkey struct {
	ID, Name        string
	AddedAt, UsedAt time.Time
	// Copied says that somebody else may have a copy; it lets nobody in.
	Copied bool
}

// relyingParty is this site as passkeys know it (WebAuthn Level 3, section 5.1.2): nil where there can be none, because its
// address is a number. On a developer's own machine it is localhost, whichever way that is written.
func relyingParty(baseURL, name string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	host, origins := u.Hostname(), []string{baseURL}
	if addr, err := netip.ParseAddr(host); err == nil {
		if !addr.IsLoopback() {
			return nil, nil //nolint:nilnil // there is no party, and nothing is wrong
		}
		host = "localhost"
		local := *u
		local.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
		if addr.Is6() {
			local.Host = strings.TrimSuffix(host+":"+u.Port(), ":")
		}
		origins = append(origins, local.String())
	}
	required := protocol.ResidentKeyRequirementRequired
	return webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: name, RPOrigins: origins, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: required, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyLifetime, TimeoutUVD: ceremonyLifetime},
			Registration: webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyLifetime, TimeoutUVD: ceremonyLifetime},
		},
	})
}

// Passkeys says whether this site can have any.
func (s *Service) Passkeys() bool { return s.party != nil }

// PasskeySite is the name that passkeys are bound to; empty if this site can have none.
func (s *Service) PasskeySite() string {
	if s.party == nil {
		return ""
	}
	return s.party.Config.RPID
}

// Asked is what a browser is to ask its person for: Options for navigator.credentials, as JSON, and the secret by which the
// browser is recognised when it answers.
type Asked struct {
	Options []byte
	Secret  string
	Expires time.Time
}

// user is a member as the library knows them.
type user struct {
	member      models.Staff
	credentials []webauthn.Credential
}

func (u *user) WebAuthnID() []byte                         { return []byte(u.member.ID) }
func (u *user) WebAuthnName() string                       { return u.member.Name }
func (u *user) WebAuthnDisplayName() string                { return u.member.Name }
func (u *user) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

// sealedPasskey is what is sealed of one.
type sealedPasskey struct {
	Name       string              `json:"name"`
	Copied     bool                `json:"copied,omitempty"`
	Credential webauthn.Credential `json:"credential"`
}

// passkeyPlace binds what is sealed to its passkey and member.
func passkeyPlace(p store.Passkey) []byte { return []byte("passkey\x00" + p.ID + "\x00" + p.Member) }

func (s *Service) openPasskey(ctx context.Context, p store.Passkey) (sealedPasskey, error) {
	var out sealedPasskey
	raw, err := s.cfg.Ring.Open(ctx, keys.StaffScope, p.Sealed, passkeyPlace(p))
	if err != nil {
		return out, models.Wrap("read a passkey", err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, errors.New("read a passkey: what is sealed is damaged")
	}
	return out, nil
}

func (s *Service) sealPasskey(ctx context.Context, p *store.Passkey, content sealedPasskey) error {
	raw, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("write a passkey: %w", err)
	}
	p.Sealed, err = s.cfg.Ring.Seal(ctx, keys.StaffScope, raw, passkeyPlace(*p))
	return models.Wrap("write a passkey", err)
}

// PasskeysOf lists a member's, the oldest first.
func (s *Service) PasskeysOf(ctx context.Context, member string) ([]Passkey, error) {
	list, err := s.cfg.Store.PasskeysOf(ctx, member)
	if err != nil {
		return nil, models.Wrap("list passkeys", err)
	}
	out := make([]Passkey, len(list))
	for i, p := range list {
		content, err := s.openPasskey(ctx, p)
		if err != nil {
			return nil, err
		}
		out[i] = Passkey{ID: p.ID, Name: content.Name, AddedAt: p.CreatedAt, UsedAt: p.UsedAt, Copied: content.Copied}
	}
	return out, nil
}

func (s *Service) user(ctx context.Context, member models.Staff) (*user, error) {
	list, err := s.cfg.Store.PasskeysOf(ctx, member.ID)
	if err != nil {
		return nil, models.Wrap("list passkeys", err)
	}
	u := &user{member: member}
	for _, p := range list {
		content, err := s.openPasskey(ctx, p)
		if err != nil {
			return nil, err
		}
		u.credentials = append(u.credentials, content.Credential)
	}
	return u, nil
}

// begin keeps what a browser was asked, until it answers.
func (s *Service) begin(ctx context.Context, kind, member string, data *webauthn.SessionData, options any) (Asked, error) {
	kept, err := json.Marshal(data)
	if err != nil {
		return Asked{}, fmt.Errorf("begin with a passkey: %w", err)
	}
	a := Asked{Expires: s.cfg.Clock().Add(ceremonyLifetime)}
	if a.Options, err = json.Marshal(options); err != nil {
		return Asked{}, fmt.Errorf("begin with a passkey: %w", err)
	}
	secret, hash, err := s.cfg.Auth.DrawSecret()
	if err != nil {
		return Asked{}, err
	}
	a.Secret = secret
	err = s.cfg.Challenges.CreateChallenge(ctx, store.Challenge{
		ID: hash, Kind: kind, Subject: member, Target: string(kept), CreatedAt: s.cfg.Clock(), ExpiresAt: a.Expires,
	})
	return a, models.Wrap("begin with a passkey", err)
}

// asked gives what a browser was asked, once: ErrPasskeyOver.
func (s *Service) asked(ctx context.Context, secret, kind, member string) (data webauthn.SessionData, err error) {
	hash, ok := auth.HashOf(secret)
	if !ok {
		return data, ErrPasskeyOver
	}
	c, err := s.cfg.Challenges.Challenge(ctx, hash, s.cfg.Clock())
	if errors.Is(err, store.ErrNotFound) || (err == nil && (c.Kind != kind || c.Subject != member)) {
		return data, ErrPasskeyOver
	}
	if err != nil {
		return data, models.Wrap("read challenge", err)
	}
	if err := s.cfg.Challenges.EndChallenge(ctx, hash); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return data, ErrPasskeyOver
		}
		return data, models.Wrap("end challenge", err)
	}
	if err := json.Unmarshal([]byte(c.Target), &data); err != nil {
		return data, errors.New("what a browser was asked is damaged")
	}
	return data, nil
}

// BeginPasskey asks a browser to make a passkey for a member of a local account.
func (s *Service) BeginPasskey(ctx context.Context, id string) (Asked, error) {
	m, err := s.Find(ctx, id)
	switch {
	case err != nil:
		return Asked{}, err
	case m.Ended():
		return Asked{}, ErrEnded
	case s.party == nil || m.Origin == OriginOIDC:
		return Asked{}, ErrNoPasskeys
	}
	u, err := s.user(ctx, m.Staff)
	if err != nil {
		return Asked{}, err
	}
	if len(u.credentials) >= maxPasskeys {
		return Asked{}, models.Fail(models.Conflict, "too_many_passkeys", "max", maxPasskeys)
	}
	var there []protocol.CredentialDescriptor
	for i := range u.credentials {
		there = append(there, u.credentials[i].Descriptor())
	}
	options, data, err := s.party.BeginRegistration(u, webauthn.WithExclusions(there))
	if err != nil {
		return Asked{}, fmt.Errorf("begin with a passkey: %w", err)
	}
	return s.begin(ctx, kindNewPasskey, m.ID, data, options)
}

// AddPasskey keeps the passkey that a browser has made for a signed-in member; the log says so first.
func (s *Service) AddPasskey(ctx context.Context, by staffact.By, secret, name string, answer []byte) error {
	p, err := s.newPasskey(ctx, by.ID, secret, name, answer)
	if err != nil {
		return err
	}
	return s.keepPasskey(ctx, by, p)
}

// passkeyName is a name as it is kept: ErrPasskeyName.
func passkeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxPasskeyName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return "", ErrPasskeyName
	}
	return name, nil
}

// newPasskey checks what a browser answered: signature, challenge, origin, that its person was verified.
func (s *Service) newPasskey(ctx context.Context, id, secret, name string, answer []byte) (store.Passkey, error) {
	name, err := passkeyName(name)
	if err != nil {
		return store.Passkey{}, err
	}
	if s.party == nil {
		return store.Passkey{}, ErrNoPasskeys
	}
	member, err := s.Member(ctx, id)
	if err != nil {
		return store.Passkey{}, err
	}
	data, err := s.asked(ctx, secret, kindNewPasskey, id)
	if err != nil {
		return store.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return store.Passkey{}, ErrPasskeyFailed.Because(errors.New("the browser's answer cannot be read"))
	}
	u, err := s.user(ctx, member)
	if err != nil {
		return store.Passkey{}, err
	}
	credential, err := s.party.CreateCredential(u, data, parsed)
	if err != nil {
		return store.Passkey{}, ErrPasskeyFailed.Because(fmt.Errorf("a new passkey is not good: %w", err))
	}
	p := store.Passkey{
		ID: base64.RawURLEncoding.EncodeToString(credential.ID), Member: id, CreatedAt: s.cfg.Clock().UTC().Truncate(time.Millisecond),
	}
	return p, s.sealPasskey(ctx, &p, sealedPasskey{Name: name, Credential: *credential})
}

// keepPasskey has the log say that there is one, and keeps it.
func (s *Service) keepPasskey(ctx context.Context, by staffact.By, p store.Passkey) error {
	act := staffact.Act{
		Kind: ledger.StaffChanged, ID: ledger.DerivedEventID(ledger.StaffChanged, "passkey", p.ID),
		About: ledger.About{Type: "passkey", Key: p.Member, Part: "added"},
	}
	if _, err := s.cfg.Recorder.Record(ctx, by, act); err != nil {
		return err
	}
	err := s.cfg.Store.CreatePasskey(ctx, p)
	if errors.Is(err, store.ErrExists) {
		return ErrPasskeyFailed.Because(errors.New("the passkey is another member's"))
	}
	return models.Wrap("keep a passkey", err)
}

// RenamePasskey gives one of a member's another name: ErrUnknownPasskey, ErrPasskeyName. The log says that it did, and no name.
func (s *Service) RenamePasskey(ctx context.Context, by staffact.By, member, id, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	p, err := s.cfg.Store.Passkey(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.Member != member {
		return ErrUnknownPasskey
	}
	if err != nil {
		return models.Wrap("read a passkey", err)
	}
	content, err := s.openPasskey(ctx, p)
	if err != nil || content.Name == name {
		return err
	}
	content.Name = name
	if err := s.sealPasskey(ctx, &p, content); err != nil {
		return err
	}
	act := staffact.Act{
		Kind: ledger.StaffChanged, ID: ledger.DerivedEventID(ledger.StaffChanged, "passkey renamed", p.ID, strconv.Itoa(p.Revision)),
		About: ledger.About{Type: "passkey", Key: p.Member, Part: "renamed"},
	}
	if _, err := s.cfg.Recorder.Record(ctx, by, act); err != nil {
		return err
	}
	err = s.cfg.Store.UpdatePasskey(ctx, p)
	if errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrNotFound) { // it was used, or removed, at the same moment
		return errBusy
	}
	return models.Wrap("write a passkey", err)
}

// RemovePasskey takes one of a member's away: ErrUnknownPasskey, ErrLastPasskey.
func (s *Service) RemovePasskey(ctx context.Context, by staffact.By, member, id string) error {
	list, err := s.cfg.Store.PasskeysOf(ctx, member)
	if err != nil {
		return models.Wrap("list passkeys", err)
	}
	for _, p := range list {
		if p.ID != id {
			continue
		}
		if len(list) == 1 {
			return ErrLastPasskey
		}
		return s.dropPasskey(ctx, by, p)
	}
	return ErrUnknownPasskey
}

func (s *Service) dropPasskey(ctx context.Context, by staffact.By, p store.Passkey) error {
	act := staffact.Act{
		Kind: ledger.StaffChanged, ID: ledger.DerivedEventID(ledger.StaffChanged, "passkey removed", p.ID),
		About: ledger.About{Type: "passkey", Key: p.Member, Part: "removed"},
	}
	if s.cfg.Recorder != nil { // on the command line, the new link that is owed tells of it
		if _, err := s.cfg.Recorder.Record(ctx, by, act); err != nil {
			return err
		}
	}
	return models.Wrap("remove a passkey", s.cfg.Store.DeletePasskey(ctx, p.ID))
}

// BeginSignIn asks a browser for any passkey of this site: nobody need say who they are. network is where it is asked from.
func (s *Service) BeginSignIn(ctx context.Context, network string) (Asked, error) {
	if s.party == nil {
		return Asked{}, ErrNoPasskeys
	}
	now := s.cfg.Clock()
	n, err := s.cfg.Challenges.Count(ctx, s.AccountID("network", network), now, now.Add(ceremoniesWindow))
	if err != nil {
		return Asked{}, models.Wrap("count tries", err)
	}
	if n > ceremoniesNetwork {
		return Asked{}, ErrTooMany
	}
	options, data, err := s.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Asked{}, fmt.Errorf("begin with a passkey: %w", err)
	}
	return s.begin(ctx, kindPasskey, "", data, options)
}

// SignIn lets in whom a browser's answer shows to be a member: ErrPasskeyOver, ErrPasskeyFailed, ErrPasskeyCopied, ErrEnded.
func (s *Service) SignIn(ctx context.Context, secret string, answer []byte) (string, store.Session, error) {
	if s.party == nil {
		return "", store.Session{}, ErrNoPasskeys
	}
	data, err := s.asked(ctx, secret, kindPasskey, "")
	if err != nil {
		return "", store.Session{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", store.Session{}, ErrPasskeyFailed.Because(errors.New("the browser's answer cannot be read"))
	}
	p, err := s.cfg.Store.Passkey(ctx, base64.RawURLEncoding.EncodeToString(parsed.RawID))
	if errors.Is(err, store.ErrNotFound) {
		return "", store.Session{}, ErrPasskeyFailed.Because(errors.New("the passkey is not known"))
	}
	if err != nil {
		return "", store.Session{}, models.Wrap("read a passkey", err)
	}
	member, err := s.Member(ctx, p.Member)
	if err != nil {
		return "", store.Session{}, err
	}
	content, err := s.openPasskey(ctx, p)
	if err != nil {
		return "", store.Session{}, err
	}
	handler := func(_, handle []byte) (webauthn.User, error) {
		if string(handle) != member.ID {
			return nil, errors.New("the passkey names another member")
		}
		return &user{member, []webauthn.Credential{content.Credential}}, nil
	}
	_, used, err := s.party.ValidatePasskeyLogin(handler, data, parsed)
	if err != nil {
		return "", store.Session{}, ErrPasskeyFailed.Because(fmt.Errorf("a passkey is not good: %w", err))
	}
	if err := s.usePasskey(ctx, p, content, *used); err != nil {
		return "", store.Session{}, err
	}
	return s.Enter(ctx, member.ID, auth.MethodPasskey)
}

// usePasskey keeps the counter. One that went back means that there may be two of it (WebAuthn Level 3, section 6.1.1): it
// is good no more, and an administrator sees why.
func (s *Service) usePasskey(ctx context.Context, p store.Passkey, content sealedPasskey, used webauthn.Credential) error {
	content.Copied = content.Copied || used.Authenticator.CloneWarning
	content.Credential = used
	p.UsedAt = s.cfg.Clock().UTC().Truncate(time.Millisecond)
	if err := s.sealPasskey(ctx, &p, content); err != nil {
		return err
	}
	err := s.cfg.Store.UpdatePasskey(ctx, p)
	if errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrNotFound) {
		return ErrPasskeyOver // it was used, or removed, at the same moment
	}
	if err != nil {
		return models.Wrap("write a passkey", err)
	}
	if content.Copied {
		s.cfg.Logger.Warn("a passkey's counter went back, and it lets nobody in any more", "staff", p.Member)
		return ErrPasskeyCopied
	}
	return nil
}
