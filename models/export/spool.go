package export

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"github.com/klauspost/compress/flate"
)

// spoolLimit is how much compressed text a spool holds, in bytes: about half a million records.
const spoolLimit = 16 << 20

// spool takes a second file while the first is being written, because a zip file's members stand one
// after the other: it keeps it compressed and in memory. What outgrows it is given up, and its writer
// reads the source once more; nothing personal is ever put into a temporary file.
type spool struct {
	compressed bytes.Buffer
	limit      int
	overflowed bool
	meter      meter
	crc        uint32
	deflate    *flate.Writer
}

func newSpool(limit int) (*spool, error) {
	s := &spool{limit: limit}
	w, err := flate.NewWriter(spoolWriter{s}, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("begin to compress: %w", err)
	}
	s.deflate = w
	s.reset()
	return s, nil
}

// reset empties the spool for the next file.
func (s *spool) reset() {
	s.compressed.Reset()
	s.deflate.Reset(spoolWriter{s})
	s.meter = meter{to: s.deflate, hash: sha256.New()}
	s.crc, s.overflowed = 0, false
}

// spoolWriter is the compressed side.
type spoolWriter struct{ s *spool }

func (w spoolWriter) Write(p []byte) (int, error) {
	if w.s.overflowed = w.s.overflowed || w.s.compressed.Len()+len(p) > w.s.limit; w.s.overflowed {
		w.s.compressed = bytes.Buffer{}
		return len(p), nil
	}
	return w.s.compressed.Write(p)
}

// Write takes text to be kept.
func (s *spool) Write(p []byte) (int, error) {
	if s.overflowed {
		return len(p), nil
	}
	s.crc = crc32.Update(s.crc, crc32.IEEETable, p)
	return s.meter.Write(p)
}

// Close finishes the text.
func (s *spool) Close() error { return s.deflate.Close() }

func (s *spool) header(path string, at time.Time) *zip.FileHeader {
	h := &zip.FileHeader{
		Name: path, Method: zip.Deflate, CRC32: s.crc,
		CompressedSize64: uint64(s.compressed.Len()), UncompressedSize64: uint64(s.meter.n), // a length is not negative
	}
	h.SetModTime(at) //nolint:staticcheck // a raw file's header is written as it is, and only this sets its old date
	return h
}

var _ io.WriteCloser = (*spool)(nil)
