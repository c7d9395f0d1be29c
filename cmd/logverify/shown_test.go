package main

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// shownFiles are the two texts of an archive.
func shownFiles(l *ledgertest.Log) []string {
	files := l.ArchiveFiles(1)
	maps.DeleteFunc(files, func(name string, _ []byte) bool { return !inShown(name) || name == ledger.ShownIndex })
	return slices.Sorted(maps.Keys(files))
}

// inIndex edits the list of what was shown.
func inIndex(t *testing.T, files map[string][]byte, edit func(list *ledger.ShownList)) {
	t.Helper()
	var list ledger.ShownList
	ledgertest.Must(t, json.Unmarshal(files[ledger.ShownIndex], &list))
	edit(&list)
	raw, err := json.Marshal(list)
	ledgertest.Must(t, err)
	files[ledger.ShownIndex] = raw
}

// An operator who signs an archive with other words than those that a person was shown is found: the entry has the hash. So
// is one who leaves something out without saying so.
func TestWhatWasShownIsHeldAgainstTheEntries(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	logverify(t, "--vkey", l.VKey, sealed(t, l, nil, nil)).want(t, 0, "2 texts that were shown are there")
	texts := shownFiles(l)
	if len(texts) != 2 {
		t.Fatalf("the archive holds %q", texts)
	}
	type edit = func(files map[string][]byte)
	tests := map[string]struct {
		edit edit
		says []string
	}{
		"a byte of a text":       {func(f map[string][]byte) { flip(t, f, texts[0], 5) }, []string{texts[0], "is not what was shown", "entry 4"}},
		"a byte of the other":    {func(f map[string][]byte) { flip(t, f, texts[1], -1) }, []string{texts[1], "is not what was shown", "entry 4"}},
		"a text missing":         {func(f map[string][]byte) { delete(f, texts[1]) }, []string{"of entry 4 is missing: " + texts[1]}},
		"a text of nobody":       {func(f map[string][]byte) { f["consents/shown/x.txt"] = nil }, []string{"consents/shown/x.txt is named by no entry"}},
		"the list missing":       {func(f map[string][]byte) { delete(f, ledger.ShownIndex) }, []string{ledger.ShownIndex + " is missing"}},
		"the list is none":       {func(f map[string][]byte) { f[ledger.ShownIndex] = []byte("{") }, []string{ledger.ShownIndex}},
		"an entry is left out":   {listed(t, func(s *ledger.ShownList) { s.Entries = s.Entries[1:] }), []string{"does not say what was shown for entry 4"}},
		"an entry twice":         {listed(t, func(s *ledger.ShownList) { s.Entries[1] = s.Entries[0] }), []string{"entry 4 is there twice"}},
		"an entry of another":    {listed(t, func(s *ledger.ShownList) { s.Entries[0].LogIndex = 5 }), []string{"entry 5 is not in consents/log.jsonl"}},
		"a part left out":        {listed(t, func(s *ledger.ShownList) { s.Entries[0].Wording = nil }), []string{"the wording of entry 4 is not the one that the entry names"}},
		"another hash":           {listed(t, func(s *ledger.ShownList) { s.Entries[0].Notice.Named = s.Entries[0].Wording.Named }), []string{"the text of entry 4 is not the one that the entry names"}},
		"another file":           {listed(t, func(s *ledger.ShownList) { s.Entries[0].Notice.File = "README.txt" }), []string{"README.txt, which is not named by the hash"}},
		"neither file nor word":  {listed(t, func(s *ledger.ShownList) { s.Entries[0].Notice.File = "" }), []string{"a file or a reason"}},
		"a receipt that is none": {listed(t, func(s *ledger.ShownList) { s.Entries[0].Receipt = "consents/receipts/x.jwt" }), []string{"the receipt of entry 4, consents/receipts/x.jwt, is missing"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			logverify(t, "--vkey", l.VKey, sealed(t, l, test.edit, nil)).want(t, 1, test.says...)
		})
	}
}

func listed(t *testing.T, edit func(list *ledger.ShownList)) func(files map[string][]byte) {
	t.Helper()
	return func(files map[string][]byte) { inIndex(t, files, edit) }
}

// What an archive says it does not have is no fault of the archive, and is said; so of one that was made before archives
// held what was shown.
func TestWhatIsNotShownIsSaid(t *testing.T) {
	l := ledgertest.Filled(t, 30)
	texts := shownFiles(l)
	less := func(files map[string][]byte) {
		inIndex(t, files, func(list *ledger.ShownList) {
			for i := range list.Entries {
				list.Entries[i].Wording.File, list.Entries[i].Wording.Absent = "", ledger.ShownLost
				list.Entries[i].Notice.File, list.Entries[i].Notice.Absent = "", ledger.ShownChanged
			}
		})
		delete(files, texts[0])
		delete(files, texts[1])
	}
	logverify(t, "--vkey", l.VKey, sealed(t, l, less, nil)).want(t, 0, "Not there", "for 9 entries, the first of them entry 4")
	before := func(files map[string][]byte) {
		maps.DeleteFunc(files, func(name string, _ []byte) bool { return inShown(name) })
	}
	logverify(t, "--vkey", l.VKey, sealed(t, l, before, nil)).want(t, 0, "made before archives held it")
	logverify(t, "--vkey", l.VKey, sealed(t, l, nil, before)).want(t, 1, "consents/shown/index.json is missing, but in manifest.json")
}
