package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"candor/frontend"
	"candor/handlers/web"
	"candor/i18n"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/ledger"
	"candor/models/notice"
)

// shownSite is a program over the store in a folder, with an operator's folder of its own.
func shownSite(t *testing.T, dir string, operator fs.FS, change ...func(*program)) (*site, func()) {
	t.Helper()
	s := settings{
		BaseURL: "http://127.0.0.1", Origin: "privacy.example.com/log", Store: "sqlite:" + filepath.Join(dir, "candor.db"), PerSecond: 1_000_000,
	}
	s.complete()
	p, err := open(context.Background(), s, operator, slog.New(slog.DiscardHandler))
	check(t, err)
	check(t, p.billing.PutCustomer(t.Context(), billing.Profile{Customer: customer("cus_1"), Name: "Person", Email: "cus_1@example.test"}))
	for _, apply := range change {
		apply(p)
	}
	app, err := p.site(&web.Demo{Customers: []frontend.DemoCustomer{{Ref: "cus_1"}}, Roles: auth.Roles(), Staff: p.demoStaff})
	check(t, err)
	return &site{t, p, app}, func() { check(t, p.close()) }
}

// reworded is an operator's folder in which every word of every purpose, and every notice in force, is another.
func reworded(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	check(t, fs.WalkDir(os.DirFS("operators/utility"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join("operators/utility", path))
		if path == "datamap.yaml" {
			raw = regexp.MustCompile(`(?m)^(\s+(?:en|de|fr|es|pl|ar): ")`).ReplaceAll(raw, []byte("${1}Anders: "))
		}
		out[path] = &fstest.MapFile{Data: raw}
		return err
	}))
	return out
}

// otherWords has a program say everything around a choice in other words.
func otherWords(t *testing.T) func(*program) {
	t.Helper()
	folder := fstest.MapFS{}
	for _, language := range []string{"en", "de", "fr", "es", "pl", "ar"} {
		raw, err := os.ReadFile("../../i18n/" + language + ".yaml")
		check(t, err)
		folder[language+".yaml"] = &fstest.MapFile{Data: regexp.MustCompile(`(?m)^(choices?\.[a-z_.]+: ")`).ReplaceAll(raw, []byte("${1}Ganz anders: "))}
	}
	catalogue, err := i18n.Read(folder)
	check(t, err)
	return func(p *program) { p.catalogue = catalogue }
}

// supersede publishes another version of every notice.
func (s *site) supersede() {
	for _, key := range s.program.notices.Keys() {
		n, err := s.program.notices.Current(key)
		check(s.t, err)
		next := notice.Notice{Key: key, Version: len(s.program.notices.Versions(key)) + 1, EffectiveAt: s.program.clock(), Texts: map[string]notice.Text{}}
		for tag, text := range n.Texts {
			next.Texts[tag] = notice.Text{Title: "Anders: " + text.Title, Summary: text.Summary, Body: text.Body}
		}
		check(s.t, s.program.notices.Publish(s.t.Context(), next))
	}
}

// cards finds on a page the form of each purpose: its buttons' values and the token that proves what was shown.
var cards = regexp.MustCompile(`(?s)<form class="options" method="post" action="/consents/([a-z_]+)".*?name="served" value="([^"]+)".*?value="(give|lift)".*?value="(withdraw|object)"`)

// For every language and every purpose that a person decides about: the entry of a choice that was made on the page names
// the text and the words around it, and both are given back, to the byte, by a program that has other
// words on its pages, another data map and newer texts.
func TestWhatWasShownIsGivenBack(t *testing.T) {
	dir := t.TempDir()
	first, end := shownSite(t, dir, os.DirFS("operators/utility"))
	person := first.signIn("customer", "cus_1")
	type choice struct{ purpose, language, page string }
	made := map[string]choice{}
	for _, language := range first.program.catalogue.Languages() {
		for _, path := range []string{"/consents", "/"} {
			_, page := person.do(http.MethodGet, path+"?lang="+language.Tag, nil)
			csrf := csrfField.FindStringSubmatch(page)[1]
			found := cards.FindAllStringSubmatch(page, -1)
			if len(found) < 4 {
				t.Fatalf("%s in %s offers %d choices", path, language.Tag, len(found))
			}
			for _, card := range found {
				for _, action := range []string{card[4], card[3]} { // no, then yes: each is an entry
					form := url.Values{"choice": {action}, "csrf": {csrf}, "served": {card[2]}, "confirmed": {"yes"}}
					if got := person.status(http.MethodPost, "/consents/"+card[1], form); got != http.StatusSeeOther {
						t.Fatalf("%s %s in %s: %d", action, card[1], language.Tag, got)
					}
					seq := fmt.Sprint(first.program.log.Head().Size - 1)
					made[seq] = choice{card[1], language.Tag, plain(cardOf(t, page, card[1]))}
				}
			}
		}
	}
	end()

	later, end := shownSite(t, dir, reworded(t), otherWords(t))
	defer end()
	later.supersede()
	person = later.signIn("customer", "cus_1")
	if _, page := person.do(http.MethodGet, "/consents", nil); !strings.Contains(page, "Anders: ") || strings.Count(page, "Ganz anders: ") < 10 {
		t.Fatal("the second program says the same as the first")
	}
	for seq, c := range made {
		_, receipt := person.do(http.MethodGet, "/receipts/"+seq+".json", nil)
		detail := detailIn(t, receipt)
		if detail.Purpose != c.purpose || detail.Notice == nil || detail.Notice.Locale != c.language {
			t.Fatalf("entry %s: %+v, of %+v", seq, detail, c)
		}
		for file, named := range map[string]string{"notice.txt": detail.Notice.SHA256, "wording.txt": detail.UI} {
			response, text := person.do(http.MethodGet, "/receipts/"+seq+"/"+file, nil)
			if sum := sha256.Sum256([]byte(text)); response.StatusCode != http.StatusOK || hex.EncodeToString(sum[:]) != named {
				t.Errorf("entry %s, %s in %s: %d, and the hash is not the entry's %s:\n%s", seq, c.purpose, c.language, response.StatusCode, named, text)
			}
			if file == "wording.txt" {
				sayEach(t, c.page, text)
			}
		}
		if _, page := person.do(http.MethodGet, "/receipts/"+seq+"/shown?lang=en", nil); strings.Count(page, "The same, to the byte") != 2 {
			t.Errorf("entry %s: the page does not say twice that it is the same", seq)
		}
	}
}

// cardOf is a purpose's part of a page.
func cardOf(t *testing.T, page, purpose string) string {
	t.Helper()
	_, card, ok := strings.Cut(page, `id="choice-`+purpose+`"`)
	card, _, end := strings.Cut(card, "</article>")
	if !ok || !end {
		t.Fatalf("no card for %s", purpose)
	}
	return card
}

var (
	markup = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`[ \t\n]+`)
)

// plain is what a page says, without its markup.
func plain(page string) string {
	text := markup.ReplaceAllString(page, " ")
	text = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&#43;", "+", "&amp;", "&").Replace(text)
	return spaces.ReplaceAllString(text, " ")
}

// sayEach holds each line that stands on the card against the card as it was served.
func sayEach(t *testing.T, card, wording string) {
	t.Helper()
	_, said, _ := strings.Cut(wording, "\n### ")
	for line := range strings.Lines("### " + said) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "[notice] ") {
			continue
		}
		line = regexp.MustCompile(`^(#+ |\[[a-z]+\] |\\)`).ReplaceAllString(line, "")
		for part := range strings.SplitSeq(line, " · ") {
			if !strings.Contains(card, part) {
				t.Errorf("the card did not say %q", part)
			}
		}
	}
}

// detailIn is the detail of a receipt's entry.
func detailIn(t *testing.T, receipt string) ledger.Detail {
	t.Helper()
	m := regexp.MustCompile(`"detail":"([^"]+)"`).FindStringSubmatch(receipt)
	if m == nil {
		t.Fatalf("no detail in %s", receipt)
	}
	raw, err := base64.RawURLEncoding.DecodeString(m[1])
	check(t, err)
	detail, err := ledger.ParseDetail(raw)
	check(t, err)
	return detail
}

// A byte that is changed where words are kept is found, and so is one in a text.
func TestAChangedWordIsFound(t *testing.T) {
	dir := t.TempDir()
	first, end := shownSite(t, dir, os.DirFS("operators/utility"))
	person := first.signIn("customer", "cus_1")
	_, page := person.do(http.MethodGet, "/consents", nil)
	form := url.Values{"choice": {"give"}, "csrf": csrfField.FindStringSubmatch(page)[1:2], "served": servedField.FindStringSubmatch(page)[1:2]}
	if got := person.status(http.MethodPost, "/consents/usage_analytics", form); got != http.StatusSeeOther {
		t.Fatal(got)
	}
	seq := fmt.Sprint(first.program.log.Head().Size - 1)
	end()
	for _, table := range []string{"wordings SET text = CAST(replace(text, 'Allowed', 'Aloud') AS BLOB)", "publications SET content = CAST(replace(content, 'usage', 'Usage') AS BLOB) WHERE kind = 'notice'"} {
		execute(t, filepath.Join(dir, "candor.db"), "UPDATE "+table)
	}
	later, end := shownSite(t, dir, os.DirFS("operators/utility"))
	defer end()
	person = later.signIn("customer", "cus_1")
	if _, page := person.do(http.MethodGet, "/receipts/"+seq+"/shown?lang=en", nil); strings.Count(page, "Not the same") != 2 {
		t.Errorf("the page does not say twice that it is another: %s", page)
	}
	later.offersNoChangedText(person)
	execute(t, filepath.Join(dir, "candor.db"), "DELETE FROM wordings")
	if _, page := person.do(http.MethodGet, "/receipts/"+seq+"/shown?lang=en", nil); !strings.Contains(page, "words that should be kept here and are not") {
		t.Error("the page does not say that the words are lost")
	}
}

// offersNoChangedText fails if a text that is not the one that was published is shown, or if anything else is not.
func (s *site) offersNoChangedText(person *visitor) {
	s.t.Helper()
	response, page := person.do(http.MethodGet, "/consents", nil)
	_, card, _ := strings.Cut(page, `id="choice-usage_analytics"`)
	card, _, _ = strings.Cut(card, "</article>")
	if response.StatusCode != http.StatusOK || !strings.Contains(card, "what we keep is not what was published") ||
		!strings.Contains(card, `name="served" value=""`) || strings.Contains(card, "notice-text") || len(cards.FindAllString(page, -1)) == 0 {
		s.t.Errorf("the page is answered with %d, and the card says %s", response.StatusCode, card)
	}
	for _, path := range []string{"/notices/usage_analytics", "/notices/usage_analytics/versions/1"} {
		if got := person.status(http.MethodGet, path, nil); got != http.StatusServiceUnavailable {
			s.t.Errorf("%s: %d", path, got)
		}
	}
	csrf := csrfField.FindStringSubmatch(page)[1:2]
	for choice, want := range map[string]int{"withdraw": http.StatusSeeOther, "give": http.StatusServiceUnavailable} {
		if got := person.status(http.MethodPost, "/consents/usage_analytics", url.Values{"choice": {choice}, "csrf": csrf}); got != want {
			s.t.Errorf("%s is answered with %d", choice, got)
		}
	}
}

// textFile is where staff find the exact text that an entry names.
var textFile = regexp.MustCompile(`/staff/evidence/texts/([0-9a-f]{64})`)

func second[A, B any](_ A, b B) B { return b }

// Staff see no entry about a person without a reason. With one they see what it says and what was shown, and the person
// sees that they did.
func TestStaffOpenAnEntryWithAReason(t *testing.T) {
	s := newSite(t)
	person := s.signIn("customer", "cus_1")
	person.decides("give")
	seq := fmt.Sprint(s.program.log.Head().Size - 1)
	path := "/staff/evidence/" + seq
	editor := s.signIn("staff", auth.RoleLegalEditor)
	for _, closed := range []string{"/staff/evidence", path} {
		if got := editor.status(http.MethodGet, closed, nil); got != http.StatusForbidden {
			t.Errorf("an editor's %s: %d", closed, got)
		}
	}

	auditor := s.signIn("staff", auth.RoleAuditor)
	csrf := auditor.field(path, csrfField)
	size := s.program.log.Head().Size
	_, page := auditor.do(http.MethodGet, path, nil)
	pageShows(t, "the entry, unopened", page, "This entry is about a customer", "not", "consent.given", "usage_analytics", "cus_1")
	for _, reason := range []string{"", "  ", strings.Repeat("x", 501), "He paid with 4111 1111 1111 1111."} {
		response, page := auditor.do(http.MethodPost, path, url.Values{"csrf": {csrf}, "reason": {reason}})
		if response.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the reason %.20q is answered with %d", reason, response.StatusCode)
		}
		pageShows(t, "no good reason", page, `name="reason"`, `aria-invalid="true"`, `id="problem"`, "not", "consent.given", "usage_analytics")
	}
	if now := s.program.log.Head().Size; now != size {
		t.Fatalf("what was refused has %d entries", now-size)
	}

	why := "Complaint 4711: what had been agreed to?"
	for range 2 { // to look again is no other look
		response, page := auditor.do(http.MethodPost, path, url.Values{"csrf": {csrf}, "reason": {why}})
		if response.StatusCode != http.StatusOK || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("with a reason: %d, %s", response.StatusCode, response.Header.Get("Cache-Control"))
		}
		pageShows(t, "the entry, open", page, "consent.given", "usage_analytics", "What was shown", "not", "cus_1", "Not the same")
		if n := strings.Count(page, "The same, to the byte"); n != 2 {
			t.Errorf("%d texts are said to be the same", n)
		}
	}
	_, page = auditor.do(http.MethodPost, path, url.Values{"csrf": {csrf}, "reason": {why}})
	files := textFile.FindAllStringSubmatch(page, -1)
	receipt := detailIn(t, second(person.do(http.MethodGet, "/receipts/"+seq+".json", nil)))
	if len(files) != 2 || files[0][1] != receipt.Notice.SHA256 || files[1][1] != receipt.UI {
		t.Fatalf("the files are %q, of %+v", files, receipt)
	}
	for _, file := range files {
		response, text := auditor.do(http.MethodGet, file[0], nil)
		if sum := sha256.Sum256([]byte(text)); response.StatusCode != http.StatusOK || hex.EncodeToString(sum[:]) != file[1] {
			t.Errorf("%s: %d, and the hash is not the entry's", file[0], response.StatusCode)
		}
		if got := editor.status(http.MethodGet, file[0], nil); got != http.StatusForbidden {
			t.Errorf("an editor's %s: %d", file[0], got)
		}
	}
	for _, none := range []string{strings.Repeat("0", 64), "x"} {
		if got := auditor.status(http.MethodGet, "/staff/evidence/texts/"+none, nil); got != http.StatusNotFound {
			t.Errorf("no text at all: %d", got)
		}
	}
	theirs, err := s.program.log.History(t.Context(), "cus_1", 10)
	check(t, err)
	looks := 0
	for _, r := range theirs {
		d := r.Detail
		if d.Kind != ledger.AccessViewed {
			continue
		}
		looks++
		if d.Role != auth.RoleAuditor || d.Reason != why || d.About == nil || *d.About != (ledger.About{Type: "entry", Key: seq}) {
			t.Errorf("the log says %+v about %+v", d, d.About)
		}
	}
	if looks != 1 {
		t.Errorf("one look is %d entries", looks)
	}
	_, page = person.do(http.MethodGet, "/history?show=access", nil)
	pageShows(t, "the person's history", page, "Auditor", why, "What entry "+seq+" of the log says", "not", "Marc Delacroix", "The list of what we hold")
}

// execute changes a store's file behind its back.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	check(t, err)
	_, err = db.ExecContext(t.Context(), statement)
	check(t, errors.Join(err, db.Close()))
}

// Nobody sees what another was shown, and a choice that was told of has its text and no words.
func TestWhatWasShownIsOnesOwn(t *testing.T) {
	s := newSite(t)
	person, other := s.signIn("customer", "cus_1"), s.signIn("customer", "cus_2")
	client := s.billingSystem("consents:write")
	now, err := s.program.notices.Current("usage_analytics")
	check(t, err)
	response, body := client.do(http.MethodPut, "/api/v1/customers/cus_1/consents/usage_analytics", fmt.Sprintf(
		`{"choice":"give","channel":"paper","occurred_at":%q,"notice":{"key":"usage_analytics","version":%d,"locale":"de"}}`,
		s.program.clock().UTC().Format("2006-01-02T15:04:05Z"), now.Version))
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", response.StatusCode, body)
	}
	seq := fmt.Sprint(s.program.log.Head().Size - 1)
	if _, page := person.do(http.MethodGet, "/receipts/"+seq+"/shown", nil); strings.Count(page, "The same, to the byte") != 1 || !strings.Contains(page, "made on no page of ours") {
		t.Errorf("%s", page)
	}
	for _, path := range []string{"/shown", "/notice.txt", "/wording.txt"} {
		if got := other.status(http.MethodGet, "/receipts/"+seq+path, nil); got != http.StatusNotFound {
			t.Errorf("another's %s: %d", path, got)
		}
		if got := person.status(http.MethodGet, "/receipts/0"+path, nil); got != http.StatusNotFound {
			t.Errorf("entry 0's %s: %d", path, got)
		}
	}
	if got := person.status(http.MethodGet, "/receipts/"+seq+"/wording.txt", nil); got != http.StatusNotFound {
		t.Errorf("words that there were none of: %d", got)
	}
}
