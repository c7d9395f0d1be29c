package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"candor/models"
	"candor/models/auth"
	"candor/models/store"
)

// Provider is the company's own sign-in: an OpenID Connect provider. It must not be copied.
type Provider struct {
	Issuer, ClientID, ClientSecret string
	// Claim names the member of the ID token that is the customer's reference; empty for sub.
	Claim string
	// RedirectURL is where the provider sends browsers back to.
	RedirectURL string
	// Scopes are asked for beside openid.
	Scopes []string
	// Client makes the calls; one that waits 10 s at most if nil.
	Client *http.Client

	found   atomic.Pointer[oidc.Provider]
	reading singleflight.Group
}

// providerLimit is how long the provider may take to answer a call.
const providerLimit = 10 * time.Second

func (p *Provider) client() *http.Client {
	if p.Client != nil {
		return p.Client
	}
	return &http.Client{Timeout: providerLimit}
}

// discover asks the provider for its addresses (OpenID Connect Discovery 1.0) when they are needed for the first
// time: this server starts whether or not the provider runs. Those who need them at the same time
// share one question.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	if found := p.found.Load(); found != nil {
		return found, nil
	}
	answer := p.reading.DoChan("", func() (any, error) {
		// What is found is kept longer than the request that asked for it.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client()), p.Issuer)
		if err == nil {
			p.found.Store(found)
		}
		return found, err
	})
	select {
	case a := <-answer:
		if a.Err != nil {
			return nil, ErrProviderDown.Because(errors.New("its discovery document could not be read")) // the error quotes what it was answered
		}
		return a.Val.(*oidc.Provider), nil
	case <-ctx.Done():
		return nil, ErrProviderDown.Because(ctx.Err())
	}
}

func (p *Provider) config(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: p.RedirectURL, Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...),
	}
}

// What may come of signing in at the company's own sign-in.
var (
	// ErrProviderDown: it does not answer.
	ErrProviderDown = models.Fail(models.Unavailable, "provider_down")
	// ErrOIDCDenied: the person, or the provider, said no.
	ErrOIDCDenied = models.Fail(models.Forbidden, "oidc_denied")
	// ErrOIDCFailed: what came back does not fit what was begun here.
	ErrOIDCFailed = models.Fail(models.Invalid, "oidc_failed")
	// ErrOIDCStranger: the account is good, and stands for no customer, or for another than before.
	ErrOIDCStranger = models.Fail(models.Forbidden, "oidc_stranger")
)

const (
	oidcLifetime = 10 * time.Minute
	oidcNetwork  = 60 // sign-ins that one network may begin in codesWindow
	// oidcSkew is how far the provider's clock may be behind ours.
	oidcSkew = time.Minute
)

// BeginOIDC gives the address to send a browser to, and the browser's part. session is the one to be confirmed, the zero
// Session for a sign-in. ErrProviderDown, ErrTooMany.
func (s *Service) BeginOIDC(ctx context.Context, session store.Session, a Asking) (string, Pending, error) {
	var options []oauth2.AuthCodeOption
	if session.Hash != "" { // OpenID Connect Core 1.0, section 3.1.2.1
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return s.sendTo(ctx, s.cfg.OIDC, store.Challenge{Kind: kindOIDC, Session: session.Hash, Target: a.Target}, a.Network, options...)
}

// sendTo begins a flow at a provider. State, nonce and PKCE verifier (RFC 7636) all follow from the secret of the browser's
// part, so that a callback fits one browser.
func (s *Service) sendTo(ctx context.Context, p *Provider, c store.Challenge, network string, options ...oauth2.AuthCodeOption) (string, Pending, error) {
	if p == nil {
		return "", Pending{}, ErrNoSuchWay
	}
	if err := s.limited(ctx, "oidc network", network, oidcNetwork, codesWindow); err != nil {
		return "", Pending{}, err
	}
	found, err := p.discover(ctx)
	if err != nil {
		return "", Pending{}, err
	}
	pending, _, err := s.begin(ctx, c, oidcLifetime)
	if err != nil {
		return "", Pending{}, err
	}
	options = append(options, oidc.Nonce(s.nonce(pending.Secret)), oauth2.S256ChallengeOption(s.verifier(pending.Secret)))
	return p.config(found).AuthCodeURL(s.state(pending.Secret), options...), pending, nil
}

func (s *Service) state(secret string) string    { return s.cfg.Keys.of("oidc state", secret) }
func (s *Service) nonce(secret string) string    { return s.cfg.Keys.of("oidc nonce", secret) }
func (s *Service) verifier(secret string) string { return s.cfg.Keys.of("oidc verifier", secret) }

// Callback is what the provider sent the browser back with.
type Callback struct{ State, Code, Error, Issuer string }

// FinishOIDC lets in whom the provider vouches for, or confirms their session. It takes a callback once.
func (s *Service) FinishOIDC(ctx context.Context, secret string, session store.Session, back Callback) (Entered, error) {
	c, id, err := s.takeBack(ctx, s.cfg.OIDC, kindOIDC, secret, back)
	if err != nil {
		return Entered{}, err
	}
	claims, err := s.read(id)
	if err != nil {
		return Entered{}, err
	}
	customer, err := s.bind(ctx, claims)
	if err != nil {
		return Entered{}, err
	}
	if c.Session == "" {
		return s.enter(ctx, customer, auth.MethodOIDC, c.Target)
	}
	switch {
	case session.Hash != c.Session || session.Customer != customer:
		return Entered{}, ErrOIDCStranger
	case claims.AuthTime == 0 || time.Unix(claims.AuthTime, 0).Before(c.CreatedAt.Add(-oidcSkew)):
		return Entered{}, ErrOIDCFailed.Because(errors.New("the provider did not ask the person to sign in anew"))
	}
	return Entered{Session: session, Target: c.Target, Confirmed: c.Session}, s.cfg.Auth.Proved(ctx, c.Session)
}

// takeBack ends a flow at a provider: it takes a callback once, and gives the ID token when it is good.
func (s *Service) takeBack(ctx context.Context, p *Provider, kind, secret string, back Callback) (store.Challenge, *oidc.IDToken, error) {
	if p == nil {
		return store.Challenge{}, nil, ErrNoSuchWay
	}
	c, err := s.pending(ctx, secret, kind)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !same(s.state(secret), back.State)) {
		return c, nil, ErrOIDCFailed
	}
	if err != nil {
		return c, nil, models.Wrap("read challenge", err)
	}
	if err := s.end(ctx, c); err != nil {
		return c, nil, ErrOIDCFailed.Because(err)
	}
	if back.Error != "" {
		return c, nil, ErrOIDCDenied
	}
	id, err := s.redeem(ctx, p, secret, back)
	return c, id, err
}

// claims are what is read of an ID token.
type claims struct {
	issuer, subject, customer string
	AuthTime                  int64 `json:"auth_time"`
}

// redeem exchanges the code and verifies the ID token: signature, issuer, audience, expiry, nonce.
func (s *Service) redeem(ctx context.Context, p *Provider, secret string, back Callback) (*oidc.IDToken, error) {
	if back.Issuer != "" && back.Issuer != p.Issuer { // RFC 9207
		return nil, ErrOIDCFailed.Because(errors.New("the answer is another provider's"))
	}
	found, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, p.client())
	token, err := p.config(found).Exchange(ctx, back.Code, oauth2.VerifierOption(s.verifier(secret)))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
		return nil, ErrOIDCFailed.Because(fmt.Errorf("the provider refuses the code with %d", refused.Response.StatusCode))
	}
	if err != nil {
		return nil, ErrProviderDown.Because(errors.New("its token endpoint does not answer"))
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID, Now: s.cfg.Clock}).Verify(ctx, raw)
	if err != nil {
		return nil, ErrOIDCFailed.Because(errors.New("the ID token is not valid"))
	}
	if !same(id.Nonce, s.nonce(secret)) {
		return nil, ErrOIDCFailed.Because(errors.New("the ID token has another nonce"))
	}
	return id, nil
}

func (s *Service) read(id *oidc.IDToken) (claims, error) {
	c := claims{issuer: id.Issuer, subject: id.Subject, customer: id.Subject}
	if err := id.Claims(&c); err != nil {
		return claims{}, ErrOIDCFailed.Because(errors.New("auth_time is not a number"))
	}
	if name := s.cfg.OIDC.Claim; name != "" && name != "sub" {
		var all map[string]any
		if err := id.Claims(&all); err != nil {
			return claims{}, ErrOIDCFailed.Because(errors.New("the ID token's claims cannot be read"))
		}
		c.customer, _ = all[name].(string)
	}
	if c.customer == "" || c.subject == "" {
		return claims{}, ErrOIDCStranger.Because(errors.New("the ID token does not name a customer"))
	}
	return c, nil
}

// bind finds the customer of an account: the one that it named the first time. An account that names another now is
// not let in, because one of the two is not its owner's.
func (s *Service) bind(ctx context.Context, c claims) (string, error) {
	if _, err := s.cfg.Profiles.Customer(ctx, c.customer); errors.Is(err, models.ErrUnknownCustomer) {
		return "", ErrOIDCStranger.Because(errors.New("the customer is not known"))
	} else if err != nil {
		return "", err
	}
	bound, err := s.cfg.Store.BindIdentity(ctx, store.Identity{
		Key: s.cfg.Keys.of("identity "+c.issuer, c.subject), Customer: c.customer, CreatedAt: s.cfg.Clock(),
	})
	if err != nil {
		return "", models.Wrap("bind account", err)
	}
	if bound.Customer != c.customer {
		s.cfg.Logger.Warn("an account of the identity provider names another customer than it did before, and was not let in")
		return "", ErrOIDCStranger
	}
	return bound.Customer, nil
}
