package export

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"candor/models/store"
)

// Reader gives length bytes of a finished archive from offset on, or all to its end if length is
// negative, opening one chunk after the other. ctx must last until the reader is closed. A part that
// is not within the file is ErrRange; an archive that cannot be read, or not yet, is ErrNotReady.
func (s *Service) Reader(ctx context.Context, customer, id string, offset, length int64) (io.ReadCloser, error) {
	a, err := s.Status(ctx, customer, id)
	if err != nil {
		return nil, err
	}
	if a.State != StateReady {
		return nil, ErrNotReady(a.State)
	}
	if offset < 0 || offset > a.Bytes || length > a.Bytes-offset {
		return nil, ErrRange
	}
	if length < 0 {
		length = a.Bytes - offset
	}
	return &reader{
		ctx: ctx, service: s, archive: a,
		next: int(offset / chunkSize), skip: int(offset % chunkSize), left: length,
	}, nil
}

type reader struct {
	ctx     context.Context //nolint:containedctx // an io.Reader has no other way to be given one
	service *Service
	archive store.Archive
	next    int    // chunk to open next
	skip    int    // bytes of it that were not asked for
	open    []byte // what is left of the one that is open
	left    int64  // bytes to give
}

// Read gives some of the archive.
func (r *reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	if len(r.open) == 0 {
		if err := r.advance(); err != nil {
			return 0, err
		}
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.open)
	r.open, r.left = r.open[n:], r.left-int64(n)
	return n, nil
}

func (r *reader) advance() error {
	attempt := r.archive.Attempt
	sealed, err := r.service.Archives.Chunk(r.ctx, attempt, r.next)
	if err != nil {
		return fmt.Errorf("read chunk %d: %w", r.next, err)
	}
	chunk, err := r.service.Ring.Open(r.ctx, scope(r.archive), sealed, place(attempt, strconv.Itoa(r.next)))
	if err != nil {
		return fmt.Errorf("open chunk %d: %w", r.next, err)
	}
	if want := min(chunkSize, r.archive.Bytes-int64(r.next)*chunkSize); int64(len(chunk)) != want {
		return fmt.Errorf("open chunk %d: it has %d bytes, not %d", r.next, len(chunk), want)
	}
	r.open, r.next, r.skip = chunk[r.skip:], r.next+1, 0
	return nil
}

// Close ends the reading.
func (r *reader) Close() error {
	r.open, r.left = nil, 0
	return nil
}
