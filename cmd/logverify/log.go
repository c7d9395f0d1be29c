package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"candor/models/ledger"

	"golang.org/x/mod/sumdb/note"
)

// verifyLog verifies a whole log, step by step as docs/log-format.md says.
func (c *command) verifyLog(ctx context.Context, src source) error {
	raw, err := src.get(ctx, "checkpoint")
	if err != nil {
		return checkpointMissing(err)
	}
	verifiers, err := c.logVerifiers(ctx, src)
	if err != nil {
		return err
	}
	checkpoint, err := ledger.OpenCheckpoint(raw, "", verifiers...)
	if err != nil {
		return checkpointError(err)
	}
	since, err := c.earlier(checkpoint.Origin, verifiers)
	if err != nil {
		return err
	}
	public, known, err := src.disclosures(ctx)
	if err != nil {
		return err
	}
	r := &reader{src: src, size: checkpoint.Size, public: public, known: known, tiles: map[uint64][]byte{}}
	disclosed, err := c.readLog(ctx, r, checkpoint, since)
	if err != nil {
		return err
	}
	c.say("Good: %s, %d entries. Every signature, the chain, the tree and %d public details are as they should be.",
		checkpoint.Origin, checkpoint.Size, disclosed)
	if since != nil {
		c.say("It continues the log of the earlier checkpoint, which had %d entries.", since.Size)
	}
	return nil
}

func checkpointMissing(err error) error {
	if errors.Is(err, errMissing) {
		return checkpointError(err)
	}
	return err
}

func (c *command) logVerifiers(ctx context.Context, src source) ([]note.Verifier, error) {
	if len(c.verifiers) > 0 {
		return c.verifiers, nil
	}
	for _, name := range []string{"vkeys", "vkey"} {
		own, err := src.get(ctx, name)
		if err == nil {
			return c.trusted(name, own)
		}
		if !errors.Is(err, errMissing) {
			return nil, err
		}
	}
	return nil, checkpointError(errors.New("no --vkey was given, and the log publishes none"))
}

// earlier opens the checkpoint that the log has to continue, nil if none was named.
func (c *command) earlier(origin string, verifiers []note.Verifier) (*ledger.Checkpoint, error) {
	if c.since == "" {
		return nil, nil //nolint:nilnil // as its comment says
	}
	raw, err := os.ReadFile(c.since)
	if err != nil {
		return nil, unopenable{fmt.Errorf("open %s: %w", c.since, reason(err))}
	}
	checkpoint, err := ledger.OpenCheckpoint(raw, origin, verifiers...)
	if err != nil {
		return nil, checkpointError(fmt.Errorf("the earlier checkpoint in %s: %w", c.since, err))
	}
	return &checkpoint, nil
}

// readLog feeds the entries to the verifier. It returns how many public details there were.
func (c *command) readLog(ctx context.Context, r *reader, want ledger.Checkpoint, since *ledger.Checkpoint) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	bar := c.progress(int64(want.Size), "entries") // below 2^53
	defer bar.done()
	v := ledger.NewVerifier(ledger.VerifierConfig{
		Origin: want.Origin, Since: since,
		Tile: func(t ledger.Tile) ([]byte, error) { return r.tile(ctx, t) },
	})
	disclosed, failed := feed(v, r.parts(ctx), bar)
	if ctx.Err() != nil {
		failed = errInterrupted
	}
	// What the verifier found lies before what could not be read.
	var stopped *ledger.VerifyError
	if err := v.Finish(want); err != nil && (failed == nil || errors.As(err, &stopped) && stopped.Seq < v.Size()) {
		return 0, err
	}
	return disclosed, failed
}

// feed adds the parts until one could not be read or the verifier has failed, which its Finish then explains.
func feed(v *ledger.Verifier, parts <-chan chan part, bar bar) (disclosed int, err error) {
	for arrives := range parts {
		p := <-arrives
		if p.err != nil {
			return disclosed, p.err
		}
		for i, raw := range p.entries {
			if p.disclosures[i] != nil {
				disclosed++
			}
			if v.Add(raw, p.disclosures[i]) != nil {
				return disclosed, nil //nolint:nilerr // Finish says it again, with the place
			}
		}
		bar.add(len(p.entries))
	}
	return disclosed, nil
}
