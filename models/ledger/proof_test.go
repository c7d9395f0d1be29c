package ledger_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

func TestProofText(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	hashes, err := ledger.InclusionProof(4, 5, l.Reader)
	ledgertest.Must(t, err)
	want := "c2sp.org/tlog-proof@v1\nindex 4\n" + base64.StdEncoding.EncodeToString(hashes[0][:]) + "\n\n" + string(l.Checkpoint(5))
	if got := l.Evidence(4, 5).Proof; got != want || len(hashes) != 1 {
		t.Fatalf("got %s\nwant %s", got, want)
	}
	p, err := ledger.ParseProof([]byte(want))
	if err != nil || p.Index != 4 || len(p.Hashes) != 1 || p.Hashes[0] != hashes[0] || string(p.Checkpoint) != string(l.Checkpoint(5)) {
		t.Fatalf("reads back as %+v, %v", p, err)
	}
	c, err := p.Verify(ledger.LeafHash(l.Entries[4]), ledgertest.Origin, l.Verifier())
	if err != nil || c.Size != 5 {
		t.Fatalf("verifies to %+v, %v", c, err)
	}
	if _, err := p.Verify(ledger.LeafHash(l.Entries[3]), ledgertest.Origin, l.Verifier()); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("for another entry: %v", err)
	}
	if _, err := p.Verify(ledger.LeafHash(l.Entries[4]), "other.example.com", l.Verifier()); !errors.Is(err, ledger.ErrOrigin) {
		t.Errorf("for another log: %v", err)
	}
}

func TestProofHasOneEncoding(t *testing.T) {
	good := ledgertest.Filled(t, 5).Evidence(2, 5).Proof
	lines := strings.SplitAfter(good, "\n")
	hash := strings.TrimSuffix(lines[2], "\n")
	for name, bad := range map[string]string{
		"nothing":        "",
		"another header": strings.Replace(good, "@v1", "@v2", 1),
		"extra data":     strings.Replace(good, "index", "extra AAAA\nindex", 1),
		"empty extra":    strings.Replace(good, "index", "extra \nindex", 1),
		"leading zero":   strings.Replace(good, "index 2", "index 02", 1),
		"sign":           strings.Replace(good, "index 2", "index +2", 1),
		"no index":       strings.Replace(good, "index 2\n", "", 1),
		"carriage":       strings.ReplaceAll(good, "\n", "\r\n"),
		"unused bits":    strings.Replace(good, hash, hash[:42]+next(hash[42])+"=", 1),
		"short hash":     strings.Replace(good, hash, hash[:40], 1),
		"no checkpoint":  strings.Join(lines[:5], ""),
		"cut":            good[:len(good)-1],
		"too long":       good + strings.Repeat("x", 1<<20),
		"long line":      "c2sp.org/tlog-proof@v1\nindex 0\n" + strings.Repeat("a", 65*1024) + "\n",
	} {
		if _, err := ledger.ParseProof([]byte(bad)); !errors.Is(err, ledger.ErrMalformed) || bad == good {
			t.Errorf("%s: accepted (%v)", name, err)
		}
	}
}
