package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"candor/models/connector/stripe"
)

// stripeSettings are those of the connector to Stripe, which is off without a key.
type stripeSettings struct {
	Key       string // secret or restricted
	Secrets   []string
	Reference string
	Source    string
	Documents string // "fetch" or "off"
	URL       string // of the API, for tests
}

// connectorSettings are a few rows for each connector.
func connectorSettings() []setting {
	return []setting{
		{"stripe-key", "", "restricted or secret `key` of Stripe, rk_… or sk_…, that may read; without it the connector to Stripe is off. Name it in the environment rather than on the command line", text(func(s *settings) *string { return &s.Stripe.Key })},
		{"stripe-webhook-secret", "", "signing `secret` of the webhook endpoint in Stripe, whsec_…; two, separated by a comma, while one replaces the other", setStripeSecrets},
		{"stripe-customer-ref", "id", "`what` names a customer here: id for Stripe's own, or metadata.KEY for a value that you keep in its metadata", text(func(s *settings) *string { return &s.Stripe.Reference })},
		{"stripe-source", "billing", "`key` of the data map's source that what Stripe brings is said to come from", text(func(s *settings) *string { return &s.Stripe.Source })},
		{"stripe-documents", "fetch", "fetch bills as PDF where the data map lets them be held, or off", text(func(s *settings) *string { return &s.Stripe.Documents })},
		{"stripe-api-url", "", "`URL` of Stripe's API, for tests with another one; Stripe's own if not set", text(func(s *settings) *string { return &s.Stripe.URL })},
	}
}

func setStripeSecrets(s *settings, v string) error {
	s.Stripe.Secrets = strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
	return nil
}

// validate names what is missing or unsafe, and no secret.
func (s stripeSettings) validate(bad func(name, format string, args ...any)) {
	if s.Key == "" {
		if len(s.Secrets) > 0 {
			bad("stripe-key", "is missing though there is a webhook secret; set it to a restricted key that may read, or unset %s", envName("stripe-webhook-secret"))
		}
		return
	}
	s.validateKey(bad)
	if !stripe.ValidReference(s.Reference) {
		bad("stripe-customer-ref", "%q is neither id nor metadata.KEY", s.Reference)
	}
	if s.Documents != "fetch" && s.Documents != "off" {
		bad("stripe-documents", "%q is neither fetch nor off", s.Documents)
	}
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Scheme != "https" && !loopback(u.Hostname())) {
		bad("stripe-api-url", "is neither https nor on this machine; unset it to use Stripe's own")
	}
}

func (s stripeSettings) validateKey(bad func(name, format string, args ...any)) {
	if !strings.HasPrefix(s.Key, "rk_") && !strings.HasPrefix(s.Key, "sk_") || strings.ContainsAny(s.Key, " \t\r\n") {
		bad("stripe-key", "is not a key that may read; make a restricted key, rk_…, in Stripe's dashboard. A publishable key, pk_…, may not")
	}
}

// validateWebhook is for whoever takes events in: a server, and no command.
func (s stripeSettings) validateWebhook(bad func(name, format string, args ...any)) {
	const name = "stripe-webhook-secret"
	switch {
	case s.Key == "":
	case len(s.Secrets) == 0:
		bad(name, "is missing; add a webhook endpoint in Stripe's dashboard for %s, and set this to its signing secret", "BASE_URL/connectors/stripe/webhook")
	case len(s.Secrets) > 2:
		bad(name, "names %d secrets; name the one in force, and beside it at most the one that replaces it", len(s.Secrets))
	case slices.ContainsFunc(s.Secrets, func(secret string) bool { return !strings.HasPrefix(secret, "whsec_") || len(secret) < 20 }):
		bad(name, "is not a signing secret, whsec_…; copy it from the endpoint's page in Stripe's dashboard")
	}
}

// check gives what is wrong, for a command that needs the connector.
func (s stripeSettings) check() error {
	var wrong []string
	bad := func(name, format string, args ...any) {
		wrong = append(wrong, envName(name)+": "+fmt.Sprintf(format, args...))
	}
	if s.Key == "" {
		bad("stripe-key", "is missing; set it to a restricted key, rk_…, that may read")
	}
	s.validate(bad)
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return nil
}
