package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"candor/models/ledger"
)

// ahead is how many bundles are fetched at once while earlier ones are verified.
const ahead = 6

// reader reads a log's entries with what belongs to them, a bundle at a time.
type reader struct {
	src    source
	size   uint64
	public map[uint64]bool
	known  bool

	mu    sync.Mutex
	tiles map[uint64][]byte // level 0, fetched together with their bundle
}

// part is a bundle, or why it could not be had.
type part struct {
	entries     [][]byte
	disclosures []*ledger.Disclosure // as many as entries; nil where the detail is private
	err         error
}

// parts hands out the log's bundles in order, each as a channel on which it arrives. It ends early when ctx does.
func (r *reader) parts(ctx context.Context) <-chan chan part {
	queue := make(chan chan part, ahead)
	go func() {
		defer close(queue)
		for start := uint64(0); start < r.size; start += ledger.TileWidth {
			arrives := make(chan part, 1)
			select {
			case queue <- arrives:
			case <-ctx.Done():
				return
			}
			go func() { arrives <- r.read(ctx, start/ledger.TileWidth) }()
		}
	}()
	return queue
}

func (r *reader) read(ctx context.Context, index uint64) part {
	bundle := ledger.Tile{Level: ledger.EntriesLevel, Index: index}
	bundle.Width = bundle.WidthAt(r.size)
	entries, err := r.bundle(ctx, bundle)
	if err != nil {
		return part{err: err}
	}
	hashes := ledger.Tile{Level: 0, Index: index, Width: bundle.Width}
	tile, err := r.hashTile(ctx, hashes)
	if err != nil {
		return part{err: err}
	}
	r.mu.Lock()
	r.tiles[index] = tile
	r.mu.Unlock()
	p := part{entries: entries, disclosures: make([]*ledger.Disclosure, len(entries))}
	for i := range entries {
		if p.disclosures[i], p.err = r.disclosure(ctx, bundle.Start()+uint64(i)); p.err != nil { // not negative
			break
		}
	}
	return p
}

// fetch gets a tile, or the full one in place of a partial one that is gone (C2SP tlog-tiles, Partial Tiles).
func (r *reader) fetch(ctx context.Context, t ledger.Tile) (data []byte, width int, err error) {
	data, err = r.src.get(ctx, t.Path())
	if errors.Is(err, errMissing) && t.Width < ledger.TileWidth {
		full := t
		full.Width = ledger.TileWidth
		if data, fullErr := r.src.get(ctx, full.Path()); fullErr == nil {
			return data, full.Width, nil
		}
	}
	return data, t.Width, err
}

func (r *reader) bundle(ctx context.Context, t ledger.Tile) ([][]byte, error) {
	data, width, err := r.fetch(ctx, t)
	if err != nil {
		return nil, wrong(t.Start(), ledger.FormatCheck, err)
	}
	entries, err := ledger.DecodeBundle(data, width)
	if err != nil {
		return nil, wrong(t.Start()+uint64(len(entries)), ledger.FormatCheck, fmt.Errorf("%s: %w", t.Path(), err))
	}
	return entries[:t.Width], nil
}

func (r *reader) hashTile(ctx context.Context, t ledger.Tile) ([]byte, error) {
	data, _, err := r.fetch(ctx, t)
	if err != nil {
		return nil, wrong(t.Start(), ledger.TileCheck, err)
	}
	if want := t.Width * len(ledger.Hash{}); len(data) > want && len(data) == ledger.TileWidth*len(ledger.Hash{}) {
		data = data[:want]
	}
	return data, nil
}

// tile is what the verifier compares its own with.
func (r *reader) tile(ctx context.Context, t ledger.Tile) ([]byte, error) {
	if t.Level > 0 {
		return r.hashTile(ctx, t)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	data := r.tiles[t.Index]
	delete(r.tiles, t.Index)
	return data, nil
}

// disclosure fetches an entry's public detail, nil if it has none.
func (r *reader) disclosure(ctx context.Context, seq uint64) (*ledger.Disclosure, error) {
	if r.known && !r.public[seq] && seq > 0 {
		return nil, nil //nolint:nilnil // as its comment says
	}
	raw, err := r.src.get(ctx, "disclosures/"+strconv.FormatUint(seq, 10))
	if errors.Is(err, errMissing) && !r.public[seq] {
		return nil, nil //nolint:nilnil // as its comment says
	}
	if err != nil {
		return nil, wrong(seq, ledger.DisclosureCheck, err)
	}
	d, err := ledger.ParseDisclosure(raw)
	if err != nil {
		return nil, wrong(seq, ledger.DisclosureCheck, fmt.Errorf("disclosures/%d: %w", seq, err))
	}
	return &d, nil
}

// wrong names the entry and the check, unless the source could not be read at all.
func wrong(seq uint64, check ledger.Check, err error) error {
	if _, ok := errors.AsType[unopenable](err); ok {
		return err
	}
	return &ledger.VerifyError{Seq: seq, Check: check, Err: err}
}
