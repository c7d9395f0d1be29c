package ledger_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"

	"golang.org/x/mod/sumdb/note"
)

func TestCheckpointText(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	root := l.Root(5)
	want := ledgertest.Origin + "\n5\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n\n— " + ledgertest.Origin + " "
	raw := l.Checkpoint(5)
	if !strings.HasPrefix(string(raw), want) || strings.Count(string(raw), "\n") != 5 {
		t.Fatalf("got %s", raw)
	}
	c, err := ledger.OpenCheckpoint(raw, ledgertest.Origin, l.Verifier())
	if err != nil || c.Size != 5 || c.Root != root || c.Origin != ledgertest.Origin {
		t.Fatalf("opens as %+v, %v", c, err)
	}
	empty, err := ledger.OpenCheckpoint(ledgertest.EmptyCheckpoint(t), "", l.Verifier())
	if err != nil || empty.Size != 0 || empty.Root != ledger.EmptyRoot() {
		t.Fatalf("the empty log's opens as %+v, %v", empty, err)
	}
}

func TestCheckpointKeyIsRotatedWithBoth(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	signer, vkey := ledgertest.CheckpointKey(t, "second")
	second, err := ledger.NewVerifierKey(vkey)
	ledgertest.Must(t, err)
	raw := l.Checkpoint(5, signer)
	for name, verifiers := range map[string][]note.Verifier{
		"old": {l.Verifier()}, "new": {second}, "both": {second, l.Verifier()}, "one twice": {second, second},
	} {
		if _, err := ledger.OpenCheckpoint(raw, ledgertest.Origin, verifiers...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := strings.Replace(string(raw), "\n5\n", "\n6\n", 1)
	if _, err := ledger.OpenCheckpoint([]byte(bad), ledgertest.Origin, second); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("changed: %v", err)
	}
}

func TestCheckpointThatIsRefused(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	good := string(l.Checkpoint(5))
	text, lines, _ := strings.Cut(good, "\n\n")
	signed := func(text string) string {
		raw, err := note.Sign(&note.Note{Text: text}, l.Checkpoints)
		ledgertest.Must(t, err)
		return string(raw)
	}
	if signed(text+"\n") != good {
		t.Fatal("the test does not sign as checkpoints are signed")
	}
	root := strings.Split(text, "\n")[2]
	for name, test := range map[string]struct {
		raw  string
		want error
	}{
		"nothing":           {"", ledger.ErrMalformed},
		"no signature":      {text + "\n\n", ledger.ErrMalformed},
		"no blank line":     {text + "\n" + lines, ledger.ErrMalformed},
		"extension line":    {signed(text + "\nextension\n"), ledger.ErrMalformed},
		"leading zero":      {signed(ledgertest.Origin + "\n05\n" + root + "\n"), ledger.ErrMalformed},
		"negative size":     {signed(ledgertest.Origin + "\n-5\n" + root + "\n"), ledger.ErrMalformed},
		"size above 2^53":   {signed(ledgertest.Origin + "\n9007199254740993\n" + root + "\n"), ledger.ErrMalformed},
		"short root":        {signed(ledgertest.Origin + "\n5\nAAAA\n"), ledger.ErrMalformed},
		"root not base64":   {signed(ledgertest.Origin + "\n5\n" + strings.Repeat("-", 43) + "=\n"), ledger.ErrMalformed},
		"no origin":         {signed("\n5\n" + root + "\n"), ledger.ErrMalformed},
		"two signatures":    {good + lines, ledger.ErrMalformed},
		"signature cut":     {good[:len(good)-5] + "\n", nil},
		"unused bits":       {good[:len(good)-3] + next(good[len(good)-3]) + good[len(good)-2:], nil},
		"another origin":    {signed("other.example.com\n5\n" + root + "\n"), ledger.ErrOrigin},
		"another signature": {strings.Replace(signed(ledgertest.Origin+"\n6\n"+root+"\n"), "\n6\n", "\n5\n", 1), ledger.ErrSignature},
		"too long":          {good + strings.Repeat(lines, 1000), ledger.ErrMalformed},
	} {
		_, err := ledger.OpenCheckpoint([]byte(test.raw), ledgertest.Origin, l.Verifier())
		if err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if _, err := ledger.OpenCheckpoint([]byte(good), ledgertest.Origin); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("without any key: %v", err)
	}
	// A key of another name may have signed the text; it does not speak for the origin.
	other := l.Checkpoint(5)
	foreign := strings.Replace(string(other), "— "+ledgertest.Origin, "— witness.example.com", 1)
	vkey, err := note.NewEd25519VerifierKey("witness.example.com", public("checkpoint"))
	ledgertest.Must(t, err)
	witness, err := ledger.NewVerifierKey(vkey)
	ledgertest.Must(t, err)
	if _, err := ledger.OpenCheckpoint([]byte(foreign), ledgertest.Origin, witness); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("signed in another name: %v", err)
	}
}

func TestSignCheckpointRefuses(t *testing.T) {
	signer, _ := ledgertest.CheckpointKey(t, "checkpoint")
	for name, test := range map[string]struct {
		origin  string
		size    uint64
		signers []note.Signer
	}{
		"another name":  {"other.example.com", 1, []note.Signer{signer}},
		"bad origin":    {"https://" + ledgertest.Origin, 1, []note.Signer{signer}},
		"nobody":        {ledgertest.Origin, 1, nil},
		"too many":      {ledgertest.Origin, ledger.MaxSize, []note.Signer{signer}},
		"broken signer": {ledgertest.Origin, 1, []note.Signer{brokenNoteSigner{signer}}},
	} {
		if raw, err := ledger.SignCheckpoint(test.origin, test.size, ledger.Hash{}, test.signers...); err == nil {
			t.Errorf("%s: %s", name, raw)
		}
	}
}

type brokenNoteSigner struct{ note.Signer }

func (brokenNoteSigner) Sign([]byte) ([]byte, error) { return nil, errors.New("away") }

func TestVerifierKeyHasOneEncoding(t *testing.T) {
	_, good := ledgertest.CheckpointKey(t, "checkpoint")
	if v, err := ledger.NewVerifierKey(good); err != nil || v.Name() != ledgertest.Origin {
		t.Fatal(err)
	}
	hash := good[len(ledgertest.Origin)+1:][:8]
	unknown := base64.StdEncoding.EncodeToString(append([]byte{2}, public("checkpoint")...))
	for name, bad := range map[string]string{
		"nothing": "", "name only": ledgertest.Origin, "another name": "x" + good, "upper case": strings.Replace(good, hash, strings.ToUpper(hash), 1),
		"another hash": strings.Replace(good, hash, "00000000", 1), "unused bits": good[:len(good)-1] + "B", "line end": good + "\n",
		"another algorithm": ledgertest.Origin + "+" + hash + "+" + unknown, "short key": good[:len(good)-4],
	} {
		if _, err := ledger.NewVerifierKey(bad); err == nil && bad != good {
			t.Errorf("%s: %s is accepted", name, bad)
		}
	}
	// The key's base64 may have plus signs in it, which also separate the parts.
	plus := 0
	for i := range byte(40) {
		key := ed25519.NewKeyFromSeed(append(make([]byte, 31), i))
		pub, _ := key.Public().(ed25519.PublicKey)
		vkey, err := note.NewEd25519VerifierKey("a", pub)
		ledgertest.Must(t, err)
		plus += strings.Count(vkey, "+") - 2
		if _, err := ledger.NewVerifierKey(vkey); err != nil {
			t.Errorf("%s: %v", vkey, err)
		}
	}
	if plus == 0 {
		t.Error("no key of the test has a plus sign")
	}
}
