package main

import (
	"context"
	"net/url"

	"candor/models/auth"
	"candor/models/auth/issuer"
)

// trusted is the issuer whose tokens are taken beside our own; nil if the settings name none.
func (p *program) trusted(ctx context.Context) *auth.Outside {
	s := p.settings
	if s.TrustedIssuer == "" {
		return nil
	}
	return &auth.Outside{
		Issuer: s.TrustedIssuer, Audience: valueOr(s.TrustedAudience, s.BaseURL),
		Keys: issuer.New(ctx, issuer.Config{URL: s.TrustedJWKS, Logger: p.logger}),
	}
}

// validateTrusted names what is missing or unsafe about the trusted issuer.
func (s settings) validateTrusted(bad func(name, format string, args ...any)) {
	if s.TrustedIssuer == "" {
		if s.TrustedJWKS+s.TrustedAudience != "" {
			bad("trusted-issuer", "is missing; set it to the iss of the tokens that are to be taken, or leave the other trusted- settings out")
		}
		return
	}
	if s.TrustedIssuer == s.BaseURL {
		bad("trusted-issuer", "is this server itself; leave it out, its own tokens are taken anyway")
	}
	switch u, err := url.Parse(s.TrustedJWKS); {
	case s.TrustedJWKS == "":
		bad("trusted-jwks-url", "is missing; set it to the jwks_uri of the issuer %s", s.TrustedIssuer)
	case err != nil || u.Host == "" || u.User != nil:
		bad("trusted-jwks-url", "is not a URL; write the issuer's jwks_uri, such as https://login.example.com/jwks")
	case u.Scheme != "https" && !loopback(u.Hostname()):
		bad("trusted-jwks-url", "%q is not https; without TLS anybody on the way could put keys of their own in", s.TrustedJWKS)
	}
}
