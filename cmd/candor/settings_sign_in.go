package main

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"candor/models/mail"
)

// signInSettings say which ways in there are beside one-time links.
type signInSettings struct {
	SMTP, MailFrom                             string // no mail without both
	OIDCIssuer, OIDCClientID, OIDCClientSecret string // the company's own sign-in; none without
	OIDCClaim                                  string
	StepUpAfter                                time.Duration // 0 for never
	ShowMail                                   bool          // the demo's: mail is shown and not sent
}

func signInRows() []setting {
	return []setting{
		{"smtp-url", "", "`URL` of the mail server, such as smtp://user:password@mail.example.com:587 or smtps://…:465; without it no mail is sent, and nobody signs in by a code", text(func(s *settings) *string { return &s.SMTP })},
		{"mail-from", "", "`address` that mail comes from, such as Example <privacy@example.com>", text(func(s *settings) *string { return &s.MailFrom })},
		{"oidc-issuer", "", "`URL` of the OpenID Connect provider at which customers sign in", text(func(s *settings) *string { return &s.OIDCIssuer })},
		{"oidc-client-id", "", "`id` of this site at the provider", text(func(s *settings) *string { return &s.OIDCClientID })},
		{"oidc-client-secret", "", "`secret` of this site at the provider", text(func(s *settings) *string { return &s.OIDCClientSecret })},
		{"oidc-customer-claim", "sub", "`name` of the claim of the ID token that is the customer's reference", text(func(s *settings) *string { return &s.OIDCClaim })},
		{"step-up-after", "15", "`minutes`, 0 to 480, since a person proved who they are, after which a download asks for it again; 0 for never", setStepUp},
	}
}

func setStepUp(s *settings, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 480 {
		return fmt.Errorf("%q is not a whole number of minutes from 0 to 480", v)
	}
	s.StepUpAfter = time.Duration(n) * time.Minute
	return nil
}

// validate says what is missing or unsafe. It never quotes what may hold a password.
func (s signInSettings) validate(bad func(name, format string, args ...any)) {
	switch {
	case s.SMTP != "" && s.MailFrom == "":
		bad("mail-from", "is missing; set it to the address that mail comes from, or take smtp-url away")
	case s.SMTP == "" && s.MailFrom != "":
		bad("smtp-url", "is missing; set it to the mail server's URL, or take mail-from away")
	case s.SMTP != "":
		if _, err := mail.NewSMTP(s.SMTP, s.MailFrom, nil); err != nil {
			bad("smtp-url", "%v", err)
		}
	}
	if s.OIDCIssuer == "" {
		if s.OIDCClientID != "" || s.OIDCClientSecret != "" {
			bad("oidc-issuer", "is missing; set it to the provider's URL, or take oidc-client-id and oidc-client-secret away")
		}
		return
	}
	validateProvider(bad, "oidc", "/sign-in/company/callback", s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret)
	if s.OIDCClaim == "" {
		bad("oidc-customer-claim", "is empty; write sub, or the name of the claim that is the customer's reference")
	}
}

// validateProvider says what an OpenID Connect provider, whose settings begin with prefix, lacks; callback is the path that
// it sends people back to.
func validateProvider(bad func(name, format string, args ...any), prefix, callback, issuer, id, secret string) {
	if !issuerURL(issuer) {
		bad(prefix+"-issuer", "is not an https URL; write the provider's issuer, exactly as its discovery document does")
	}
	if id == "" {
		bad(prefix+"-client-id", "is missing; register this site at the provider with the redirect URL of base-url and %s, and set the id it was given", callback)
	}
	if secret == "" {
		bad(prefix+"-client-secret", "is missing; set the secret that the provider gave for this site")
	}
}

// issuerURL says whether text can be a provider's issuer.
func issuerURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.RawQuery == "" && u.Fragment == "" &&
		(u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}
