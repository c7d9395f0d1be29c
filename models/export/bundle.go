package export

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"candor/models/ledger"
)

// bundle is the zip file in the making. It hashes and counts what goes in, for the manifest. Its
// members are written one after the other.
type bundle struct {
	zip *zip.Writer
	// deflate compresses each member in turn: a new one for each would cost a megabyte.
	deflate *flate.Writer
	at      time.Time // of every member, so that the time of making is all that the file tells
	files   []ledger.ManifestFile
	// taken are the paths there are, in lower case: many file systems take A and a for one name.
	taken map[string]bool
}

func newBundle(w io.Writer, at time.Time) (*bundle, error) {
	deflate, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("begin to compress: %w", err)
	}
	b := &bundle{zip: zip.NewWriter(w), deflate: deflate, at: at, taken: map[string]bool{}}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		b.deflate.Reset(w)
		return b.deflate, nil
	})
	return b, nil
}

// member is a file that is being written into the bundle. Close finishes it.
type member struct {
	*bufio.Writer
	bundle  *bundle
	meter   meter
	file    ledger.ManifestFile
	Records *int64 // set it before Close if the file holds records
}

// meter counts and hashes what is written through it.
type meter struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func (m *meter) Write(p []byte) (int, error) {
	m.hash.Write(p)
	m.n += int64(len(p))
	return m.to.Write(p)
}

// create begins a member. category may be empty.
func (b *bundle) create(path, mediaType, category string) (*member, error) {
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: b.at})
	if err != nil {
		return nil, fmt.Errorf("begin a file of the archive: %w", err)
	}
	m := &member{bundle: b, meter: meter{to: w, hash: sha256.New()}}
	m.file = ledger.ManifestFile{Path: path, MediaType: mediaType, Category: category}
	m.Writer = bufio.NewWriterSize(&m.meter, 32<<10)
	return m, nil
}

// Close finishes the member and notes it for the manifest.
func (m *member) Close() error {
	if err := m.Flush(); err != nil {
		return fmt.Errorf("write a file of the archive: %w", err)
	}
	m.file.Records = m.Records
	m.file.Bytes = m.meter.n
	m.file.SHA256 = hex.EncodeToString(m.meter.hash.Sum(nil))
	m.bundle.files = append(m.bundle.files, m.file)
	return nil
}

// put adds a whole file.
func (b *bundle) put(path, mediaType, category string, content []byte) error {
	m, err := b.create(path, mediaType, category)
	if err != nil {
		return err
	}
	if _, err := m.Write(content); err != nil {
		return fmt.Errorf("write a file of the archive: %w", err)
	}
	return m.Close()
}

// putSpool adds a file that was compressed before.
func (b *bundle) putSpool(path, mediaType, category string, records int64, s *spool) error {
	w, err := b.zip.CreateRaw(s.header(path, b.at))
	if err != nil {
		return fmt.Errorf("begin a file of the archive: %w", err)
	}
	if _, err := w.Write(s.compressed.Bytes()); err != nil {
		return fmt.Errorf("write a file of the archive: %w", err)
	}
	b.files = append(b.files, ledger.ManifestFile{
		Path: path, MediaType: mediaType, Category: category,
		Bytes: s.meter.n, SHA256: hex.EncodeToString(s.meter.hash.Sum(nil)), Records: &records,
	})
	return nil
}

// free gives a path that nobody has: the one asked for, or one with a number before its ending.
func (b *bundle) free(path string) string {
	stem, ending := path, ""
	if dot := strings.LastIndexByte(path, '.'); dot > strings.LastIndexByte(path, '/')+1 {
		stem, ending = path[:dot], path[dot:]
	}
	for n := 2; b.taken[strings.ToLower(path)]; n++ {
		path = fmt.Sprintf("%s-%d%s", stem, n, ending)
	}
	b.taken[strings.ToLower(path)] = true
	return path
}

// seal writes manifest.json, manifest.jws and SHA256SUMS and finishes the file.
func (b *bundle) seal(m ledger.Manifest, s ledger.Signer) error {
	m.Files = b.files
	manifest, jws, err := ledger.SignManifest(m, s)
	if err != nil {
		return err
	}
	if err := b.put("manifest.json", "application/json", "", manifest); err != nil {
		return err
	}
	if err := b.put("manifest.jws", "application/jose", "", jws); err != nil {
		return err
	}
	if err := b.put("SHA256SUMS", "text/plain; charset=utf-8", "", b.sums()); err != nil {
		return err
	}
	if err := b.zip.Close(); err != nil {
		return fmt.Errorf("finish the zip file: %w", err)
	}
	return nil
}

// sums lists every file so far as sha256sum --check reads it.
func (b *bundle) sums() []byte {
	var out []byte
	for _, f := range b.files {
		out = fmt.Appendf(out, "%s  %s\n", f.SHA256, f.Path)
	}
	return out
}
