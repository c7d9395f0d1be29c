package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"candor/models/ledger"

	"golang.org/x/mod/sumdb/note"
)

const (
	// maxLine is the longest line of log.jsonl that is read: an entry, its detail and its proof take far less.
	maxLine = 1 << 20
	// maxWhole is the size to which files that are needed as a whole are read, the manifest of a very large archive above all.
	maxWhole = 256 << 20
)

// archive is one archive under verification.
type archive struct {
	*command
	files      map[string]*zip.File
	names      []string // in the order of the archive
	bad        problems
	verifiers  []note.Verifier
	checkpoint ledger.Checkpoint
	head       []byte // the bytes of consents/checkpoint
	keys       ledger.Keyring
	entries    map[uint64]string // the customer's, by seq
	receipts   int
	shown      shown
}

// verifyArchive verifies everything in an archive. What is wrong is all reported, in the order of trust:
// checkpoint, keys, manifest, log, receipts, what was shown, then each file.
func (c *command) verifyArchive(ctx context.Context, r io.ReaderAt, size int64) error {
	if c.since != "" {
		return errSince
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("%s is not a good zip file: %w", c.arg, err)
	}
	a := &archive{command: c, files: map[string]*zip.File{}, entries: map[uint64]string{}}
	a.index(z)
	if err := a.openHead(); err != nil {
		a.bad.add(err)
		return a.bad.err()
	}
	a.learnKeys()
	manifest, ok := a.openManifest()
	a.verifyLines()
	a.verifyReceipts()
	a.verifyShown()
	if ok {
		if err := a.verifyFiles(ctx, manifest); err != nil {
			return err
		}
	}
	if err := a.bad.err(); err != nil {
		return err
	}
	c.say("Good: the archive of customer %s, made %s: %d files are as they were signed.", manifest.Customer, manifest.CreatedAt, len(manifest.Files))
	c.say("%d entries and %d receipts are in the log %s, under a signed checkpoint of %d entries.",
		len(a.entries), a.receipts, a.checkpoint.Origin, a.checkpoint.Size)
	a.sayShown()
	for _, w := range manifest.Withheld {
		c.say("Withheld: %s (%s).", w.Category, w.Ground)
	}
	return nil
}

func (a *archive) index(z *zip.Reader) {
	for _, f := range z.File {
		if a.files[f.Name] != nil {
			a.bad.add(fmt.Errorf("%s is in the archive twice", f.Name))
			continue
		}
		a.files[f.Name] = f
		a.names = append(a.names, f.Name)
	}
}

// read returns a whole file.
func (a *archive) read(name string) ([]byte, error) {
	f := a.files[name]
	if f == nil {
		return nil, fmt.Errorf("%s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", name, err)
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxWhole+1))
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", name, err)
	}
	if len(raw) > maxWhole {
		return nil, fmt.Errorf("%s has more than %d bytes", name, maxWhole)
	}
	return raw, nil
}

func (a *archive) openHead() error {
	var err error
	if a.head, err = a.read("consents/checkpoint"); err != nil {
		return checkpointError(err)
	}
	own, err := a.read("consents/vkey")
	if err != nil {
		return checkpointError(err)
	}
	if a.verifiers, err = a.trusted("the archive's consents/vkey", own); err != nil {
		return err
	}
	if a.checkpoint, err = ledger.OpenCheckpoint(a.head, "", a.verifiers...); err != nil {
		return checkpointError(fmt.Errorf("consents/checkpoint: %w", err))
	}
	return nil
}

// learnKeys reads the log's own key events, and holds the published key set against them.
func (a *archive) learnKeys() {
	const name = "consents/keys.jsonl"
	a.eachLine(name, func(e ledger.Evidence) error {
		_, err := a.keys.Learn(e, a.checkpoint.Origin, a.verifiers...)
		return err
	})
	raw, err := a.read("consents/jwks.json")
	if err != nil {
		a.bad.add(err)
		return
	}
	published, err := ledger.ParseJWKS(raw)
	if err != nil {
		a.bad.add(fmt.Errorf("consents/jwks.json: %w", err))
	}
	for _, k := range published {
		if id := ledger.KeyID(k.Key); !a.keys.Knows(id, k.Use) {
			a.bad.add(fmt.Errorf("consents/jwks.json: %w: the log did not add key %s for use %q", ledger.ErrKey, id, k.Use))
		}
	}
}

// eachLine reads a file of evidence line by line; all of it must be under the archive's checkpoint.
func (a *archive) eachLine(name string, use func(ledger.Evidence) error) {
	f := a.files[name]
	if f == nil {
		a.bad.add(fmt.Errorf("%s is missing", name))
		return
	}
	r, err := f.Open()
	if err != nil {
		a.bad.add(fmt.Errorf("%s is damaged: %w", name, err))
		return
	}
	defer r.Close()
	lines := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			a.bad.add(fmt.Errorf("%s, line %d is damaged: %w", name, n, err))
			return
		}
		if err := a.line(line, use); err != nil {
			a.bad.add(fmt.Errorf("%s, line %d: %w", name, n, err))
		}
	}
}

// readLine reads a line of at most maxLine bytes, without its line end; io.EOF after the last.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("it has more than %d bytes", maxLine)
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, errors.New("it has no line end")
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func (a *archive) line(line []byte, use func(ledger.Evidence) error) error {
	e, err := ledger.ParseEvidence(line)
	if err != nil {
		return err
	}
	if err := use(e); err != nil {
		return err
	}
	if proof, err := ledger.ParseProof([]byte(e.Proof)); err != nil || !bytes.Equal(proof.Checkpoint, a.head) {
		return errors.New("the proof is for another checkpoint than consents/checkpoint")
	}
	return nil
}

func (a *archive) openManifest() (ledger.Manifest, bool) {
	manifest, err := a.read("manifest.json")
	if err != nil {
		a.bad.add(err)
		return ledger.Manifest{}, false
	}
	jws, err := a.read("manifest.jws")
	if err != nil {
		a.bad.add(err)
		return ledger.Manifest{}, false
	}
	m, err := ledger.VerifyManifest(manifest, jws, &a.keys, a.checkpoint.Size)
	if err != nil {
		a.bad.add(err)
		return ledger.Manifest{}, false
	}
	if m.Origin != a.checkpoint.Origin {
		a.bad.add(fmt.Errorf("manifest.json: %w: origin is %s, the checkpoint's %s", ledger.ErrOrigin, m.Origin, a.checkpoint.Origin))
	}
	return m, true
}

// verifyLines verifies the customer's entries, in ascending order and all of one person.
func (a *archive) verifyLines() {
	var subject string
	next := uint64(0)
	a.eachLine("consents/log.jsonl", func(e ledger.Evidence) error {
		o, err := e.Open(a.checkpoint.Origin, &a.keys, a.verifiers...)
		if err != nil {
			return err
		}
		seq := o.Entry.Payload.Seq
		if seq < next {
			return fmt.Errorf("entry %d stands behind entry %d", seq, next-1)
		}
		if subject == "" {
			subject = o.Detail.Subject
		}
		if o.Detail.Subject != "" && o.Detail.Subject != subject {
			return fmt.Errorf("entry %d is about another person than those before it", seq)
		}
		next, a.entries[seq] = seq+1, e.Entry
		a.shown.expect(seq, o.Detail)
		return nil
	})
}

func (a *archive) verifyReceipts() {
	for _, name := range a.names {
		if strings.HasPrefix(name, "consents/receipts/") && strings.HasSuffix(name, ".jwt") {
			a.receipts++
			if err := a.verifyReceipt(name); err != nil {
				a.bad.add(fmt.Errorf("%s: %w", name, err))
			}
		}
	}
}

func (a *archive) verifyReceipt(name string) error {
	raw, err := a.read(name)
	if err != nil {
		return err
	}
	r, _, err := ledger.VerifyReceipt(raw, a.checkpoint.Origin, &a.keys, a.verifiers...)
	if err != nil {
		return err
	}
	if entry, ok := a.entries[r.Log.Index]; ok && entry != r.Log.Entry {
		return fmt.Errorf("its entry %d is not the one in consents/log.jsonl", r.Log.Index)
	}
	return nil
}

// verifyFiles holds every file against the manifest and SHA256SUMS.
func (a *archive) verifyFiles(ctx context.Context, m ledger.Manifest) error {
	sums, err := a.readSums()
	if err != nil {
		a.bad.add(err)
	}
	listed := map[string]ledger.ManifestFile{}
	var total int64
	for _, f := range m.Files {
		listed[f.Path] = f
		total += f.Bytes
	}
	bar := a.progress(total, "bytes")
	defer bar.done()
	for _, name := range a.names {
		if ctx.Err() != nil {
			return errInterrupted
		}
		want, ok := listed[name]
		if !ok && !ledger.Unlisted(name) {
			a.bad.add(fmt.Errorf("%s is not in manifest.json", name))
			continue
		}
		delete(listed, name)
		if name == "SHA256SUMS" {
			continue
		}
		a.bad.add(a.verifyFile(name, want, ok, sums))
		bar.add(int(want.Bytes))
	}
	for _, f := range m.Files {
		if _, missing := listed[f.Path]; missing {
			a.bad.add(fmt.Errorf("%s is missing, but in manifest.json", f.Path))
		}
	}
	for _, name := range sortedKeys(sums) {
		if a.files[name] == nil {
			a.bad.add(fmt.Errorf("%s is missing, but in SHA256SUMS", name))
		}
	}
	return nil
}

// verifyFile reads a file once, in constant memory.
func (a *archive) verifyFile(name string, want ledger.ManifestFile, listed bool, sums map[string]string) error {
	r, err := a.files[name].Open()
	if err != nil {
		return fmt.Errorf("%s is damaged: %w", name, err)
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return fmt.Errorf("%s is damaged: %w", name, err)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	switch {
	case listed && n != want.Bytes:
		return fmt.Errorf("%s has %d bytes, manifest.json says %d", name, n, want.Bytes)
	case listed && sum != want.SHA256:
		return fmt.Errorf("%s was changed: its SHA-256 is not the one in manifest.json", name)
	case sums != nil && sums[name] != sum && (listed || sums[name] != ""):
		return fmt.Errorf("SHA256SUMS does not agree with %s", name)
	}
	return nil
}

// readSums reads SHA256SUMS: lines of hash, two spaces, path.
func (a *archive) readSums() (map[string]string, error) {
	raw, err := a.read("SHA256SUMS")
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || !strings.HasSuffix(line, "\n") || name == "" || sums[name] != "" {
			return nil, errors.New("SHA256SUMS: a line is not a hash, two spaces and a path, or is there twice")
		}
		sums[name] = sum
	}
	return sums, nil
}

func sortedKeys(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
