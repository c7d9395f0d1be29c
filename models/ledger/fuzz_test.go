package ledger_test

import (
	"bytes"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// Whatever a parser accepts is exactly what the encoder writes, and nothing makes it panic.

func FuzzEntry(f *testing.F) {
	l := ledgertest.Filled(f, 4)
	for _, raw := range l.Entries {
		f.Add(raw)
	}
	f.Add([]byte("a.b.c"))
	f.Add([]byte(".."))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := ledger.ParseEntry(raw)
		if err != nil {
			return
		}
		again, err := ledger.ForgeEntry(ledger.NewSigner(ledgertest.Key("entry")), e.Payload.Log, e, e.Payload.Time, false)
		ledgertest.Must(t, err)
		payload := func(raw []byte) []byte { return bytes.Split(raw, []byte("."))[1] }
		if !bytes.Equal(payload(again), payload(raw)) {
			t.Errorf("%s is written %s", payload(raw), payload(again))
		}
	})
}

func FuzzDetail(f *testing.F) {
	for _, d := range ledgertest.Filled(f, 4).Disclosures {
		f.Add([]byte(d.Detail))
	}
	for _, d := range []ledger.Detail{whole(), backed()} {
		raw, err := d.Encode()
		ledgertest.Must(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ledger.ParseDetail(raw)
		if err != nil {
			return
		}
		if again, err := d.Encode(); err != nil || !bytes.Equal(again, raw) {
			t.Errorf("%s is written %s, %v", raw, again, err)
		}
	})
}

func FuzzDisclosure(f *testing.F) {
	l := ledgertest.Filled(f, 4)
	for _, d := range l.Disclosures {
		raw, err := d.Encode()
		ledgertest.Must(f, err)
		f.Add(raw)
	}
	f.Add([]byte(`{"entry":"","detail":"","salt":""}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ledger.ParseDisclosure(raw)
		if err != nil {
			return
		}
		if again, err := d.Encode(); err != nil || !bytes.Equal(again, raw) {
			t.Errorf("%s is written %s, %v", raw, again, err)
		}
		_, _, _ = d.Open() // does not panic
	})
}

func FuzzCheckpoint(f *testing.F) {
	l := ledgertest.Filled(f, 4)
	second, _ := ledgertest.CheckpointKey(f, "second")
	f.Add(l.Checkpoint(4))
	f.Add(l.Checkpoint(3, second))
	f.Add(ledgertest.EmptyCheckpoint(f))
	f.Add([]byte("\n\n\n"))
	verifier := l.Verifier()
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := ledger.OpenCheckpoint(raw, "", verifier)
		if err != nil {
			return
		}
		if !bytes.HasPrefix(raw, []byte(c.Text()+"\n")) {
			t.Errorf("%s is of %s", raw, c.Text())
		}
	})
}

func FuzzProof(f *testing.F) {
	l := ledgertest.Filled(f, 20)
	f.Add([]byte(l.Evidence(3, 20).Proof))
	f.Add([]byte(l.Evidence(0, 1).Proof))
	verifier := l.Verifier()
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ledger.ParseProof(raw)
		if err != nil {
			return
		}
		if again := ledger.FormatProof(p.Index, p.Hashes, p.Checkpoint); !bytes.Equal(again, raw) {
			t.Errorf("%s is written %s", raw, again)
		}
		_, _ = p.Verify(ledger.LeafHash(l.Entries[3]), "", verifier) // does not panic
	})
}

func FuzzReceipt(f *testing.F) {
	l := ledgertest.Filled(f, 5)
	f.Add(l.Receipt(3))
	f.Add(l.BareReceipt(4))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, _, err := ledger.ParseReceipt(raw)
		if err != nil {
			return
		}
		again, err := ledger.SignReceipt(r, l.DocumentKey)
		ledgertest.Must(t, err)
		payload := func(raw []byte) []byte { return bytes.Split(raw, []byte("."))[1] }
		if !bytes.Equal(payload(again), payload(raw)) {
			t.Errorf("%s is written %s", payload(raw), payload(again))
		}
	})
}

func FuzzManifest(f *testing.F) {
	signer := ledger.NewSigner(ledgertest.Key("document"))
	raw, _, err := ledger.SignManifest(manifest(), signer)
	ledgertest.Must(f, err)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ledger.ParseManifest(raw)
		if err != nil {
			return
		}
		if again, _, err := ledger.SignManifest(m, signer); err != nil || !bytes.Equal(again, raw) {
			t.Errorf("%s is written %s, %v", raw, again, err)
		}
	})
}

func FuzzTilePath(f *testing.F) {
	for _, path := range []string{"tile/0/000", "tile/0/x001/234.p/5", "tile/entries/x001/x234/067", "tile/63/999.p/255"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if tile, err := ledger.ParseTilePath(path); err == nil && tile.Path() != path {
			t.Errorf("%q is written %q", path, tile.Path())
		}
	})
}
