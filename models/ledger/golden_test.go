package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

var update = flag.Bool("update", false, "write testdata anew")

// vectors is testdata/v1/vectors.json: a log of seven entries with everything that leads from one value to the next.
// docs/log-format.md explains it.
type vectors struct {
	Origin         string        `json:"origin"`
	EntryKey       vectorKey     `json:"entry_key"`
	DocumentKey    vectorKey     `json:"document_key"`
	CheckpointKey  vectorKey     `json:"checkpoint_key"`
	DerivedID      vectorID      `json:"derived_id"`
	TimeID         vectorID      `json:"time_id"`
	Entries        []vectorEntry `json:"entries"`
	Roots          []string      `json:"roots"` // hex, of the trees of 0, 1, 2, … entries
	StoredHashes   []string      `json:"stored_hashes"`
	Inclusion      vectorProof   `json:"inclusion"`
	Consistency    vectorProof   `json:"consistency"`
	HashTile       vectorFile    `json:"hash_tile"`
	EntryBundle    vectorFile    `json:"entry_bundle"`
	SubjectOfOne   string        `json:"subject"`
	DisclosureList string        `json:"disclosure_list"`
}

type vectorKey struct {
	Seed       string `json:"seed"` // hex
	Public     string `json:"public"`
	JWK        string `json:"jwk,omitempty"`
	Thumbprint string `json:"thumbprint,omitempty"`
	VKey       string `json:"vkey,omitempty"`
}

type vectorID struct {
	Parts  []string `json:"parts,omitempty"`
	Random string   `json:"random,omitempty"`
	Time   string   `json:"time,omitempty"`
	ID     string   `json:"id"`
}

type vectorEntry struct {
	Salt       string   `json:"salt"` // hex
	Detail     string   `json:"detail"`
	Commit     string   `json:"commit"` // base64url, as in the payload
	Header     string   `json:"header"`
	Payload    string   `json:"payload"`
	Entry      string   `json:"entry"`
	Link       string   `json:"link"` // base64url, the next entry's prev
	LeafHash   string   `json:"leaf_hash"`
	Completed  []string `json:"completed"` // hex, the stored hashes that travel with the entry
	Disclosure string   `json:"disclosure"`
}

type vectorProof struct {
	From   uint64   `json:"from"` // the entry, or the older size
	Size   uint64   `json:"size"`
	Hashes []string `json:"hashes"`
}

type vectorFile struct {
	Path string `json:"path"`
	Hex  string `json:"hex"`
}

// goldenLog has one entry of each sort that reads differently.
func goldenLog(t *testing.T) *ledgertest.Log {
	t.Helper()
	l := ledgertest.New(t)
	notice := &ledger.NoticeRef{Key: "privacy", Version: 3, Locale: "de", SHA256: strings.Repeat("0a", 32)}
	l.Append(ledger.Detail{Kind: ledger.NoticePublished, Actor: ledger.Actor{Type: ledger.ActorStaff}, Notice: notice})
	given := l.Append(ledger.Detail{
		Kind: ledger.ConsentGiven, Subject: ledgertest.Subject(1), Actor: ledger.Actor{Type: ledger.ActorCustomer, ID: "cus_1001"},
		Purpose: "usage_analytics", State: "given", Notice: notice, UI: "1", Channel: "web", Auth: "link", Jurisdiction: "DE",
	})
	l.Append(whole())
	l.Append(ledger.Detail{
		Kind: ledger.ConsentWithdrawn, Subject: ledgertest.Subject(1), Actor: ledger.Actor{Type: ledger.ActorCustomer, ID: "cus_1001"},
		Purpose: "usage_analytics", State: "withdrawn", Notice: notice, UI: "1", Channel: "web", Auth: "link", Jurisdiction: "DE", Supersedes: &given,
	})
	l.Append(ledger.Detail{Kind: ledger.SubjectErased, Actor: ledger.Actor{Type: ledger.ActorSystem}, Keys: []string{"evidence/2", "contact/2"}})
	return l
}

func goldenFiles(t *testing.T) map[string][]byte {
	t.Helper()
	l := goldenLog(t)
	size := l.Size()
	v := vectors{
		Origin: ledgertest.Origin, EntryKey: keyVector("entry"), DocumentKey: keyVector("document"), CheckpointKey: keyVector("checkpoint"),
		SubjectOfOne: ledgertest.Subject(1), DisclosureList: string(l.DisclosureList()),
	}
	v.CheckpointKey.JWK, v.CheckpointKey.Thumbprint, v.CheckpointKey.VKey = "", "", l.VKey
	v.DerivedID = vectorID{Parts: []string{"ab", "c"}, ID: ledger.DerivedEventID("ab", "c").String()}
	at := time.Date(2026, 1, 1, 0, 0, 0, 120_000_000, time.UTC)
	random := [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	v.TimeID = vectorID{Random: hex.EncodeToString(random[:]), Time: ledger.FormatTime(at), ID: ledger.NewEventID(random, at).String()}
	var tree ledger.Tree
	v.Roots = []string{hexOf(tree.Root())}
	for seq := range l.Entries {
		e, completed := entryVector(t, l, seq, &tree)
		v.Entries, v.StoredHashes = append(v.Entries, e), append(v.StoredHashes, completed...)
		v.Roots = append(v.Roots, hexOf(tree.Root()))
	}
	inclusion, err := ledger.InclusionProof(3, size, l.Reader)
	ledgertest.Must(t, err)
	v.Inclusion = vectorProof{3, size, hexAll(inclusion)}
	consistency, err := ledger.ConsistencyProof(3, size, l.Reader)
	ledgertest.Must(t, err)
	v.Consistency = vectorProof{3, size, hexAll(consistency)}
	files := l.Files()
	for _, name := range []string{"tile/0/000.p/7", "tile/entries/000.p/7"} {
		f := vectorFile{name, hex.EncodeToString(files[name])}
		if strings.Contains(name, "entries") {
			v.EntryBundle = f
		} else {
			v.HashTile = f
		}
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	ledgertest.Must(t, enc.Encode(v))
	document, jws, err := ledger.SignManifest(manifest(), l.DocumentKey)
	ledgertest.Must(t, err)
	line, err := l.Evidence(3, size).Encode()
	ledgertest.Must(t, err)
	return map[string][]byte{
		"vectors.json": text.Bytes(), "checkpoint": l.Checkpoint(size), "entry3.tlog-proof": []byte(l.Evidence(3, size).Proof),
		"entry3.evidence.json": line, "receipt.jwt": l.Receipt(3), "manifest.json": document, "manifest.jws": jws, "jwks.json": l.JWKS(),
	}
}

func keyVector(name string) vectorKey {
	jwk, err := json.Marshal(ledger.NewJWK(public(name)))
	if err != nil {
		panic(err)
	}
	return vectorKey{
		Seed: hex.EncodeToString(ledgertest.Key(name).Seed()), Public: hex.EncodeToString(public(name)),
		JWK: string(jwk), Thumbprint: ledger.KeyID(public(name)),
	}
}

func entryVector(t *testing.T, l *ledgertest.Log, seq int, tree *ledger.Tree) (e vectorEntry, completed []string) {
	t.Helper()
	raw, d := l.Entries[seq], l.Disclosures[seq]
	parsed, err := ledger.ParseEntry(raw)
	ledgertest.Must(t, err)
	parts := strings.Split(string(raw), ".")
	header, err := raw64.DecodeString(parts[0])
	ledgertest.Must(t, err)
	payload, err := raw64.DecodeString(parts[1])
	ledgertest.Must(t, err)
	disclosure, err := d.Encode()
	ledgertest.Must(t, err)
	commit, link := ledger.Commit(d.Salt, d.Detail), parsed.Link()
	completed = hexAll(tree.Append(ledger.LeafHash(raw)))
	return vectorEntry{
		Salt: hex.EncodeToString(d.Salt), Detail: string(d.Detail), Commit: raw64.EncodeToString(commit[:]),
		Header: string(header), Payload: string(payload), Entry: string(raw), Link: raw64.EncodeToString(link[:]),
		LeafHash: hexOf(ledger.LeafHash(raw)), Completed: completed, Disclosure: string(disclosure),
	}, completed
}

func hexOf(h ledger.Hash) string { return hex.EncodeToString(h[:]) }

func hexAll(hashes []ledger.Hash) []string {
	list := make([]string, len(hashes))
	for i, h := range hashes {
		list[i] = hexOf(h)
	}
	return list
}

// The format never changes by accident: what is made today is what was made when these files were written.
func TestGoldenVectors(t *testing.T) {
	dir := filepath.Join("testdata", "v1")
	for name, want := range goldenFiles(t) {
		path := filepath.Join(dir, name)
		if *update {
			ledgertest.Must(t, os.MkdirAll(dir, 0o755))
			ledgertest.Must(t, os.WriteFile(path, want, 0o644)) // test data is no secret
		}
		got, err := os.ReadFile(path)
		ledgertest.Must(t, err)
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the format gives today (-update writes it anew, which is a new version of the format)", path)
		}
	}
}

// A second reading of the format, with nothing but the standard library, agrees with the vectors.
func TestVectorsAgreeWithAnIndependentReading(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "v1", "vectors.json"))
	ledgertest.Must(t, err)
	var v vectors
	ledgertest.Must(t, json.Unmarshal(raw, &v))
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		ledgertest.Must(t, err)
		return b
	}
	b64 := func(b []byte) string { return raw64.EncodeToString(b) }
	sum := func(parts ...[]byte) []byte {
		h := sha256.Sum256(bytes.Join(parts, nil))
		return h[:]
	}
	key := ed25519.NewKeyFromSeed(unhex(v.EntryKey.Seed))
	kid := b64(sum([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + b64(unhex(v.EntryKey.Public)) + `"}`)))
	prev := b64(sum())
	var hashes []ledger.Hash
	for seq, e := range v.Entries {
		at := time.Date(2026, 1, 1, 0, 0, seq, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
		commit := b64(sum(unhex(e.Salt), []byte(e.Detail)))
		header := `{"alg":"EdDSA","kid":"` + kid + `","typ":"candor-entry+jwt"}`
		payload := fmt.Sprintf(`{"v":1,"log":"%s","seq":%d,"prev":"%s","time":"%s","commit":"%s"}`, v.Origin, seq, prev, at, commit)
		input := b64([]byte(header)) + "." + b64([]byte(payload))
		entry := input + "." + b64(ed25519.Sign(key, []byte(input)))
		if entry != e.Entry {
			t.Fatalf("entry %d is %s, not %s", seq, e.Entry, entry)
		}
		prev = b64(sum([]byte(input)))
		if e.Link != prev || e.Commit != commit || e.Payload != payload || e.Header != header {
			t.Errorf("entry %d: one of its parts is wrong", seq)
		}
		hashes = append(hashes, ledger.Hash(sum([]byte{0}, []byte(entry))))
		if e.LeafHash != hexOf(hashes[seq]) || v.Roots[seq+1] != hexOf(naive(hashes)) {
			t.Errorf("entry %d: leaf hash or root is wrong", seq)
		}
	}
}
