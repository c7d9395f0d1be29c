package export

import (
	"context"
	"slices"
	"strings"
	"testing"

	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/shown"
)

// shownFile is one of the texts in consents/shown.
func shownFile(u *unzipped) string {
	var list ledger.ShownList
	u.json(ledger.ShownIndex, &list)
	return list.Entries[0].Wording.File
}

// textsIn are the paths of the texts in consents/shown.
func textsIn(u *unzipped) []string {
	var out []string
	for name := range u.files {
		if strings.HasPrefix(name, ledger.ShownFolder) && name != ledger.ShownIndex {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// The archive holds every text that the customer's entries name, once, to the byte, and says which entry names which; so
// does index.html, and the receipt's entry leads there.
func TestArchiveHoldsWhatWasShown(t *testing.T) {
	r := newRig(t)
	r.choose(bo, "marketing_email", consent.Give)
	seqs := []uint64{
		r.choose(ada, "usage_analytics", consent.Give), r.choose(ada, "usage_analytics", consent.Withdraw),
		r.choose(ada, "fraud_prevention", consent.Object),
	}
	u := r.write(Request{Customer: ada, Locale: "en"})
	var list ledger.ShownList
	u.json(ledger.ShownIndex, &list)
	if len(list.Entries) != len(seqs) {
		t.Fatalf("%d entries are listed: %+v", len(list.Entries), list)
	}
	named := map[string]bool{}
	for i, e := range list.Entries {
		if e.LogIndex != seqs[i] || e.Notice == nil || e.Wording == nil {
			t.Fatalf("entry %d is listed as %+v", seqs[i], e)
		}
		for _, text := range []*ledger.ShownText{e.Notice, e.Wording} {
			if sum(u.file(text.File)) != text.Named || text.File != ledger.ShownFile(text.Named) {
				t.Errorf("entry %d: %s is not the text that it names", e.LogIndex, text.File)
			}
			if named[text.File] = true; !strings.Contains(string(u.file("index.html")), `href="`+text.File+`"`) {
				t.Errorf("index.html does not link %s", text.File)
			}
		}
	}
	if texts := textsIn(u); len(texts) != len(named) || len(named) != 4 {
		t.Errorf("there are %q for the texts %v", texts, named)
	}
	if first, last := list.Entries[0], list.Entries[1]; first.Receipt != "" || last.Receipt != "consents/receipts/usage_analytics.jwt" {
		t.Errorf("the receipts are those of %+v and %+v", first, last)
	}
	if words := string(u.file(list.Entries[2].Wording.File)); words != "candor-wording-v1\npurpose fraud_prevention\n" {
		t.Errorf("the words are %q", words)
	}
	if !strings.Contains(string(u.file("README.txt")), "consents/shown/") {
		t.Error("README.txt does not say what is in consents/shown")
	}
}

// altered gives back other words than were shown.
type altered struct{ Shown }

func (a altered) Of(ctx context.Context, d ledger.Detail) (shown.Shown, error) {
	s, err := a.Shown.Of(ctx, d)
	s.Notice.Content, s.Notice.Hash = []byte("Other words."), sum([]byte("Other words."))
	return s, err
}

// A text that cannot be given back any more is said to be missing, and why; the rest is there, and the archive is good.
func TestWhatCannotBeShownAnyMoreIsSaid(t *testing.T) {
	r := newRig(t)
	lost := strings.Repeat("0", 64)
	for i, ui := range []string{"0123456789ab", lost, ""} {
		r.chooseBeside(ui, ada, []string{"usage_analytics", "marketing_email", "partner_sharing"}[i], consent.Give)
	}
	verify := logverify(t, r.Set.CheckpointVerifier)
	u := r.write(Request{Customer: ada, Locale: "en"})
	var list ledger.ShownList
	u.json(ledger.ShownIndex, &list)
	if got := *list.Entries[0].Wording; got != (ledger.ShownText{Named: "0123456789ab", Absent: ledger.ShownUnkept}) {
		t.Errorf("words from before they were kept: %+v", got)
	}
	if got := *list.Entries[1].Wording; got != (ledger.ShownText{Named: lost, Absent: ledger.ShownLost}) {
		t.Errorf("words that are lost: %+v", got)
	}
	if list.Entries[2].Wording != nil || list.Entries[2].Notice.File == "" {
		t.Errorf("an entry that names a text alone: %+v", list.Entries[2])
	}
	page := string(u.file("index.html"))
	for _, says := range []string{"from before the words around the text were kept", "names words that should be kept here and are not"} {
		if !strings.Contains(page, says) {
			t.Errorf("index.html does not say %q", says)
		}
	}
	if code, says := verify(u.raw); code != 0 || !strings.Contains(says, "Not there") {
		t.Errorf("logverify ended with %d: %s", code, says)
	}

	r.sources.Shown = altered{r.sources.Shown}
	u = r.write(Request{Customer: ada, Locale: "en"})
	list = ledger.ShownList{}
	u.json(ledger.ShownIndex, &list)
	if got := list.Entries[0].Notice; got.Absent != ledger.ShownChanged || got.File != "" || len(textsIn(u)) != 0 {
		t.Errorf("a text that was changed where it is kept: %+v, %q", got, textsIn(u))
	}
	if !strings.Contains(string(u.file("index.html")), "What is kept is not what you were shown") {
		t.Error("index.html does not say that what is kept was changed")
	}
	if code, says := verify(u.raw); code != 0 || !strings.Contains(says, "Not there") {
		t.Errorf("logverify ended with %d: %s", code, says)
	}
}
