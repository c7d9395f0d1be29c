package ledgertest

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"candor/models/ledger"
)

// Public says whether an entry is disclosed to everyone. The kind is the first member of a detail.
func (l *Log) Public(seq uint64) bool {
	kind, _, _ := strings.Cut(strings.TrimPrefix(string(l.Disclosures[seq].Detail), `{"kind":"`), `"`)
	return ledger.IsPublic(kind)
}

// Files are what is served below /log, by path.
func (l *Log) Files() map[string][]byte {
	size := l.Size()
	files := map[string][]byte{
		"checkpoint": l.Checkpoint(size), "vkey": []byte(l.VKey + "\n"), "vkeys": []byte(l.VKey + "\n"),
	}
	for _, t := range ledger.Tiles(0, size) {
		var data []byte
		var err error
		if t.Level == ledger.EntriesLevel {
			data, err = ledger.EncodeBundle(l.Entries[t.Start() : t.Start()+uint64(t.Width)])
		} else {
			data, err = ledger.HashTile(t, l.Reader)
		}
		Must(l.tb, err)
		files[t.Path()] = data
	}
	for seq := range size {
		if l.Public(seq) {
			data, err := l.Disclosures[seq].Encode()
			Must(l.tb, err)
			files["disclosures/"+strconv.FormatUint(seq, 10)] = data
		}
	}
	return files
}

// DisclosureList is what is served at /log/disclosures.
func (l *Log) DisclosureList() []byte {
	var list ledger.DisclosureList
	for seq := range l.Size() {
		if l.Public(seq) {
			list.Disclosures = append(list.Disclosures, seq)
		}
	}
	raw, err := list.Encode()
	Must(l.tb, err)
	return raw
}

// JWKS is the published key set.
func (l *Log) JWKS() []byte {
	var keys []ledger.PublishedKey
	for _, seq := range l.keys {
		d, err := ledger.ParseDetail(l.Disclosures[seq].Detail)
		Must(l.tb, err)
		key, err := d.JWK.PublicKey()
		Must(l.tb, err)
		if d.Kind == ledger.KeyAdded {
			keys = append(keys, ledger.PublishedKey{Key: key, Use: d.Use})
		}
	}
	raw, err := ledger.EncodeJWKS(keys)
	Must(l.tb, err)
	return raw
}

// ArchiveFiles are the files of a customer's archive but for those that depend on the others.
func (l *Log) ArchiveFiles(customer int) map[string][]byte {
	size := l.Size()
	files := map[string][]byte{
		"README.txt": []byte("Your data\n"), "index.html": []byte("<!doctype html><title>Your data</title>\n"),
		"data/contact.json": []byte("[{\"email\":\"ada@example.test\"}]\n"), "data/contact.csv": []byte("email\nada@example.test\n"),
		"processing.json": []byte("{}\n"), "schema/contact.json": []byte("{}\n"), "documents/bill.pdf": []byte("%PDF-1.7\n"),
		"consents/checkpoint": l.Checkpoint(size), "consents/vkey": []byte(l.VKey + "\n"), "consents/jwks.json": l.JWKS(),
		"consents/keys.jsonl": l.lines(l.KeyEvidence(size)),
	}
	for _, text := range []string{NoticeText, WordingText} {
		files[ledger.ShownFile(hash(text))] = []byte(text)
	}
	var own []ledger.Evidence
	var shown ledger.ShownList
	for seq := range size {
		d, err := ledger.ParseDetail(l.Disclosures[seq].Detail)
		Must(l.tb, err)
		if d.Subject == Subject(customer) {
			own = append(own, l.Evidence(seq, size))
			receipt := "consents/receipts/" + strconv.FormatUint(seq, 10) + ".jwt"
			files[receipt] = l.Receipt(seq)
			shown.Entries = append(shown.Entries, ledger.ShownEntry{
				LogIndex: seq, Receipt: receipt,
				Notice:  &ledger.ShownText{Named: d.Notice.SHA256, File: ledger.ShownFile(d.Notice.SHA256)},
				Wording: &ledger.ShownText{Named: d.UI, File: ledger.ShownFile(d.UI)},
			})
		}
	}
	files["consents/log.jsonl"] = l.lines(own)
	var err error
	files[ledger.ShownIndex], err = json.Marshal(shown)
	Must(l.tb, err)
	return files
}

func (l *Log) lines(list []ledger.Evidence) []byte {
	var b bytes.Buffer
	for _, e := range list {
		line, err := e.Encode()
		Must(l.tb, err)
		b.Write(append(line, '\n'))
	}
	return b.Bytes()
}

// Seal adds manifest.json, manifest.jws and SHA256SUMS to the files of an archive.
func (l *Log) Seal(files map[string][]byte) {
	m := ledger.Manifest{
		Customer: "cus_1001", CreatedAt: "2026-01-02T00:00:00.000Z", Origin: Origin,
		Withheld: []ledger.Withheld{{Category: "credit", Ground: "GDPR Art. 15(4)"}},
	}
	var sums strings.Builder
	for _, name := range sorted(files) {
		hash := fmt.Sprintf("%x", sha256.Sum256(files[name]))
		m.Files = append(m.Files, ledger.ManifestFile{
			Path: name, MediaType: "application/octet-stream", Bytes: int64(len(files[name])), SHA256: hash,
		})
		fmt.Fprintf(&sums, "%s  %s\n", hash, name)
	}
	var err error
	files["manifest.json"], files["manifest.jws"], err = ledger.SignManifest(m, l.DocumentKey)
	Must(l.tb, err)
	for _, name := range []string{"manifest.json", "manifest.jws"} {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	files["SHA256SUMS"] = []byte(sums.String())
}

// Zip packs files.
func (l *Log) Zip(files map[string][]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range sorted(files) {
		f, err := w.Create(name)
		Must(l.tb, err)
		_, err = f.Write(files[name])
		Must(l.tb, err)
	}
	Must(l.tb, w.Close())
	return b.Bytes()
}

func sorted(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
