// Package ledgertest builds small logs with everything that is published about them, for tests. Keys, salts
// and times are fixed: the same calls give the same bytes.
package ledgertest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"testing"
	"time"

	"candor/models/ledger"

	"golang.org/x/mod/sumdb/note"
)

// Origin is the origin of every test log.
const Origin = "privacy.example.com/log"

// start is the time of entry 0; every further entry is a second later.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Log is a log in memory.
type Log struct {
	Entries     [][]byte
	Disclosures []ledger.Disclosure // of every entry, the private ones too
	Hashes      []ledger.Hash       // stored hashes, in the order of tlog
	EntryKey    ledger.Signer
	DocumentKey ledger.Signer
	Checkpoints note.Signer
	VKey        string

	tb    testing.TB
	chain *ledger.Chain
	tree  *ledger.Tree
	keys  []uint64 // seqs of the key events
}

// Key is a fixed private key for each name.
func Key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("candor test key " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// New is a log with its two key.added entries and nothing else.
func New(tb testing.TB) *Log {
	tb.Helper()
	l := &Log{
		tb: tb, tree: &ledger.Tree{},
		EntryKey: ledger.NewSigner(Key("entry")), DocumentKey: ledger.NewSigner(Key("document")),
	}
	l.Checkpoints, l.VKey = CheckpointKey(tb, "checkpoint")
	l.chain = ledger.NewChain(Origin, l.EntryKey.KeyID(), nil)
	l.AddKey(ledger.UseEntry, "entry")
	l.AddKey(ledger.UseDocument, "document")
	return l
}

// CheckpointKey is a fixed checkpoint key of the origin for each name.
func CheckpointKey(tb testing.TB, name string) (note.Signer, string) {
	tb.Helper()
	key := Key(name)
	public, _ := key.Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(Origin, public)
	Must(tb, err)
	hash := vkey[len(Origin)+1:][:8]
	seed := base64.StdEncoding.EncodeToString(append([]byte{1}, key.Seed()...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + Origin + "+" + hash + "+" + seed)
	Must(tb, err)
	return signer, vkey
}

// Must ends the test if there is an error.
func Must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// Filled is a log of the given size: the two keys, then choices of three customers.
func Filled(tb testing.TB, size int) *Log {
	tb.Helper()
	l := New(tb)
	for len(l.Entries) < size {
		l.Choose(len(l.Entries) % 3)
	}
	return l
}

// Subject is a customer's pseudonym.
func Subject(customer int) string {
	sum := sha256.Sum256([]byte("subject " + strconv.Itoa(customer)))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// What every customer was shown: the text, and the words around it.
const (
	NoticeText  = "The notice\n\nIn short.\n\nAt length."
	WordingText = "candor-wording-v1\nlanguage en\n"
)

func hash(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// Choose appends a consent of a customer.
func (l *Log) Choose(customer int) uint64 {
	return l.Append(ledger.Detail{
		Kind: ledger.ConsentGiven, Subject: Subject(customer),
		Actor:   ledger.Actor{Type: ledger.ActorCustomer, ID: "cus_" + strconv.Itoa(1001+customer)},
		Purpose: "usage_analytics", State: "given",
		Notice: &ledger.NoticeRef{Key: "privacy", Version: 3, Locale: "en", SHA256: hash(NoticeText)},
		UI:     hash(WordingText), Channel: "web", Auth: "link", Jurisdiction: "DE",
	})
}

// AddKey appends key.added for the Key of that name.
func (l *Log) AddKey(use, name string) uint64 { return l.keyEvent(ledger.KeyAdded, use, name) }

// RetireKey appends key.retired for the Key of that name.
func (l *Log) RetireKey(use, name string) uint64 { return l.keyEvent(ledger.KeyRetired, use, name) }

func (l *Log) keyEvent(kind, use, name string) uint64 {
	public, _ := Key(name).Public().(ed25519.PublicKey)
	jwk := ledger.NewJWK(public)
	seq := l.Append(ledger.Detail{Kind: kind, Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: use, JWK: &jwk})
	l.keys = append(l.keys, seq)
	return seq
}

// SignWith lets the Key of that name sign the entries from here on.
func (l *Log) SignWith(name string) {
	l.EntryKey = ledger.NewSigner(Key(name))
	last, err := ledger.ParseEntry(l.Entries[len(l.Entries)-1])
	Must(l.tb, err)
	l.chain = ledger.NewChain(Origin, l.EntryKey.KeyID(), &last)
}

// Append appends an event, whose id it makes if there is none.
func (l *Log) Append(d ledger.Detail) uint64 {
	seq := len(l.Entries)
	if d.ID.IsZero() {
		d.ID = ledger.DerivedEventID("test", strconv.Itoa(seq))
	}
	detail, err := d.Encode()
	Must(l.tb, err)
	salt := sha256.Sum256([]byte("salt " + strconv.Itoa(seq)))
	raw, err := l.chain.Next(ledger.Commit(salt[:], detail), start.Add(time.Duration(seq)*time.Second)).Sign(l.EntryKey)
	Must(l.tb, err)
	l.put(raw, ledger.Disclosure{Entry: string(raw), Detail: detail, Salt: salt[:]})
	return uint64(seq)
}

func (l *Log) put(raw []byte, d ledger.Disclosure) {
	l.Entries = append(l.Entries, raw)
	l.Disclosures = append(l.Disclosures, d)
	l.Hashes = append(l.Hashes, l.tree.Append(ledger.LeafHash(raw))...)
}

// Rehash builds the tree anew from Entries, as a dishonest operator would who changed some.
func (l *Log) Rehash() {
	l.tree, l.Hashes = &ledger.Tree{}, nil
	for _, raw := range l.Entries {
		l.Hashes = append(l.Hashes, l.tree.Append(ledger.LeafHash(raw))...)
	}
}

// Reader reads the stored hashes.
func (l *Log) Reader(indexes []int64) ([]ledger.Hash, error) {
	hashes := make([]ledger.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = l.Hashes[index]
	}
	return hashes, nil
}

// Size is the number of entries.
func (l *Log) Size() uint64 { return uint64(len(l.Entries)) }

// Checkpoint is the signed head at a size.
func (l *Log) Checkpoint(size uint64, more ...note.Signer) []byte {
	root, err := ledger.TreeRoot(size, l.Reader)
	Must(l.tb, err)
	raw, err := ledger.SignCheckpoint(Origin, size, root, append([]note.Signer{l.Checkpoints}, more...)...)
	Must(l.tb, err)
	return raw
}

// Verifier opens the checkpoints.
func (l *Log) Verifier() note.Verifier {
	v, err := ledger.NewVerifierKey(l.VKey)
	Must(l.tb, err)
	return v
}

// Evidence is the evidence for an entry under the checkpoint of a size.
func (l *Log) Evidence(seq, size uint64) ledger.Evidence {
	proof, err := ledger.InclusionProof(seq, size, l.Reader)
	Must(l.tb, err)
	d := l.Disclosures[seq]
	return ledger.Evidence{
		Entry: d.Entry, Detail: d.Detail, Salt: d.Salt,
		Proof: string(ledger.FormatProof(seq, proof, l.Checkpoint(size))),
	}
}

// KeyEvidence is the evidence for every key event under the checkpoint of a size.
func (l *Log) KeyEvidence(size uint64) []ledger.Evidence {
	var keys []ledger.Evidence
	for _, seq := range l.keys {
		if seq < size {
			keys = append(keys, l.Evidence(seq, size))
		}
	}
	return keys
}

// ReceiptOf is the unsigned receipt of a choice under the checkpoint of the whole log.
func (l *Log) ReceiptOf(seq uint64) ledger.Receipt {
	e, d, err := l.Disclosures[seq].Open()
	Must(l.tb, err)
	log, err := ledger.NewReceiptLog(l.Evidence(seq, l.Size()), l.VKey, l.KeyEvidence(l.Size()))
	Must(l.tb, err)
	return ledger.Receipt{
		SchemaVersion: ledger.ReceiptSchema, ReceiptID: "rcpt-" + strconv.FormatUint(seq, 10),
		Record: ledger.ReceiptRecord{SchemaVersion: ledger.ReceiptSchema, RecordID: d.ID.String(), PIIPrincipalID: d.Subject},
		Processing: ledger.Processing{
			PrivacyNotice: "https://privacy.example.com/notices/privacy/versions/3", Language: "en",
			Purposes: []ledger.ReceiptPurpose{{
				Purpose: d.Purpose, LawfulBasis: "consent", PIIInformation: []ledger.PIIInformation{{PIIType: "usage_detail"}},
				PIIControllers: []string{"operator"}, WithdrawalMethod: "https://privacy.example.com/consents",
			}},
		},
		Parties: []ledger.Party{{PartyID: "operator", PartyName: "Example Energy", PartyRole: "controller"}},
		Events: []ledger.ReceiptEvent{{
			EventTime: ledger.FormatTime(e.Payload.Time), EntityID: "customer", EventType: "explicit", EventState: d.State,
		}},
		Log: log,
	}
}

// Receipt is the signed receipt of a choice.
func (l *Log) Receipt(seq uint64) []byte {
	raw, err := ledger.SignReceipt(l.ReceiptOf(seq), l.DocumentKey)
	Must(l.tb, err)
	return raw
}

// BareReceipt is the signed receipt of a choice without verifier key and key events.
func (l *Log) BareReceipt(seq uint64) []byte {
	r := l.ReceiptOf(seq)
	r.Log.VKey, r.Log.Keys = "", nil
	raw, err := ledger.SignReceipt(r, l.DocumentKey)
	Must(l.tb, err)
	return raw
}

// Root is the root of the tree of the first size entries.
func (l *Log) Root(size uint64) ledger.Hash {
	root, err := ledger.TreeRoot(size, l.Reader)
	Must(l.tb, err)
	return root
}

// EmptyCheckpoint is the signed head of the log before entry 0.
func EmptyCheckpoint(tb testing.TB) []byte {
	tb.Helper()
	signer, _ := CheckpointKey(tb, "checkpoint")
	raw, err := ledger.SignCheckpoint(Origin, 0, ledger.EmptyRoot(), signer)
	Must(tb, err)
	return raw
}
