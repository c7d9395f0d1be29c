package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Flags may stand after the files they are about: a dry run is one wherever it is asked for.
func TestDryRunWritesNothingWhereverItStands(t *testing.T) {
	s := newServer(t)
	file := filepath.Join(t.TempDir(), "customers.jsonl")
	must(t, os.WriteFile(file, []byte(`{"type":"customer","ref":"cus_1","name":"Test Person"}`+"\n"), 0o600))
	for _, args := range [][]string{{"import", "--dry-run", file}, {"import", file, "--dry-run"}} {
		out, err := s.run(args...)
		must(t, err)
		if !strings.Contains(out, "would import 1 customers") {
			t.Errorf("%v says %q", args, out)
		}
	}
	out, err := s.run("import", file)
	must(t, err)
	if !strings.Contains(out, "imported 1 customers") {
		t.Errorf("the import says %q", out)
	}
}

// A start on missing or unsafe settings is refused, and each is named with its remedy.
func TestServeNamesWhatIsMissing(t *testing.T) {
	s := newServer(t)
	for name, c := range map[string]struct {
		change []string
		words  []string
	}{
		"no address of the site":  {[]string{"CANDOR_BASE_URL="}, []string{"CANDOR_BASE_URL", "is missing"}},
		"a site without TLS":      {[]string{"CANDOR_BASE_URL=http://privacy.example.com"}, []string{"CANDOR_BASE_URL", "not https"}},
		"no operator":             {[]string{"CANDOR_OPERATOR="}, []string{"CANDOR_OPERATOR", "datamap.yaml"}},
		"a store nobody knows":    {[]string{"CANDOR_STORE=postgres://x"}, []string{"CANDOR_STORE", "sqlite:"}},
		"a level that is none":    {[]string{"CANDOR_LOG_LEVEL=loud"}, []string{"CANDOR_LOG_LEVEL"}},
		"a limit that is none":    {[]string{"CANDOR_PER_SECOND=many"}, []string{"CANDOR_PER_SECOND"}},
		"an origin with a path":   {[]string{"CANDOR_RETURN_ORIGINS=https://my.example.com/x"}, []string{"CANDOR_RETURN_ORIGINS"}},
		"a network that is none":  {[]string{"CANDOR_PROXIES=everywhere"}, []string{"CANDOR_PROXIES"}},
		"an issuer without keys":  {[]string{"CANDOR_TRUSTED_ISSUER=https://login.example.com"}, []string{"CANDOR_TRUSTED_JWKS_URL", "jwks_uri"}},
		"keys without TLS":        {[]string{"CANDOR_TRUSTED_ISSUER=https://login.example.com", "CANDOR_TRUSTED_JWKS_URL=http://login.example.com/jwks"}, []string{"CANDOR_TRUSTED_JWKS_URL", "not https"}},
		"keys without an issuer":  {[]string{"CANDOR_TRUSTED_JWKS_URL=https://login.example.com/jwks"}, []string{"CANDOR_TRUSTED_ISSUER", "is missing"}},
		"two things that are off": {[]string{"CANDOR_OPERATOR=", "CANDOR_LOG_LEVEL=loud"}, []string{"CANDOR_OPERATOR", "CANDOR_LOG_LEVEL"}},
	} {
		s.extra = c.change
		out, err := s.run("serve")
		if err == nil {
			t.Errorf("%s: it started", name)
		}
		for _, word := range c.words {
			if !strings.Contains(out, word) {
				t.Errorf("%s: %q does not say %q", name, out, word)
			}
		}
	}
}

// On an embedded store one process writes the log: another is refused, changes nothing, and takes over
// when the first has gone, even if that was killed.
func TestOneProcessHasTheLog(t *testing.T) {
	s := newServer(t)
	s.start()
	for _, args := range [][]string{{"serve"}, {"rebuild"}, {"log", "export", t.TempDir()}} {
		s.extra = []string{"CANDOR_ADDR=127.0.0.1:0"}
		out, err := s.run(args...)
		if err == nil || !strings.Contains(out, "another candor runs on "+s.dir) {
			t.Errorf("beside a running server %v ends with %v and says %q", args, err, out)
		}
	}
	if out, err := s.run("clients", "add", "--scopes", "customers", "billing"); err != nil {
		t.Errorf("a client is not added beside a running server: %v, %s", err, out)
	}
	s.kill()
	s.extra = nil
	s.start()
	s.kill()
}

// What is refused is said in a sentence with the remedy, not by a code alone.
func TestRefusalsAreSaidInWords(t *testing.T) {
	s := newServer(t)
	file := filepath.Join(t.TempDir(), "lines.jsonl")
	must(t, os.WriteFile(file, []byte("{bad\n"+`{"type":"customer","ref":"cus_1","nickname":"x"}`+"\n"), 0o600))
	for _, c := range []struct {
		args  []string
		words []string
	}{
		{[]string{"clients", "add", "billing"}, []string{"scopes", "consents:read"}},
		{[]string{"import", file}, []string{":1: This is not valid JSON", ":2: nickname: nickname"}},
	} {
		out, err := s.run(c.args...)
		if err == nil {
			t.Errorf("%v is accepted", c.args)
		}
		for _, word := range c.words {
			if !strings.Contains(out, word) {
				t.Errorf("%v: %q does not say %q", c.args, out, word)
			}
		}
	}
}

// New keys in the place of lost ones would begin another log: none are made.
func TestLostKeysAreNotMadeAnew(t *testing.T) {
	s := newServer(t)
	s.start()
	s.kill()
	must(t, os.RemoveAll(filepath.Join(s.dir, "keys")))
	out, err := s.run("serve")
	if err == nil || !strings.Contains(out, "CANDOR_KEYS") || !strings.Contains(out, "put back the keys") {
		t.Errorf("a start without the keys says %q", out)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "keys")); !os.IsNotExist(err) {
		t.Errorf("the folder of keys is there again: %v", err)
	}
}

func TestRevokingNobodySaysWhereToLook(t *testing.T) {
	s := newServer(t)
	out, err := s.run("clients", "revoke", "nobody")
	if err == nil || !strings.Contains(out, "candor clients list") {
		t.Errorf("it says %q", out)
	}
}
