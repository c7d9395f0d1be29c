package frontend

import (
	"strings"
	"testing"
)

// TestOverviewTellsWhatIsHeldFromWhatIsNot: a kind without records is neither counted nor given a card,
// but still named, with a way to its page.
func TestOverviewTellsWhatIsHeldFromWhatIsNot(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("en")
	empty := Category{Key: "tax", Label: "Tax details", Bases: []Basis{BasisLegalObligation}, Recipients: []Recipient{{Key: "office", Label: "Tax office"}}}
	full := Category{Key: "invoices", Label: "Your bills", Bases: []Basis{BasisContract}, Count: 3}
	p := OverviewPage{Categories: []Category{empty, full}}
	if g := newGlance(p); g.Kinds != 1 || g.Records != 3 || len(g.Recipients) != 0 || len(g.Bases) != 1 {
		t.Errorf("at a glance: %+v, want the bills alone", g)
	}
	page, err := r.Render(l, Frame{}, p)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), `class="card `); n != 1 {
		t.Errorf("%d cards, want one", n)
	}
	for _, link := range []string{`href="/data/tax"`, `href="/data/invoices"`} {
		if strings.Count(string(page), link) != 1 {
			t.Errorf("the page has not one %s", link)
		}
	}
}
