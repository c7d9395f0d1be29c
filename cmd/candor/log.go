package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"candor/models/ledger"
)

// exportLog is `candor log export DIR`: the log as static tlog-tiles files, as /log serves them.
func exportLog(ctx context.Context, e env, args []string) error {
	f := flags(e, "log", "usage: candor log export [flags] DIR")
	quiet := f.Bool("quiet", false, "no bar")
	if len(args) == 0 || args[0] != "export" {
		return misused(f)
	}
	return with(ctx, e, f, args[1:], openLog, func(p *program, arguments []string) error {
		if len(arguments) != 1 {
			return misused(f)
		}
		return p.exportLog(ctx, e, arguments[0], *quiet)
	})
}

// exportLog writes what the newest checkpoint covers; the checkpoint comes last, so that a folder
// that has one is whole.
func (p *program) exportLog(ctx context.Context, e env, dir string, quiet bool) error {
	note, err := p.log.Checkpoint(ctx)
	if err != nil {
		return err
	}
	checkpoint, err := ledger.ParseCheckpoint(note)
	if err != nil {
		return err
	}
	tiles := ledger.Tiles(0, checkpoint.Size)
	bar := newBar(e, int64(len(tiles)), "tiles", quiet)
	for i, tile := range tiles {
		content, err := p.tile(ctx, tile, checkpoint.Size)
		if err != nil {
			return fmt.Errorf("export %s: %w", tile.Path(), err)
		}
		if err := writeFile(dir, tile.Path(), content); err != nil {
			return err
		}
		bar(int64(i + 1))
	}
	if err := p.exportDisclosures(ctx, dir, checkpoint.Size); err != nil {
		return err
	}
	vkey := []byte(p.keys.CheckpointVerifier + "\n")
	if err := errors.Join(writeFile(dir, "vkey", vkey), writeFile(dir, "vkeys", vkey), writeFile(dir, "checkpoint", note)); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "exported %d entries to %s\n", checkpoint.Size, dir)
	return nil
}

func (p *program) tile(ctx context.Context, tile ledger.Tile, size uint64) ([]byte, error) {
	if tile.Level != ledger.EntriesLevel {
		return ledger.HashTile(tile, p.log.Hashes(ctx))
	}
	entries, err := p.log.Entries(ctx, tile.Start(), size, tile.Width)
	if err != nil {
		return nil, err
	}
	return ledger.EncodeBundle(entries)
}

func (p *program) exportDisclosures(ctx context.Context, dir string, size uint64) error {
	const page = 1_000
	for from := uint64(0); ; {
		seqs, err := p.log.Disclosures(ctx, from, page)
		if err != nil {
			return fmt.Errorf("export disclosures: %w", err)
		}
		for _, seq := range seqs {
			if seq >= size {
				return nil
			}
			d, err := p.log.Disclosure(ctx, seq)
			if err != nil {
				return fmt.Errorf("export disclosures: %w", err)
			}
			raw, err := d.Encode()
			if err != nil {
				return fmt.Errorf("export disclosures: %w", err)
			}
			if err := writeFile(dir, filepath.Join("disclosures", strconv.FormatUint(seq, 10)), raw); err != nil {
				return err
			}
			from = seq + 1
		}
		if len(seqs) < page {
			return nil
		}
	}
}

func writeFile(dir, name string, content []byte) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // public files
		return fmt.Errorf("export: %w", err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil { //nolint:gosec // public files
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
