package export

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"candor/models/store"
)

// chunkSize is how much of an archive a chunk holds, in bytes; only the last holds less. Archives in
// the store rely on it.
const chunkSize = 256 << 10

// place binds what is sealed to its place, so that nothing can be moved to another.
func place(id, part string) []byte { return []byte(id + "|" + part) }

func (s *Service) sealRequest(ctx context.Context, a store.Archive, r Request) ([]byte, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	sealed, err := s.Ring.Seal(ctx, scope(a), raw, place(a.ID, "request"))
	if err != nil {
		return nil, fmt.Errorf("seal the request: %w", err)
	}
	return sealed, nil
}

// Requested is what an archive was asked for with; only the customer, if the archive is over.
func (s *Service) Requested(ctx context.Context, a store.Archive) (Request, error) {
	if len(a.Request) == 0 {
		return Request{Customer: a.Customer}, nil
	}
	raw, err := s.Ring.Open(ctx, scope(a), a.Request, place(a.ID, "request"))
	if err != nil {
		return Request{}, fmt.Errorf("open the request: %w", err)
	}
	var r Request
	if err := json.Unmarshal(raw, &r); err != nil {
		return Request{}, fmt.Errorf("read the request: %w", err)
	}
	return r, nil
}

// chunks is an io.Writer that keeps what is written in the store, sealed.
type chunks struct {
	ctx     context.Context //nolint:containedctx // an io.Writer has no other way to be given one
	service *Service
	archive store.Archive
	buffer  []byte
	n       int   // chunks written
	bytes   int64 // written in all
}

func (s *Service) chunks(ctx context.Context, a store.Archive) *chunks {
	return &chunks{ctx: ctx, service: s, archive: a, buffer: make([]byte, 0, chunkSize)}
}

// Write takes some of the archive.
func (c *chunks) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		take := min(len(p), chunkSize-len(c.buffer))
		c.buffer, p = append(c.buffer, p[:take]...), p[take:]
		if len(c.buffer) == chunkSize {
			if err := c.flush(); err != nil {
				return 0, err
			}
		}
	}
	c.bytes += int64(written)
	return written, nil
}

// Close writes what is left.
func (c *chunks) Close() error {
	if len(c.buffer) == 0 {
		return nil
	}
	return c.flush()
}

func (c *chunks) flush() error {
	sealed, err := c.service.Ring.Seal(c.ctx, scope(c.archive), c.buffer, place(c.archive.Attempt, strconv.Itoa(c.n)))
	if err != nil {
		return fmt.Errorf("seal chunk %d: %w", c.n, err)
	}
	if err := c.service.Archives.PutChunk(c.ctx, c.archive.Attempt, c.n, sealed); err != nil {
		return fmt.Errorf("keep chunk %d: %w", c.n, err)
	}
	c.n, c.buffer = c.n+1, c.buffer[:0]
	return nil
}
