package frontend

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"candor/i18n"
)

func TestNewNamesWhatIsMissing(t *testing.T) {
	if _, err := New(Config{Brand: sampleBrand}); err == nil || !strings.Contains(err.Error(), "Catalogue") {
		t.Errorf("without a catalogue: %v", err)
	}
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{Catalogue: catalogue, Brand: func() Brand { return Brand{} }, Zone: func() *time.Location { return time.UTC }}); err == nil || !strings.Contains(err.Error(), "name is empty") {
		t.Errorf("without a name: %v", err)
	}
}

// TestHostileDataStaysText: nothing that is data becomes markup, in any page.
func TestHostileDataStaysText(t *testing.T) {
	const hostile = `"><script>alert(1)</script><b onclick="x">`
	r, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("ar")
	category := Category{Key: hostile, Label: hostile, Why: hostile, Kept: hostile, Recipients: []Recipient{{hostile, hostile, hostile, hostile, hostile}}, Sources: []string{hostile}}
	flow := Flow{Purposes: []FlowPurpose{{hostile, hostile, Basis(hostile), true, []Ref{{hostile, hostile}}, nil}}}
	pages := []Page{
		OverviewPage{Categories: []Category{category}, Flow: flow, Recent: []Event{{Kind: EventAccessViewed, Role: hostile, Reason: hostile}}},
		CategoryPage{Category: category, Description: hostile, Query: hostile, Columns: []Column{{hostile, hostile, false, true}}, Records: []Record{{ID: hostile, Cells: []Cell{{Text: hostile}}, RevealURL: "javascript:" + hostile}}},
		ErrorPage{Kind: ErrorKind(hostile), Detail: hostile, Back: hostile, Reference: hostile},
		ReceiptPage{Controller: hostile, Person: hostile, LeafHash: hostile, Event: Event{Kind: EventKind(hostile), Channel: hostile}},
	}
	for _, page := range pages {
		frame := customer
		frame.URL, frame.SignedInAs, frame.CSRF = "/"+hostile, hostile, hostile
		got, err := r.Render(l, frame, page)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`<script>|<b onclick|href="javascript:`).Match(got) {
			t.Errorf("%s: data became markup", page.view())
		}
	}
}

func TestLanguageLinksKeepThePage(t *testing.T) {
	r, _ := newTestRenderer(t)
	for _, tt := range []struct{ here, want string }{
		{"/data/invoices?q=a%26b&sort=total", "/data/invoices?lang=de&q=a%26b&sort=total"},
		{"/history?lang=en", "/history?lang=de"},
		{"", "/?lang=de"},
		{"https://elsewhere.example/x", "/x?lang=de"},
		{"//elsewhere.example/x", "/x?lang=de"},
		{":", "/?lang=de"},
	} {
		links := r.languageLinks(tt.here, "de")
		for _, link := range links {
			if link.Tag == "de" && (link.URL != tt.want || !link.Current) {
				t.Errorf("from %q: %+v, want %s", tt.here, link, tt.want)
			}
		}
	}
}

// TestAssetsSayWhatTheyAre: every asset is found under its digest and nowhere else.
func TestAssetsSayWhatTheyAre(t *testing.T) {
	r, _ := newTestRenderer(t)
	for name, path := range r.assets.paths {
		content, contentType, ok := r.Asset(path)
		if !ok || len(content) == 0 || contentType == "" {
			t.Errorf("%s is not served at %s", name, path)
		}
		if _, _, ok := r.Asset("/assets/" + name); ok {
			t.Errorf("%s is served without a digest", name)
		}
	}
	for _, path := range []string{"", "/assets/", "/assets/../pages.go", "/templates/layout.html"} {
		if _, _, ok := r.Asset(path); ok {
			t.Errorf("%q is served", path)
		}
	}
}

func TestQuantitiesReadAsOne(t *testing.T) {
	for _, c := range []struct{ number, unit, want string }{
		{"0.055", "kWh", "0.055 kWh"}, {"2", "", "2"}, {"0.017", "1000 calls", "0.017 × 1000 calls"},
	} {
		if got := quantity(c.number, c.unit); got != c.want {
			t.Errorf("%s of %q is written %q, want %q", c.number, c.unit, got, c.want)
		}
	}
}
