package ledger_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

func TestReceiptNeedsTheCheckpointsKeyOnly(t *testing.T) {
	l := ledgertest.Filled(t, 20)
	raw := l.Receipt(7)
	r, opened, err := ledger.VerifyReceipt(raw, ledgertest.Origin, nil, l.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	if r.Log.Index != 7 || opened.Entry.Payload.Seq != 7 || opened.Detail.Kind != ledger.ConsentGiven || opened.Checkpoint.Size != 20 {
		t.Errorf("it says %+v", opened)
	}
	parts := strings.Split(string(raw), ".")
	payload, err := raw64.DecodeString(parts[1])
	ledgertest.Must(t, err)
	var top map[string]json.RawMessage
	ledgertest.Must(t, json.Unmarshal(payload, &top))
	for _, member := range []string{"record", "processing", "parties", "events", "log"} {
		if top[member] == nil {
			t.Errorf("the payload has no %s", member)
		}
	}
	head, err := raw64.DecodeString(parts[0])
	if err != nil || string(head) != `{"alg":"EdDSA","kid":"`+l.DocumentKey.KeyID()+`","typ":"consent-receipt+jwt"}` {
		t.Errorf("header %s, %v", head, err)
	}
}

func TestReceiptThatIsRefused(t *testing.T) {
	_, stranger := ledgertest.CheckpointKey(t, "stranger")
	unknown, err := ledger.NewVerifierKey(stranger)
	ledgertest.Must(t, err)
	l := ledgertest.Filled(t, 20)
	check := func(name string, raw []byte, want ledger.Check) {
		t.Helper()
		_, _, err := ledger.VerifyReceipt(raw, ledgertest.Origin, nil, l.Verifier())
		var failed *ledger.VerifyError
		if !errors.As(err, &failed) || failed.Check != want {
			t.Errorf("%s: %v, want check %s", name, err, want)
		}
	}
	if _, _, err := ledger.VerifyReceipt(l.Receipt(7), ledgertest.Origin, nil, unknown); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("under a stranger's checkpoint key: %v", err)
	}
	if _, _, err := ledger.VerifyReceipt(l.Receipt(7), "other.example.com", nil, l.Verifier()); !errors.Is(err, ledger.ErrOrigin) {
		t.Errorf("for another log: %v", err)
	}
	check("without keys", l.BareReceipt(7), ledger.KeyCheck)
	signedBy := func(s ledger.Signer) []byte {
		raw, err := ledger.SignReceipt(l.ReceiptOf(7), s)
		ledgertest.Must(t, err)
		return raw
	}
	check("signed with an entry key", signedBy(l.EntryKey), ledger.KeyCheck)
	check("signed with a key that the log does not know", signedBy(ledger.NewSigner(ledgertest.Key("other"))), ledger.KeyCheck)
	check("signed by someone who names the operator's key", signedBy(forger{l.DocumentKey, ledger.NewSigner(ledgertest.Key("other"))}), ledger.SignatureCheck)
	check("an entry", l.Entries[7], ledger.FormatCheck)

	l.RetireKey(ledger.UseDocument, "document")
	check("signed after the key was retired", signedBy(l.DocumentKey), ledger.KeyCheck)
}

// forger signs with one key in the name of another.
type forger struct{ name, key ledger.Signer }

func (f forger) KeyID() string                       { return f.name.KeyID() }
func (f forger) Sign(message []byte) ([]byte, error) { return f.key.Sign(message) }

func TestReceiptThatContradictsItsEntryIsNotSigned(t *testing.T) {
	l := ledgertest.Filled(t, 20)
	for name, edit := range map[string]func(r *ledger.Receipt){
		"state":       func(r *ledger.Receipt) { r.Events[0].EventState = "withdrawn" },
		"time":        func(r *ledger.Receipt) { r.Events[0].EventTime = "2026-01-01T00:00:00.001Z" },
		"purpose":     func(r *ledger.Receipt) { r.Processing.Purposes[0].Purpose = "marketing_email" },
		"person":      func(r *ledger.Receipt) { r.Record.PIIPrincipalID = ledgertest.Subject(2) },
		"event":       func(r *ledger.Receipt) { r.Record.RecordID = ledger.DerivedEventID("x").String() },
		"index":       func(r *ledger.Receipt) { r.Log.Index++ },
		"origin":      func(r *ledger.Receipt) { r.Log.Origin = "other.example.com" },
		"detail":      func(r *ledger.Receipt) { r.Log.Detail = l.Disclosures[8].Detail },
		"schema":      func(r *ledger.Receipt) { r.SchemaVersion = "2" },
		"no id":       func(r *ledger.Receipt) { r.ReceiptID = "" },
		"no events":   func(r *ledger.Receipt) { r.Events = nil },
		"no parties":  func(r *ledger.Receipt) { r.Parties = nil },
		"no purposes": func(r *ledger.Receipt) { r.Processing.Purposes = nil },
		"bad UTF-8":   func(r *ledger.Receipt) { r.Parties[0].PartyName = "\xff" },
	} {
		r := l.ReceiptOf(7)
		edit(&r)
		if raw, err := ledger.SignReceipt(r, l.DocumentKey); err == nil {
			t.Errorf("%s: signed: %.40s…", name, raw)
		}
	}
}
