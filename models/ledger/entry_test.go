package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

var raw64 = base64.RawURLEncoding

func public(name string) ed25519.PublicKey {
	key, _ := ledgertest.Key(name).Public().(ed25519.PublicKey)
	return key
}

func TestChainGivesEveryEntryItsPlace(t *testing.T) {
	signer := ledger.NewSigner(ledgertest.Key("entry"))
	start := time.Date(2026, 1, 1, 0, 0, 0, 120_000_000, time.UTC)
	nows := []time.Time{start, start.Add(time.Hour), start.Add(time.Minute), start.Add(time.Hour + 1500*time.Microsecond)}
	wants := []string{"2026-01-01T00:00:00.120Z", "2026-01-01T01:00:00.120Z", "2026-01-01T01:00:00.120Z", "2026-01-01T01:00:00.121Z"}
	chain := ledger.NewChain(ledgertest.Origin, signer.KeyID(), nil)
	prev := ledger.Hash(sha256.Sum256(nil))
	for i, now := range nows {
		u := chain.Next(ledger.Hash{byte(i)}, now)
		raw, err := u.Sign(signer)
		ledgertest.Must(t, err)
		e, err := ledger.ParseEntry(raw)
		ledgertest.Must(t, err)
		p := e.Payload
		if p.Seq != uint64(i) || u.Seq != p.Seq || p.Prev != prev || p.Log != ledgertest.Origin || p.Commit != (ledger.Hash{byte(i)}) {
			t.Errorf("entry %d: %+v", i, p)
		}
		if got := ledger.FormatTime(p.Time); got != wants[i] || !p.Time.Equal(u.Time) {
			t.Errorf("entry %d: time %s, want %s", i, got, wants[i])
		}
		if err := e.Verify(public("entry")); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
		prev = sha256.Sum256(raw[:bytes.LastIndexByte(raw, '.')])
		if e.Link() != prev {
			t.Errorf("entry %d: the link is not the hash of the signing input", i)
		}
		if i == 1 { // going on from a stored entry is the same as going on
			chain = ledger.NewChain(ledgertest.Origin, signer.KeyID(), &e)
		}
	}
}

func TestSignRefusesAnotherKeyAndPassesErrorsOn(t *testing.T) {
	signer := ledger.NewSigner(ledgertest.Key("entry"))
	u := ledger.NewChain(ledgertest.Origin, signer.KeyID(), nil).Next(ledger.Hash{}, time.Unix(0, 0))
	if _, err := u.Sign(ledger.NewSigner(ledgertest.Key("other"))); err == nil {
		t.Error("signed with a key that the header does not name")
	}
	broken := errors.New("the key service is away")
	if _, err := u.Sign(badSigner{signer, nil, broken}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if raw, err := u.Sign(badSigner{signer, []byte("short"), nil}); err == nil {
		t.Errorf("a signature of five bytes was taken: %s", raw)
	}
}

type badSigner struct {
	ledger.Signer
	sig []byte
	err error
}

func (s badSigner) Sign([]byte) ([]byte, error) { return s.sig, s.err }

func TestEntryUnderAnotherKeyDoesNotVerify(t *testing.T) {
	e, err := ledger.ParseEntry(ledgertest.Filled(t, 3).Entries[2])
	ledgertest.Must(t, err)
	if err := e.Verify(public("other")); !errors.Is(err, ledger.ErrSignature) {
		t.Fatalf("got %v", err)
	}
}

// Every one of these says the same as a good entry, and some verify under its key: none may be accepted.
func TestEntryHasOneEncoding(t *testing.T) {
	good := string(ledgertest.Filled(t, 3).Entries[2])
	parts := strings.Split(good, ".")
	head, _ := raw64.DecodeString(parts[0])
	payload, _ := raw64.DecodeString(parts[1])
	signed := func(head, payload string) string {
		input := raw64.EncodeToString([]byte(head)) + "." + raw64.EncodeToString([]byte(payload))
		return input + "." + raw64.EncodeToString(ed25519.Sign(ledgertest.Key("entry"), []byte(input)))
	}
	if signed(string(head), string(payload)) != good {
		t.Fatal("the test does not sign as entries are signed")
	}
	h, p := string(head), string(payload)
	replaced := func(s, old, with string) string {
		if !strings.Contains(s, old) {
			t.Fatalf("%s is not in %s", old, s)
		}
		return strings.Replace(s, old, with, 1)
	}
	bad := map[string]string{
		"padding":                    good + "==",
		"line break in signature":    good[:len(good)-20] + "\n" + good[len(good)-20:],
		"line break at the end":      good + "\n",
		"line break in payload":      parts[0] + "." + parts[1][:8] + "\n" + parts[1][8:] + "." + parts[2],
		"unused bits of signature":   good[:len(good)-1] + next(good[len(good)-1]),
		"fourth part":                good + ".AA",
		"two parts":                  parts[0] + "." + parts[1],
		"no signature":               parts[0] + "." + parts[1] + ".",
		"standard alphabet":          parts[0] + "." + parts[1] + "." + strings.NewReplacer("-", "+", "_", "/").Replace(parts[2]),
		"alg none":                   signed(replaced(h, "EdDSA", "none"), p),
		"alg Ed25519":                signed(replaced(h, "EdDSA", "Ed25519"), p),
		"another typ":                signed(replaced(h, "candor-entry", "consent-receipt"), p),
		"members of header swapped":  signed(strings.TrimSuffix(replaced(h, `"alg":"EdDSA",`, ``), "}")+`,"alg":"EdDSA"}`, p),
		"white space in header":      signed(replaced(h, ",", ", "), p),
		"additional header":          signed(replaced(h, "}", `,"crit":[]}`), p),
		"kid with unused bits":       signed(replaced(h, `","typ`, `","typ`)[:64]+next(h[64])+h[65:], p),
		"white space in payload":     signed(h, replaced(p, ",", ", ")),
		"white space before payload": signed(h, " "+p),
		"members swapped":            signed(h, `{"log":"`+ledgertest.Origin+`","v":1`+p[len(`{"v":1,"log":"`+ledgertest.Origin+`"`):]),
		"member twice":               signed(h, replaced(p, `"seq":2`, `"seq":2,"seq":2`)),
		"unknown member":             signed(h, replaced(p, `"seq":2`, `"seq":2,"x":1`)),
		"member missing":             signed(h, replaced(p, `"seq":2,`, ``)),
		"another version":            signed(h, replaced(p, `"v":1`, `"v":2`)),
		"seq with a leading zero":    signed(h, replaced(p, `"seq":2`, `"seq":02`)),
		"seq with an exponent":       signed(h, replaced(p, `"seq":2`, `"seq":2e0`)),
		"seq with a sign":            signed(h, replaced(p, `"seq":2`, `"seq":+2`)),
		"seq as a string":            signed(h, replaced(p, `"seq":2`, `"seq":"2"`)),
		"seq above 2^53":             signed(h, replaced(p, `"seq":2`, `"seq":9007199254740993`)),
		"short time":                 signed(h, replaced(p, `.000Z`, `.0Z`)),
		"escaped log":                signed(h, replaced(p, `"log":"p`, `"log":"\u0070`)),
		"prev with padding":          signed(h, replaced(p, `","time"`, `=","time"`)),
		"text after the payload":     signed(h, p+" "),
		"too long":                   good + strings.Repeat("A", ledger.MaxEntrySize),
		"nothing":                    "",
		"dots only":                  "..",
	}
	for name, raw := range bad {
		t.Run(name, func(t *testing.T) {
			if raw == good {
				t.Fatal("the entry was not changed")
			}
			if _, err := ledger.ParseEntry([]byte(raw)); !errors.Is(err, ledger.ErrMalformed) {
				t.Errorf("accepted (%v): %s", err, raw)
			}
		})
	}
}

// next is the character after c in the base64url alphabet: it differs in its last bit or bits.
func next(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_A"
	at := strings.IndexByte(alphabet, c)
	return alphabet[at+1 : at+2]
}
