package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// verify runs a whole log through a Verifier with its public disclosures.
func verify(t *testing.T, l *ledgertest.Log, edit func(cfg *ledger.VerifierConfig)) error {
	t.Helper()
	cfg := ledger.VerifierConfig{Origin: ledgertest.Origin, Workers: 3}
	if edit != nil {
		edit(&cfg)
	}
	v := ledger.NewVerifier(cfg)
	for seq, raw := range l.Entries {
		var public *ledger.Disclosure
		if l.Public(uint64(seq)) {
			public = &l.Disclosures[seq]
		}
		if v.Add(raw, public) != nil {
			break // Finish says why
		}
	}
	return v.Finish(ledger.Checkpoint{Origin: ledgertest.Origin, Size: l.Size(), Root: l.Root(l.Size())})
}

func wantFailure(t *testing.T, err error, seq uint64, check ledger.Check) {
	t.Helper()
	var failed *ledger.VerifyError
	if !errors.As(err, &failed) || failed.Seq != seq || failed.Check != check {
		t.Fatalf("got %v (%+v), want entry %d, check %s", err, failed, seq, check)
	}
}

func TestVerifierAcceptsAGoodLogOfAnySize(t *testing.T) {
	for _, size := range []int{2, 3, 255, 256, 257, 511, 512, 513, 1100} {
		if err := verify(t, ledgertest.Filled(t, size), nil); err != nil {
			t.Errorf("%d entries: %v", size, err)
		}
	}
	v := ledger.NewVerifier(ledger.VerifierConfig{Origin: ledgertest.Origin})
	if err := v.Finish(ledger.Checkpoint{Origin: ledgertest.Origin, Root: ledger.EmptyRoot()}); err != nil {
		t.Errorf("no entries: %v", err)
	}
}

// A fault at each place of a batch, and on both sides of where two batches meet.
func TestVerifierNamesTheFirstBadEntry(t *testing.T) {
	const size = 700
	good := ledgertest.Filled(t, size)
	for _, seq := range []int{2, 255, 256, 699} {
		for name, test := range map[string]struct {
			edit  func(l *ledgertest.Log)
			check ledger.Check
		}{
			"signature": {func(l *ledgertest.Log) { l.Entries[seq] = []byte(changed(l.Entries[seq], -20)) }, ledger.SignatureCheck},
			"payload":   {func(l *ledgertest.Log) { l.Entries[seq] = forge(t, l.Entries[seq], "other", 0) }, ledger.SignatureCheck},
			"format":    {func(l *ledgertest.Log) { l.Entries[seq] = append(bytes.Clone(l.Entries[seq]), '\n') }, ledger.FormatCheck},
			"seq":       {func(l *ledgertest.Log) { l.Entries[seq] = l.Entries[seq-1] }, ledger.SeqCheck},
			"prev":      {func(l *ledgertest.Log) { l.Entries[seq] = forge(t, l.Entries[seq], "entry", 1) }, ledger.PrevCheck},
			"time":      {func(l *ledgertest.Log) { l.Entries[seq] = forge(t, l.Entries[seq], "entry", 2) }, ledger.TimeCheck},
			"log":       {func(l *ledgertest.Log) { l.Entries[seq] = forge(t, l.Entries[seq], "entry", 3) }, ledger.LogCheck},
			"disclosure": {func(l *ledgertest.Log) {
				l.Disclosures[seq] = l.Disclosures[1]
			}, ledger.KeyCheck}, // the document key is added a second time
		} {
			t.Run(fmt.Sprintf("%s of %d", name, seq), func(t *testing.T) {
				l := *good
				l.Entries, l.Disclosures = append([][]byte(nil), good.Entries...), append([]ledger.Disclosure(nil), good.Disclosures...)
				test.edit(&l)
				l.Rehash()
				wantFailure(t, verify(t, &l, nil), uint64(seq), test.check)
			})
		}
	}
}

func changed(raw []byte, at int) string {
	c := bytes.Clone(raw)
	if at < 0 {
		at += len(c)
	}
	c[at] = next(c[at])[0]
	return string(c)
}

// forge signs an entry anew with one thing about it changed: 1 prev, 2 time, 3 log. With another key it names the old one.
func forge(t *testing.T, raw []byte, key string, what int) []byte {
	t.Helper()
	e, err := ledger.ParseEntry(raw)
	ledgertest.Must(t, err)
	signer := forger{ledger.NewSigner(ledgertest.Key("entry")), ledger.NewSigner(ledgertest.Key(key))}
	at, origin := e.Payload.Time, ledgertest.Origin
	if what == 2 {
		at = at.AddDate(-1, 0, 0)
	}
	if what == 3 {
		origin = "other.example.com/log"
	}
	out, err := ledger.ForgeEntry(signer, origin, e, at, what == 1)
	ledgertest.Must(t, err)
	return out
}

func TestVerifierWantsEntryZeroToIntroduceItself(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	run := func(public *ledger.Disclosure) error {
		v := ledger.NewVerifier(ledger.VerifierConfig{Origin: ledgertest.Origin})
		_ = v.Add(l.Entries[0], public) // Finish says why
		return v.Finish(ledger.Checkpoint{Size: 1, Root: l.Root(1)})
	}
	if err := run(&l.Disclosures[0]); err != nil {
		t.Fatal(err)
	}
	wantFailure(t, run(nil), 0, ledger.KeyCheck)
	wantFailure(t, run(&l.Disclosures[1]), 0, ledger.KeyCheck)
	other := l.Disclosures[0]
	other.Salt = bytes.Repeat([]byte{1}, ledger.SaltSize)
	wantFailure(t, run(&other), 0, ledger.CommitCheck)
}

func TestVerifierHoldsTheEndAgainstTheCheckpoint(t *testing.T) {
	l := ledgertest.Filled(t, 300)
	finish := func(want ledger.Checkpoint) error {
		v := ledger.NewVerifier(ledger.VerifierConfig{Origin: ledgertest.Origin})
		for seq, raw := range l.Entries {
			var public *ledger.Disclosure
			if seq < 2 {
				public = &l.Disclosures[seq]
			}
			ledgertest.Must(t, v.Add(raw, public))
		}
		return v.Finish(want)
	}
	if err := finish(ledger.Checkpoint{Size: 300, Root: l.Root(300)}); err != nil {
		t.Fatal(err)
	}
	wantFailure(t, finish(ledger.Checkpoint{Size: 300, Root: l.Root(299)}), ledger.UnknownSeq, ledger.RootCheck)
	wantFailure(t, finish(ledger.Checkpoint{Size: 301, Root: l.Root(300)}), 300, ledger.SeqCheck)
}

func TestVerifierHoldsTheBeginningAgainstAnEarlierCheckpoint(t *testing.T) {
	l := ledgertest.Filled(t, 600)
	for _, size := range []uint64{0, 1, 2, 255, 256, 257, 600} {
		since := func(root ledger.Hash) error {
			return verify(t, l, func(cfg *ledger.VerifierConfig) { cfg.Since = &ledger.Checkpoint{Size: size, Root: root} })
		}
		if err := since(l.Root(size)); err != nil {
			t.Errorf("%d entries: %v", size, err)
		}
		wantFailure(t, since(ledger.Hash{1}), ledger.UnknownSeq, ledger.ConsistencyCheck)
	}
	err := verify(t, l, func(cfg *ledger.VerifierConfig) { cfg.Since = &ledger.Checkpoint{Size: 601} })
	wantFailure(t, err, ledger.UnknownSeq, ledger.ConsistencyCheck)
}

func TestVerifierAsksForEveryHashTileOnce(t *testing.T) {
	const size = 70_000
	g := grow(leaves(size))
	var rows ledger.TileRows
	var built []ledger.RowTile
	for seq := range uint64(size) {
		var completed []ledger.Hash
		for position := 0; ; position++ {
			h, ok := g.at[[2]uint64{seq, uint64(position)}]
			if !ok {
				break
			}
			completed = append(completed, h)
		}
		built = append(built, rows.Append(completed)...)
	}
	built = append(built, rows.Partial()...)
	want := map[ledger.Tile]bool{}
	for _, tile := range ledger.Tiles(0, size) {
		want[tile] = tile.Level != ledger.EntriesLevel
	}
	for _, b := range built {
		data, err := ledger.HashTile(b.Tile(), g.read)
		if err != nil || !bytes.Equal(data, b.Data()) || !want[b.Tile()] {
			t.Fatalf("%s: %v", b.Tile().Path(), err)
		}
		want[b.Tile()] = false
	}
	for tile, missing := range want {
		if missing {
			t.Errorf("%s was not built", tile.Path())
		}
	}
}

func TestVerifierPassesErrorsOfTheSourceOn(t *testing.T) {
	l := ledgertest.Filled(t, 600)
	away := errors.New("the server is away")
	for _, index := range []uint64{0, 1, 2} {
		err := verify(t, l, func(cfg *ledger.VerifierConfig) {
			cfg.Tile = func(tile ledger.Tile) ([]byte, error) {
				if tile.Level == 0 && tile.Index == index {
					return nil, away
				}
				return ledger.HashTile(tile, l.Reader)
			}
		})
		if !errors.Is(err, away) {
			t.Errorf("tile %d: %v", index, err)
		}
	}
}
