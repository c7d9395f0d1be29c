package main

import (
	"bytes"
	"strings"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// sealed packs an archive as the operator would, after an edit before or after the signing.
func sealed(t *testing.T, l *ledgertest.Log, before, after func(files map[string][]byte)) string {
	t.Helper()
	files := l.ArchiveFiles(1)
	if before != nil {
		before(files)
	}
	l.Seal(files)
	if after != nil {
		after(files)
	}
	return file(t, "archive.zip", l.Zip(files))
}

func TestGoodArchive(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	name := sealed(t, l, nil, nil)
	logverify(t, "--vkey", l.VKey, name).want(t, 0, "Good", "customer cus_1001", "Withheld: credit")
	logverify(t, name).want(t, 0, "taken on trust")
	_, other := ledgertest.CheckpointKey(t, "stranger")
	logverify(t, "--vkey", other, name).want(t, 1, "check: checkpoint")
}

// Whoever changes the archive afterwards is found, whatever they change, and told for what it is.
func TestChangedArchive(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	tests := []struct {
		name string
		edit func(files map[string][]byte)
		says []string
	}{
		{"data file", func(f map[string][]byte) { flip(t, f, "data/contact.json", 5) }, []string{"data/contact.json was changed"}},
		{"file longer", func(f map[string][]byte) { f["README.txt"] = append(f["README.txt"], 'x') }, []string{"README.txt has 11 bytes, manifest.json says 10"}},
		{"file missing", func(f map[string][]byte) { delete(f, "documents/bill.pdf") }, []string{"documents/bill.pdf is missing"}},
		{"file added", func(f map[string][]byte) { f["data/extra.json"] = []byte("[]") }, []string{"data/extra.json is not in manifest.json"}},
		{"manifest", func(f map[string][]byte) { flip(t, f, "manifest.json", 20) }, []string{"manifest.jws", "does not sign the bytes of manifest.json"}},
		{"manifest's signature", func(f map[string][]byte) { flip(t, f, "manifest.jws", -20) }, []string{"manifest.jws", "signature does not match"}},
		{"manifest missing", func(f map[string][]byte) { delete(f, "manifest.json") }, []string{"manifest.json is missing"}},
		{"hash in SHA256SUMS", func(f map[string][]byte) { flip(t, f, "SHA256SUMS", 3) }, []string{"SHA256SUMS"}},
		{"line end in SHA256SUMS", func(f map[string][]byte) { flip(t, f, "SHA256SUMS", -1) }, []string{"SHA256SUMS"}},
		{"checkpoint", func(f map[string][]byte) { flip(t, f, "consents/checkpoint", -9) }, []string{"consents/checkpoint", "check: checkpoint"}},
		{"verifier key", func(f map[string][]byte) { flip(t, f, "consents/vkey", 4) }, []string{"consents/vkey"}},
		{"key set", func(f map[string][]byte) {
			f["consents/jwks.json"] = bytes.Replace(f["consents/jwks.json"], []byte(`"candor_use":"entry"`), []byte(`"candor_use":"document"`), 1)
		}, []string{"consents/jwks.json", "did not add key"}},
		{"key event", func(f map[string][]byte) { flip(t, f, "consents/keys.jsonl", 12) }, []string{"consents/keys.jsonl, line 1"}},
		{"key event missing", func(f map[string][]byte) {
			_, rest, _ := bytes.Cut(f["consents/keys.jsonl"], []byte("\n"))
			f["consents/keys.jsonl"] = rest
		}, []string{"consents/keys.jsonl, line 1"}},
		{"entry's signature", func(f map[string][]byte) {
			inLine(t, f, "entry", func(e *ledger.Evidence) { e.Entry = flipped(e.Entry, -10) })
		}, []string{"line 1", "entry 4", "proof"}},
		{"detail", func(f map[string][]byte) { inLine(t, f, "detail", func(e *ledger.Evidence) { e.Detail[9] ^= 1 }) }, []string{"line 1", "entry 4", "check: commit"}},
		{"salt", func(f map[string][]byte) { inLine(t, f, "salt", func(e *ledger.Evidence) { e.Salt[9] ^= 1 }) }, []string{"line 1", "entry 4", "check: commit"}},
		{"proof", func(f map[string][]byte) {
			inLine(t, f, "proof", func(e *ledger.Evidence) { e.Proof = flipped(e.Proof, 40) })
		}, []string{"line 1", "entry 4", "check: proof"}},
		{"receipt", func(f map[string][]byte) { flip(t, f, "consents/receipts/4.jwt", 500) }, []string{"consents/receipts/4.jwt"}},
		{"receipt's signature", func(f map[string][]byte) { flip(t, f, "consents/receipts/4.jwt", -20) }, []string{"consents/receipts/4.jwt", "receipt: the signature does not match"}},
		{"line end missing", func(f map[string][]byte) {
			f["consents/log.jsonl"] = bytes.TrimSuffix(f["consents/log.jsonl"], []byte("\n"))
		}, []string{"no line end"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			logverify(t, "--vkey", l.VKey, sealed(t, l, nil, test.edit)).want(t, 1, test.says...)
		})
	}
}

// inLine edits the first line of log.jsonl.
func inLine(t *testing.T, files map[string][]byte, _ string, edit func(e *ledger.Evidence)) {
	t.Helper()
	first, rest, _ := bytes.Cut(files["consents/log.jsonl"], []byte("\n"))
	e, err := ledger.ParseEvidence(first)
	ledgertest.Must(t, err)
	edit(&e)
	first, err = e.Encode()
	ledgertest.Must(t, err)
	files["consents/log.jsonl"] = append(append(first, '\n'), rest...)
}

func flipped(s string, at int) string {
	b := []byte(s)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	return string(b)
}

// An operator who signs a false archive is found too, where the log contradicts it.
func TestDishonestArchive(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	tests := []struct {
		name string
		edit func(files map[string][]byte)
		says []string
	}{
		{"another person's entries", func(f map[string][]byte) {
			f["consents/log.jsonl"] = append(f["consents/log.jsonl"], l.ArchiveFiles(2)["consents/log.jsonl"]...)
		}, []string{"stands behind"}},
		{"no key events", func(f map[string][]byte) { f["consents/keys.jsonl"] = nil }, []string{"no such key"}},
		{"receipt of nobody", func(f map[string][]byte) { f["consents/receipts/x.jwt"] = []byte("a.b.c") }, []string{"consents/receipts/x.jwt"}},
		{"proofs for another head", func(f map[string][]byte) { f["consents/checkpoint"] = l.Checkpoint(20) }, []string{"another checkpoint"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			logverify(t, "--vkey", l.VKey, sealed(t, l, test.edit, nil)).want(t, 1, test.says...)
		})
	}
	t.Run("manifest signed with the entry key", func(t *testing.T) {
		l := ledgertest.Filled(t, 30)
		files := l.ArchiveFiles(1)
		l.DocumentKey = l.EntryKey
		l.Seal(files)
		logverify(t, "--vkey", l.VKey, file(t, "archive.zip", l.Zip(files))).want(t, 1, `for use "entry", not "document"`)
	})
}

// A byte changed in the zip file itself is never taken for good where it is part of a file's content or name.
func TestDamagedZip(t *testing.T) {
	l := ledgertest.Filled(t, 12)
	files := l.ArchiveFiles(1)
	l.Seal(files)
	whole := l.Zip(files)
	reports := 0
	for at := 0; at < len(whole); at += 97 {
		changed := bytes.Clone(whole)
		changed[at] ^= 0x10
		got := logverify(t, "--vkey", l.VKey, file(t, "archive.zip", changed))
		if got.code != 0 && got.code != 1 {
			t.Fatalf("byte %d: ended with %d: %s", at, got.code, got.errors)
		}
		if got.code == 1 {
			reports++
			if !strings.Contains(got.errors, "BAD: ") {
				t.Fatalf("byte %d: %s", at, got.errors)
			}
		}
	}
	if reports*10 < len(whole)/97*8 {
		t.Fatalf("of %d changes only %d were found", len(whole)/97, reports)
	}
}
