package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"candor/models/ledger"
)

// shown is what an archive says of what its customer was shown, under verification.
type shown struct {
	entries []ledger.ShownEntry // what the entries of consents/log.jsonl name, in their order
	absent  []uint64            // those of which a text is not there, as the archive says
	files   map[string]uint64   // the first entry that names each file
	older   bool                // the archive was made before archives held what was shown
}

// expect notes what an entry names.
func (s *shown) expect(seq uint64, d ledger.Detail) {
	if e, ok := d.Named(seq); ok {
		s.entries = append(s.entries, e)
	}
}

// verifyShown verifies that of each text which an entry names by its hash the archive holds exactly that text, or says that
// it does not.
func (a *archive) verifyShown() {
	s := &a.shown
	s.files = map[string]uint64{}
	if a.files[ledger.ShownIndex] == nil && !slices.ContainsFunc(a.names, inShown) {
		s.older = true
		return
	}
	listed, err := a.readShown()
	if err != nil {
		a.bad.add(err)
		return
	}
	for _, want := range s.entries {
		got, ok := listed[want.LogIndex]
		delete(listed, want.LogIndex)
		if !ok {
			a.bad.add(fmt.Errorf("%s does not say what was shown for entry %d", ledger.ShownIndex, want.LogIndex))
			continue
		}
		a.verifyNamed(want.LogIndex, "text", want.Notice, got.Notice)
		a.verifyNamed(want.LogIndex, "wording", want.Wording, got.Wording)
		if got.Receipt != "" && a.files[got.Receipt] == nil {
			a.bad.add(fmt.Errorf("%s: the receipt of entry %d, %s, is missing", ledger.ShownIndex, want.LogIndex, got.Receipt))
		}
	}
	for _, seq := range slices.Sorted(maps.Keys(listed)) {
		a.bad.add(fmt.Errorf("%s: entry %d is not in consents/log.jsonl, or names nothing that was shown", ledger.ShownIndex, seq))
	}
	a.verifyShownFiles()
}

func inShown(name string) bool { return strings.HasPrefix(name, ledger.ShownFolder) }

// readShown reads which files are what each entry names.
func (a *archive) readShown() (map[uint64]ledger.ShownEntry, error) {
	raw, err := a.read(ledger.ShownIndex)
	if err != nil {
		return nil, err
	}
	var list ledger.ShownList
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", ledger.ShownIndex, err)
	}
	out := make(map[uint64]ledger.ShownEntry, len(list.Entries))
	for _, e := range list.Entries {
		if _, twice := out[e.LogIndex]; twice {
			return nil, fmt.Errorf("%s: entry %d is there twice", ledger.ShownIndex, e.LogIndex)
		}
		out[e.LogIndex] = e
	}
	return out, nil
}

// verifyNamed holds what the list says of a text against what the entry names.
func (a *archive) verifyNamed(seq uint64, what string, want, got *ledger.ShownText) {
	bad := func(format string, args ...any) {
		a.bad.add(fmt.Errorf("%s: the %s of entry %d %s", ledger.ShownIndex, what, seq, fmt.Sprintf(format, args...)))
	}
	switch {
	case want == nil && got == nil:
	case want == nil || got == nil || got.Named != want.Named:
		bad("is not the one that the entry names")
	case (got.File == "") == (got.Absent == ""):
		bad("has a file or a reason why it has none, and not both")
	case got.Absent != "":
		if last := len(a.shown.absent) - 1; last < 0 || a.shown.absent[last] != seq {
			a.shown.absent = append(a.shown.absent, seq)
		}
	case !ledger.IsSHA256(want.Named) || got.File != ledger.ShownFile(want.Named):
		bad("is %s, which is not named by the hash in the entry", got.File)
	case a.files[got.File] == nil:
		bad("is missing: %s", got.File)
	default:
		if _, ok := a.shown.files[got.File]; !ok {
			a.shown.files[got.File] = seq
		}
	}
}

// verifyShownFiles holds each text against the hash in the entries that name it.
func (a *archive) verifyShownFiles() {
	for _, name := range a.names {
		if !inShown(name) || name == ledger.ShownIndex {
			continue
		}
		seq, ok := a.shown.files[name]
		if !ok {
			a.bad.add(fmt.Errorf("%s is named by no entry", name))
			continue
		}
		content, err := a.read(name)
		if err != nil {
			a.bad.add(err)
			continue
		}
		if sum := sha256.Sum256(content); ledger.ShownFile(hex.EncodeToString(sum[:])) != name {
			a.bad.add(fmt.Errorf("%s is not what was shown: its SHA-256 is not the one in entry %d", name, seq))
		}
	}
}

// sayShown says what is now known of what was shown.
func (a *archive) sayShown() {
	s := a.shown
	switch {
	case s.older && len(s.entries) > 0:
		a.say("What was shown is not in this archive, which was made before archives held it.")
		return
	case len(s.files) > 0:
		a.say("%d texts that were shown are there, each with the hash in the entries that name it.", len(s.files))
	}
	if len(s.absent) > 0 {
		a.say("Not there, for the reasons in %s: texts that were shown for %d entries, the first of them entry %d.",
			ledger.ShownIndex, len(s.absent), s.absent[0])
	}
}
