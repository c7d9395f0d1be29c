package frontend

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"candor/i18n"
)

// newTestRenderer is a renderer that fails the test for every message that cannot be said.
func newTestRenderer(t *testing.T) (*Renderer, *i18n.Catalogue) {
	t.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Config{Catalogue: catalogue, Brand: sampleBrand, Zone: func() *time.Location { return berlin }})
	if err != nil {
		t.Fatal(err)
	}
	catalogue.Problem = func(tag, id, problem string) {
		if tag == "en" || strings.HasPrefix(problem, "no value") {
			t.Errorf("%s: message %s: %s", tag, id, problem)
		}
	}
	return r, catalogue
}

// TestStorybook renders every page in every state and language. With CANDOR_STORYBOOK=DIR it writes
// them there, to look at.
func TestStorybook(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	for _, language := range catalogue.Languages() {
		l, _ := catalogue.Localizer(language.Tag)
		for _, s := range stories() {
			t.Run(language.Tag+"/"+s.name, func(t *testing.T) {
				page, err := r.Render(l, s.frame, s.page)
				if err != nil {
					t.Fatal(err)
				}
				examine(t, r, string(page))
				writeStory(t, r, language.Tag+"-"+s.name+".html", page)
			})
		}
	}
}

var (
	tags     = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>`)
	ids      = regexp.MustCompile(` id="([^"]*)"`)
	pointers = regexp.MustCompile(` (?:for|aria-labelledby|aria-describedby|data-swap)="([^"]*)"`)
	local    = regexp.MustCompile(` (?:href|src)="(/assets/[^"]*)"`)
	forms    = regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*action="([^"]*)".*?</form>`)
)

// forbidden is what no page may hold: what the content security policy refuses, and what says that
// a value or a message was missing.
var forbidden = map[string]*regexp.Regexp{
	"a missing value":       regexp.MustCompile(`<no value>|%!|&lt;nil&gt;|ZgotmplZ`),
	"an inline style":       regexp.MustCompile(`(?i)<[^>]* style=|<style`),
	"an inline script":      regexp.MustCompile(`(?i)<script(?:[^>]*[^>a-z])?>[^<]+<|<[^>]* on[a-z]+=`),
	"something from others": regexp.MustCompile(`(?i)(?:src|<link[^>]*href)="(?:https?:)?//`),
	"a bare message id":     regexp.MustCompile(`>[a-z_]+\.[a-z_.]+<`),
}

var void = regexp.MustCompile(`^(?:area|br|col|hr|img|input|link|meta|wbr)$`)

func examine(t *testing.T, r *Renderer, page string) {
	t.Helper()
	for what, pattern := range forbidden {
		if found := pattern.FindString(page); found != "" {
			t.Errorf("the page holds %s: %.80q", what, found)
		}
	}
	examineNesting(t, page)
	known := map[string]bool{}
	for _, match := range ids.FindAllStringSubmatch(page, -1) {
		if known[match[1]] {
			t.Errorf("the id %q is there twice", match[1])
		}
		known[match[1]] = true
	}
	for _, match := range pointers.FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(match[1]) {
			if !known[id] {
				t.Errorf("%s points nowhere", match[0])
			}
		}
	}
	for _, match := range local.FindAllStringSubmatch(page, -1) {
		if _, _, ok := r.Asset(match[1]); !ok {
			t.Errorf("asset %s does not exist", match[1])
		}
	}
	for _, match := range forms.FindAllStringSubmatch(page, -1) {
		again := strings.HasSuffix(match[1], "/edit") // shows what was written once more, and changes nothing
		exempt := again || strings.HasPrefix(match[1], "/demo/") || strings.HasPrefix(match[1], "/sessions/") || strings.HasPrefix(match[1], "/sign-in/") ||
			strings.HasPrefix(match[1], "/staff/sign-in/") || strings.HasPrefix(match[1], "/staff/enrol/")
		if !exempt && !strings.Contains(match[0], `name="csrf" value="c5rf"`) {
			t.Errorf("the form to %s has no csrf token", match[1])
		}
	}
}

func examineNesting(t *testing.T, page string) {
	t.Helper()
	var open []string
	for _, tag := range tags.FindAllStringSubmatch(page, -1) {
		name := strings.ToLower(tag[2])
		switch {
		case void.MatchString(name) || strings.HasSuffix(tag[3], "/"):
		case tag[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
}

// writeStory writes a page and the assets it needs, for a web server on that directory.
func writeStory(t *testing.T, r *Renderer, name string, page []byte) {
	t.Helper()
	dir := os.Getenv("CANDOR_STORYBOOK")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(filepath.Join(dir, "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, asset := range r.assets.byPath {
		if err := os.WriteFile(filepath.Join(dir, path), asset.content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, name), page, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPagesAreSmall holds every page, with its style and all scripts, to 60 KB over the wire.
func TestPagesAreSmall(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("en")
	assets := 0
	for path, asset := range r.assets.byPath {
		if !strings.HasSuffix(path, ".svg") {
			assets += compressed(t, asset.content)
		}
	}
	for _, s := range stories() {
		page, err := r.Render(l, s.frame, s.page)
		if err != nil {
			t.Fatal(err)
		}
		if size := assets + compressed(t, page); size > 60_000 {
			t.Errorf("%s takes %d bytes", s.name, size)
		}
	}
}

func compressed(t *testing.T, content []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
