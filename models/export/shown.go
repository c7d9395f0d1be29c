package export

import (
	"context"
	"fmt"
	"sort"

	"candor/models/ledger"
	"candor/models/shown"
)

// naming is what an entry says of what was shown: its notice, and the words around it.
type naming struct {
	notice ledger.NoticeRef // zero if it names none
	ui     string
}

// name notes what an entry names.
func (c *consents) name(seq uint64, d ledger.Detail) {
	e, ok := d.Named(seq)
	if !ok {
		return
	}
	n := naming{ui: d.UI}
	if d.Notice != nil {
		n.notice = *d.Notice
	}
	c.named, c.shown.Entries = append(c.named, n), append(c.shown.Entries, e)
}

// receipt notes where an entry's receipt is.
func (c *consents) receipt(seq uint64, path string) {
	if e := c.shownFor(seq); e != nil {
		e.Receipt = path
	}
}

// shownFor finds what an entry names; nil if it names nothing. Entries are noted in the log's order.
func (c *consents) shownFor(seq uint64) *ledger.ShownEntry {
	all := c.shown.Entries
	at := sort.Search(len(all), func(i int) bool { return all[i].LogIndex >= seq })
	if at == len(all) || all[at].LogIndex != seq {
		return nil
	}
	return &all[at]
}

// writeShown writes consents/shown/: the exact texts that the customer's entries name, each once under its hash, and the
// list of which entry names which. A text that is not kept, or is not any more what it was, is in the list with the reason:
// the entry that names it stays what it is.
func (a *archive) writeShown(ctx context.Context) error {
	c := &a.consents
	then := map[naming]shown.Shown{} // there are few, however many entries name them
	written := map[string]bool{}
	for i, n := range c.named {
		s, ok := then[n]
		if !ok {
			var err error
			if s, err = a.Shown.Of(ctx, n.detail()); err != nil {
				return err
			}
			then[n] = s
		}
		e := &c.shown.Entries[i]
		if err := a.writeShownText(e.Notice, s.Notice, written); err != nil {
			return err
		}
		if err := a.writeShownText(e.Wording, s.Wording, written); err != nil {
			return err
		}
	}
	return a.putJSON(ledger.ShownIndex, ledger.ShownList{Entries: append([]ledger.ShownEntry{}, c.shown.Entries...)})
}

func (n naming) detail() ledger.Detail {
	d := ledger.Detail{UI: n.ui}
	if n.notice.Key != "" {
		d.Notice = &n.notice
	}
	return d
}

// writeShownText says where a text is, and writes it if it was not written yet.
func (a *archive) writeShownText(text *ledger.ShownText, part shown.Part, written map[string]bool) error {
	switch {
	case text == nil: // the entry names none
		return nil
	case part.Absent != "":
		text.Absent = ledger.ShownAbsent(part.Absent)
		return nil
	case !part.Same():
		text.Absent = ledger.ShownChanged
		return nil
	}
	text.File = ledger.ShownFile(part.Hash)
	if written[text.File] {
		return nil
	}
	written[text.File] = true
	if err := a.bundle.put(text.File, "text/plain; charset=utf-8", "", part.Content); err != nil {
		return fmt.Errorf("what was shown: %w", err)
	}
	return nil
}

// pageShown is a text as index.html lists it: a file, or why there is none.
type pageShown struct{ Label, Path, Absent string }

// shownOnPage lists for index.html what an entry names.
func (a *archive) shownOnPage(seq uint64) []pageShown {
	e := a.consents.shownFor(seq)
	if e == nil {
		return nil
	}
	var out []pageShown
	for _, part := range []struct {
		name string
		text *ledger.ShownText
	}{{"notice", e.Notice}, {"wording", e.Wording}} {
		if part.text == nil {
			continue
		}
		p := pageShown{Label: a.words.T("shown.part." + part.name), Path: part.text.File}
		switch part.text.Absent {
		case "":
		case ledger.ShownChanged:
			p.Absent = a.words.T("archive.shown_changed")
		default:
			p.Absent = a.words.T("shown.absent." + part.name + "." + string(part.text.Absent))
		}
		out = append(out, p)
	}
	return out
}
