package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"candor/models/ledger"
)

// settings is what an operator decides. Each is an environment variable CANDOR_NAME, a line of the
// YAML file that CANDOR_CONFIG or --config names, and a flag; the later wins.
type settings struct {
	Addr            string // host:port to listen on
	BaseURL         string // where people reach it, without a trailing slash
	Origin          string // the log's name
	Store           string // sqlite:PATH or mongodb://…
	KeyStore        string // the same
	Keys            string // folder of signing keys
	Checkpoint      string // file of the saved checkpoint
	Operator        string // folder with datamap.yaml and notices/
	ReturnOrigins   []string
	MaxAge          time.Duration // how far behind other servers an answer may be
	PerSecond       int
	Proxies         []netip.Prefix
	SecurityContact string
	TrustedIssuer   string // iss of access tokens that are taken beside our own; empty for none
	TrustedAudience string // aud that they must have; the base URL if empty
	TrustedJWKS     string // URL of the JWK set that verifies them
	LogLevel        string
	MetricsAddr     string // host:port to serve metrics on, or off
	OTLPEndpoint    string // URL of a collector of traces; empty for none
	WebhookLoopback bool   // webhooks may lead to this machine
	WebhookNetworks []netip.Prefix
	Stripe          stripeSettings
	Tickets         *regexp.Regexp // what the number of a ticket looks like
	// RequireChecklist has no text approved while an element of its checklist is open.
	RequireChecklist bool
	signInSettings
	staffSettings
}

// setting describes one of them.
type setting struct {
	name, value, help string
	set               func(s *settings, value string) error
}

func text(field func(*settings) *string) func(*settings, string) error {
	return func(s *settings, v string) error { *field(s) = v; return nil }
}

// allSettings is every setting there is, with its default.
func allSettings() []setting {
	return append([]setting{
		{"addr", "127.0.0.1:8080", "`host:port` to listen on", text(func(s *settings) *string { return &s.Addr })},
		{"base-url", "", "`URL` at which people reach it, such as https://privacy.example.com", text(func(s *settings) *string { return &s.BaseURL })},
		{"origin", "", "name of the log; base-url without its scheme, and /log, if not set", text(func(s *settings) *string { return &s.Origin })},
		{"store", "sqlite:candor-data/candor.db", "`URL` of the store", text(func(s *settings) *string { return &s.Store })},
		{"key-store", "", "`URL` of the store of encryption keys; keys.db beside an embedded store if not set, and the database NAME-keys beside the database NAME", text(func(s *settings) *string { return &s.KeyStore })},
		{"keys", "", "`folder` of the signing keys; keys beside the store if not set", text(func(s *settings) *string { return &s.Keys })},
		{"checkpoint", "", "`file` of the saved checkpoint, on another disk than the store if there is one; checkpoint beside the keys' folder if not set; servers that share a MongoDB database keep it in the key store", text(func(s *settings) *string { return &s.Checkpoint })},
		{"operator", "", "`folder` with datamap.yaml and notices/", text(func(s *settings) *string { return &s.Operator })},
		{"return-origins", "", "`origins`, separated by commas, to which sign-in links may lead back", setOrigins},
		{"max-age", "1", "`seconds`, 1 to 60, that an answer about a consent may be behind what another server has recorded", setMaxAge},
		{"per-second", "100", "`requests` that one address may make a second", setPerSecond},
		{"proxies", "", "`networks` of the TLS proxies before this server, such as 10.0.0.0/8, separated by commas; their X-Forwarded-For is believed", setNetworks(func(s *settings) *[]netip.Prefix { return &s.Proxies })},
		{"security-contact", "", "`address` for security.txt: an e-mail address or URL", text(func(s *settings) *string { return &s.SecurityContact })},
		{"metrics-addr", "127.0.0.1:9464", "`host:port` to serve /metrics on, for whoever watches the server and nobody else; off for none", text(func(s *settings) *string { return &s.MetricsAddr })},
		{"otlp-endpoint", "", "`URL` of an OpenTelemetry collector, such as http://127.0.0.1:4318, to send traces to; none are made if not set", text(func(s *settings) *string { return &s.OTLPEndpoint })},
		{"webhook-networks", "", "`networks` that webhooks may lead to although they are not public, such as 10.1.2.0/24, separated by commas", setNetworks(func(s *settings) *[]netip.Prefix { return &s.WebhookNetworks })},
		{"webhook-loopback", "off", "on lets webhooks lead to this machine itself, by http too; for trials", setWebhookLoopback},
		{"trusted-issuer", "", "`URL` of an issuer (iss) whose access tokens (RFC 9068) are taken beside this server's own, from clients added with --outside; none if not set", text(func(s *settings) *string { return &s.TrustedIssuer })},
		{"trusted-audience", "", "`audience` (aud) that the trusted issuer's tokens must be for; base-url if not set", text(func(s *settings) *string { return &s.TrustedAudience })},
		{"trusted-jwks-url", "", "`URL` of the trusted issuer's public keys, its jwks_uri", text(func(s *settings) *string { return &s.TrustedJWKS })},
		{"notice-checklist", "required", "required or hint: whether a text is approved only when its checklist says of everything that the law wants said where it is", setNoticeChecklist},
		{"log-level", "info", "debug, info, warn or error", text(func(s *settings) *string { return &s.LogLevel })},
	}, slices.Concat(signInRows(), staffRows(), accessRows(), connectorSettings())...)
}

func setOrigins(s *settings, v string) error {
	s.ReturnOrigins = nil
	for _, origin := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || origin != u.Scheme+"://"+u.Host {
			return fmt.Errorf("%q is not an origin such as https://my.example.com", origin)
		}
		s.ReturnOrigins = append(s.ReturnOrigins, origin)
	}
	return nil
}

// setNetworks reads a list of networks.
func setNetworks(field func(*settings) *[]netip.Prefix) func(*settings, string) error {
	return func(s *settings, v string) error {
		*field(s) = nil
		for _, network := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
			p, err := netip.ParsePrefix(network)
			if err != nil {
				return fmt.Errorf("%q is not a network such as 10.0.0.0/8 or 192.0.2.1/32", network)
			}
			*field(s) = append(*field(s), p)
		}
		return nil
	}
}

func setWebhookLoopback(s *settings, v string) error {
	if v != "on" && v != "off" {
		return fmt.Errorf("%q is not on or off", v)
	}
	s.WebhookLoopback = v == "on"
	return nil
}

func setNoticeChecklist(s *settings, v string) error {
	if v != "required" && v != "hint" {
		return fmt.Errorf("%q is not required or hint", v)
	}
	s.RequireChecklist = v == "required"
	return nil
}

func setMaxAge(s *settings, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 60 {
		return fmt.Errorf("%q is not a whole number of seconds from 1 to 60", v)
	}
	s.MaxAge = time.Duration(n) * time.Second
	return nil
}

func setPerSecond(s *settings, v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a whole number from 1 on", v)
	}
	s.PerSecond = n
	return nil
}

// envName is the environment variable of a setting.
func envName(name string) string {
	return "CANDOR_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// readSettings adds every setting to a command's flags, parses them, and reads what they leave open
// from the file and the environment.
func readSettings(e env, f *flag.FlagSet, args []string) (settings, []string, error) {
	given := map[string]string{}
	all := allSettings()
	for _, d := range all {
		f.Func(d.name, fmt.Sprintf("%s (%s; default %q)", d.help, envName(d.name), d.value), func(v string) error {
			given[d.name] = v
			return nil
		})
	}
	config := f.String("config", e.getenv("CANDOR_CONFIG"), "YAML `file` of settings")
	arguments, err := parse(f, args)
	if err != nil {
		return settings{}, nil, err
	}
	file, err := readConfig(*config, all)
	if err != nil {
		return settings{}, nil, err
	}
	var s settings
	var errs []error
	for _, d := range all {
		value := d.value
		for _, v := range []string{e.getenv(envName(d.name)), file[d.name], given[d.name]} {
			if v != "" {
				value = v
			}
		}
		if err := d.set(&s, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", envName(d.name), err))
		}
	}
	s.complete()
	return s, arguments, errors.Join(errs...)
}

// readConfig reads the settings of a YAML file, under their names with - or _.
func readConfig(path string, all []setting) (map[string]string, error) {
	if path == "" {
		return map[string]string{}, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	var lines map[string]string
	if err := yaml.Unmarshal(raw, &lines); err != nil {
		return nil, fmt.Errorf("read settings from %s: %w", path, err)
	}
	out := map[string]string{}
	for key, value := range lines {
		name := strings.ReplaceAll(key, "_", "-")
		if !slices.ContainsFunc(all, func(d setting) bool { return d.name == name }) {
			return nil, fmt.Errorf("read settings from %s: there is no setting %q", path, key)
		}
		out[name] = value
	}
	return out, nil
}

// complete derives what was left open from what was said.
func (s *settings) complete() {
	folder := "candor-data"
	if embedded(s.Store) {
		folder = filepath.Dir(storePath(s.Store))
	}
	if s.KeyStore == "" {
		s.KeyStore = keyStoreBeside(s.Store)
	}
	if s.Keys == "" {
		s.Keys = filepath.Join(folder, "keys")
	}
	if s.Checkpoint == "" {
		s.Checkpoint = filepath.Join(filepath.Dir(s.Keys), "checkpoint")
	}
	s.MaxAge = cmp.Or(s.MaxAge, time.Second)
	s.BaseURL = strings.TrimRight(s.BaseURL, "/")
	if u, err := url.Parse(s.BaseURL); err == nil && s.Origin == "" && u.Host != "" {
		s.Origin = u.Host + u.Path + "/log"
	}
}

// validate names every setting that is missing or unsafe, and what to do about it.
func (s settings) validate() error {
	var errs []error
	bad := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", envName(name), fmt.Sprintf(format, args...)))
	}
	if _, _, err := net.SplitHostPort(s.Addr); err != nil {
		bad("addr", "%q is not host:port; write 0.0.0.0:8080 to listen on every address", s.Addr)
	}
	switch u, err := url.Parse(s.BaseURL); {
	case s.BaseURL == "":
		bad("base-url", "is missing; set it to the https URL at which people reach this site")
	case err != nil || u.Host == "":
		bad("base-url", "%q is not a URL", s.BaseURL)
	case u.Scheme != "https" && !loopback(u.Hostname()):
		bad("base-url", "%q is not https; without TLS a session can be stolen. Put a TLS proxy in front and name its address", s.BaseURL)
	}
	if err := ledger.ValidOrigin(s.Origin); err != nil && s.BaseURL+s.Origin != "" {
		bad("origin", "%v", err)
	}
	if s.Operator == "" {
		bad("operator", "is missing; set it to the folder with your datamap.yaml and notices/")
	}
	for name, value := range map[string]string{"store": s.Store, "key-store": s.KeyStore} {
		if !knownStore(value) {
			bad(name, "%q is not a store; write %s", withoutSecret(value), storeForms)
		}
	}
	if _, _, err := net.SplitHostPort(s.MetricsAddr); err != nil && s.MetricsAddr != metricsOff {
		bad("metrics-addr", "%q is not host:port; write 127.0.0.1:9464 to serve metrics to this machine alone, or %s", s.MetricsAddr, metricsOff)
	}
	if u, err := url.Parse(s.OTLPEndpoint); s.OTLPEndpoint != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		bad("otlp-endpoint", "is not an http or https URL; write the collector's, such as http://127.0.0.1:4318, or nothing to trace nothing")
	}
	s.validateTrusted(bad)
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s.LogLevel) {
		bad("log-level", "%q is not debug, info, warn or error", s.LogLevel)
	}
	s.Stripe.validate(bad)
	s.Stripe.validateWebhook(bad)
	s.signInSettings.validate(bad)
	s.staffSettings.validate(bad)
	return errors.Join(errs...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
