// Package publiclog serves the consent log to everybody, as static files would be: C2SP tlog-tiles
// below /log, and the keys that verify it. It needs no account and says nothing about anybody.
package publiclog

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// Log serves one log.
type Log struct {
	Sequencer *sequencer.Sequencer
	VKeys     []string // of the checkpoint's keys, the present one first
}

const (
	text     = "text/plain; charset=utf-8"
	octets   = "application/octet-stream"
	forever  = "public, max-age=31536000, immutable"
	pageSize = 1_000
)

// Checkpoint is GET /log/checkpoint: it covers every change this server has answered.
func (l *Log) Checkpoint(c *fiber.Ctx) error {
	note, err := l.Sequencer.Checkpoint(c.UserContext())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderContentType, text)
	return c.Send(note)
}

// Tile is GET /log/tile/…: a hash tile or a bundle of entries, whole or of any width up to what the
// published log has.
func (l *Log) Tile(c *fiber.Ctx) error {
	tile, err := ledger.ParseTilePath(strings.TrimPrefix(c.Path(), "/log/"))
	if err != nil {
		return store.ErrNotFound
	}
	size := l.Sequencer.Published()
	if tile.WidthAt(size) < tile.Width { // another server may have published more
		if size, err = l.Sequencer.AskPublished(c.UserContext()); err != nil {
			return err
		}
	}
	if tile.WidthAt(size) < tile.Width {
		return store.ErrNotFound
	}
	content, err := l.tile(c, tile, size)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, forever) // even a partial tile never changes
	c.Set(fiber.HeaderContentType, octets)
	return c.Send(content)
}

func (l *Log) tile(c *fiber.Ctx, tile ledger.Tile, size uint64) ([]byte, error) {
	if tile.Level != ledger.EntriesLevel {
		return ledger.HashTile(tile, l.Sequencer.Hashes(c.UserContext()))
	}
	entries, err := l.Sequencer.Entries(c.UserContext(), tile.Start(), size, tile.Width)
	if err != nil {
		return nil, err
	}
	if len(entries) < tile.Width {
		return nil, errors.New("the log ends before its published size")
	}
	return ledger.EncodeBundle(entries)
}

// VKey is GET /log/vkey.
func (l *Log) VKey(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, text)
	return c.SendString(l.VKeys[0] + "\n")
}

// AllVKeys is GET /log/vkeys: all there ever were, a line each.
func (l *Log) AllVKeys(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, text)
	return c.SendString(strings.Join(l.VKeys, "\n") + "\n")
}

// Disclosure is GET /log/disclosures/{seq}: what a public entry says.
func (l *Log) Disclosure(c *fiber.Ctx) error {
	seq, err := strconv.ParseUint(c.Params("seq"), 10, 64)
	if err != nil || strconv.FormatUint(seq, 10) != c.Params("seq") {
		return store.ErrNotFound
	}
	d, err := l.Sequencer.Disclosure(c.UserContext(), seq)
	if err != nil {
		return err
	}
	raw, err := d.Encode()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, forever)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(raw)
}

// Disclosures is GET /log/disclosures: which entries have one.
func (l *Log) Disclosures(c *fiber.Ctx) error {
	list := []uint64{}
	for from, more := uint64(0), true; more; {
		seqs, err := l.Sequencer.Disclosures(c.UserContext(), from, pageSize)
		if err != nil {
			return err
		}
		list = append(list, seqs...)
		if more = len(seqs) == pageSize; more {
			from = seqs[len(seqs)-1] + 1
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.JSON(struct {
		Disclosures []uint64 `json:"disclosures"`
	}{list})
}

// Keys is GET /.well-known/jwks.json: every entry and document key ever used.
func (l *Log) Keys(c *fiber.Ctx) error {
	raw, err := ledger.EncodeJWKS(l.Sequencer.Keys())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=60")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(raw)
}
