package ledger_test

import (
	"bytes"
	"errors"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// everyChange calls try with every byte of good changed in turn, left out and doubled, and fails where that is accepted.
func everyChange(t *testing.T, what string, good []byte, accept func(raw []byte) error) {
	t.Helper()
	if err := accept(good); err != nil {
		t.Fatalf("%s: the good one is refused: %v", what, err)
	}
	changed := make([]byte, len(good), len(good)+1)
	for at := range good {
		for _, bits := range []byte{0x01, 0x02, 0x20, 0x80} {
			copy(changed, good)
			changed[at] ^= bits
			if accept(changed) == nil {
				t.Fatalf("%s: accepted with byte %d changed from %q to %q", what, at, good[at], changed[at])
			}
		}
		if accept(append(bytes.Clone(good[:at]), good[at+1:]...)) == nil {
			t.Fatalf("%s: accepted without byte %d, %q", what, at, good[at])
		}
		if accept(append(append(bytes.Clone(good[:at]), '\n'), good[at:]...)) == nil {
			t.Fatalf("%s: accepted with a line break before byte %d", what, at)
		}
	}
	if accept(append(bytes.Clone(good), '\n')) == nil || accept(append(bytes.Clone(good), 0)) == nil {
		t.Fatalf("%s: accepted with something behind it", what)
	}
}

func TestNoByteOfAnEntryCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 4)
	everyChange(t, "entry", l.Entries[3], func(raw []byte) error {
		e, err := ledger.ParseEntry(raw)
		if err != nil {
			return err
		}
		return e.Verify(public("entry"))
	})
}

func TestNoByteOfADisclosureCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 4)
	good, err := l.Disclosures[3].Encode()
	ledgertest.Must(t, err)
	everyChange(t, "disclosure", good, func(raw []byte) error {
		d, err := ledger.ParseDisclosure(raw)
		if err != nil {
			return err
		}
		e, _, err := d.Open()
		return errors.Join(err, e.Verify(public("entry")))
	})
}

func TestNoByteOfACheckpointCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	_, other := ledgertest.CheckpointKey(t, "second")
	second, err := ledger.NewVerifierKey(other)
	ledgertest.Must(t, err)
	everyChange(t, "checkpoint", l.Checkpoint(30), func(raw []byte) error {
		_, err := ledger.OpenCheckpoint(raw, ledgertest.Origin, l.Verifier(), second)
		return err
	})
}

func TestNoByteOfAProofCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	good := []byte(l.Evidence(11, 29).Proof)
	everyChange(t, "proof", good, func(raw []byte) error {
		p, err := ledger.ParseProof(raw)
		if err != nil {
			return err
		}
		if p.Index != 11 { // who verifies a proof knows which entry it is for
			return errors.New("another entry's proof")
		}
		_, err = p.Verify(ledger.LeafHash(l.Entries[11]), ledgertest.Origin, l.Verifier())
		return err
	})
}

func TestNoByteOfEvidenceCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 8)
	keys := ledger.TrustedKeys(ledger.PublishedKey{Key: public("entry"), Use: ledger.UseEntry})
	good, err := l.Evidence(5, 8).Encode()
	ledgertest.Must(t, err)
	everyChange(t, "evidence", good, func(raw []byte) error {
		e, err := ledger.ParseEvidence(raw)
		if err != nil {
			return err
		}
		_, err = e.Open(ledgertest.Origin, keys, l.Verifier())
		return err
	})
}

func TestNoByteOfAReceiptCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 4)
	keys := ledger.TrustedKeys(ledger.PublishedKey{Key: public("entry")}, ledger.PublishedKey{Key: public("document")})
	everyChange(t, "receipt", l.BareReceipt(3), func(raw []byte) error {
		_, _, err := ledger.VerifyReceipt(raw, ledgertest.Origin, keys, l.Verifier())
		return err
	})
}

func TestNoByteOfAManifestCanBeChanged(t *testing.T) {
	l := ledgertest.Filled(t, 4)
	files := map[string][]byte{"README.txt": []byte("hello"), "data/contact.json": []byte("[]")}
	l.Seal(files)
	keys := ledger.TrustedKeys(ledger.PublishedKey{Key: public("document"), Use: ledger.UseDocument})
	everyChange(t, "manifest.json", files["manifest.json"], func(raw []byte) error {
		_, err := ledger.VerifyManifest(raw, files["manifest.jws"], keys, 4)
		return err
	})
	everyChange(t, "manifest.jws", files["manifest.jws"], func(raw []byte) error {
		_, err := ledger.VerifyManifest(files["manifest.json"], raw, keys, 4)
		return err
	})
}
