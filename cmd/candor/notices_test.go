package main

import (
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
)

const usageText = "/staff/notices/usage_analytics"

var textRevision = regexp.MustCompile(`name="revision" value="(\d+)"`)

// texts is a member of the staff who works on texts.
type texts struct{ *visitor }

func (s *site) texts(role string) texts { return texts{s.signIn("staff", role)} }

// send fills in the session's token and posts.
func (v texts) send(path string, form url.Values) (*http.Response, string) {
	v.t.Helper()
	sent := url.Values{"csrf": {v.field("/staff/notices", csrfField)}}
	maps.Copy(sent, form)
	return v.do(http.MethodPost, path, sent)
}

// sent is send for what must succeed.
func (v texts) sent(path string, form url.Values) string {
	v.t.Helper()
	response, page := v.send(path, form)
	if response.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("%s was answered with %d: %.3000s", path, response.StatusCode, page)
	}
	return response.Header.Get("Location")
}

func (v texts) page(path string) string {
	v.t.Helper()
	response, page := v.do(http.MethodGet, path, nil)
	if response.StatusCode != http.StatusOK {
		v.t.Fatalf("%s was answered with %d", path, response.StatusCode)
	}
	return page
}

// draft begins a version and gives its address.
func (v texts) draft() string {
	v.t.Helper()
	return strings.TrimSuffix(v.sent(usageText+"/versions", nil), "/edit")
}

var inForm = map[string]*regexp.Regexp{
	"title":   regexp.MustCompile(`name="title"[^>]* value="([^"]*)"`),
	"summary": regexp.MustCompile(`(?s)<textarea id="summary"[^>]*>(.*?)</textarea>`),
	"body":    regexp.MustCompile(`(?s)<textarea id="body"[^>]*>(.*?)</textarea>`),
}

// form is the editor's, filled in.
func (v texts) form(version, language string) url.Values {
	v.t.Helper()
	page := v.page(version + "/edit?language=" + language)
	form := url.Values{"language": {language}, "revision": {textRevision.FindStringSubmatch(page)[1]}}
	for field, pattern := range inForm {
		m := pattern.FindStringSubmatch(page)
		if m == nil {
			v.t.Fatalf("the editor has no %s", field)
		}
		form.Set(field, unescape.Replace(m[1]))
	}
	return form
}

var unescape = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&")

func (v texts) revision(version string) string {
	v.t.Helper()
	return v.field(version+"/review", textRevision)
}

// languages are those that the operator of the tests requires beside English.
var languages = []string{"de", "fr", "es", "pl", "ar"}

// written changes the English text, says of the translations that they are still right, and hands it in.
func (v texts) written(version, body string) {
	v.t.Helper()
	form := v.form(version, "en")
	form.Set("body", body)
	v.sent(version+"/text", form)
	for _, tag := range languages {
		form := v.form(version, tag)
		form.Set("current", "yes")
		v.sent(version+"/text", form)
	}
	v.sent(version+"/submit", url.Values{"revision": {v.revision(version)}})
}

func TestATextIsWrittenByOneAndApprovedByAnother(t *testing.T) {
	s := newSite(t)
	editor, approver := s.texts(auth.RoleLegalEditor), s.texts(auth.RoleLegalApprover)
	version := editor.draft()
	if again := editor.draft(); again != version {
		t.Errorf("beginning again began %s beside %s", again, version)
	}
	form := editor.form(version, "en")
	form.Set("body", "**What we do.** We look at wholly other things.")
	editor.sent(version+"/text", form)
	if page := editor.page("/staff/notices"); !strings.Contains(page, "check again: Deutsch") {
		t.Error("the list does not say which translations the source has left behind")
	}
	page := editor.page(version + "/edit?language=de")
	if !strings.Contains(page, "<ins>") || !strings.Contains(page, `name="current"`) {
		t.Error("beside the translation it is not seen what changed in the source")
	}
	response, page := editor.send(version+"/submit", url.Values{"revision": {editor.revision(version)}})
	if response.StatusCode == http.StatusSeeOther {
		response, page = approver.send(version+"/approve", url.Values{"revision": {approver.revision(version)}, "material": {"no"}, "effect": {"keep"}})
	}
	if response.StatusCode != http.StatusConflict {
		t.Fatalf("stale translations went through: %d %.300s", response.StatusCode, page)
	}
	editor.written(version, "**What we do.** We look at your readings, once a year.")

	approval := url.Values{"material": {"yes"}, "effect": {"invalidate"}}
	approval.Set("revision", editor.revision(version))
	if response, _ := editor.send(version+"/approve", approval); response.StatusCode != http.StatusForbidden {
		t.Errorf("an author's approval was answered with %d", response.StatusCode)
	}
	if page := editor.page(version + "/review"); !strings.Contains(page, "You have written some of this version") || strings.Contains(page, "/approve") {
		t.Error("the author is not told why they cannot approve")
	}
	if page := approver.page("/staff/notices"); !strings.Contains(page, "Read it, and approve or return it.") {
		t.Error("the approver's list does not ask for a review")
	}
	approval.Del("material")
	if response, page := approver.send(version+"/approve", approval); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `value="invalidate" checked`) && !strings.Contains(page, `value="invalidate"`) {
		t.Errorf("an approval that leaves something open was answered with %d", response.StatusCode)
	}
	approval.Set("material", "yes")
	approver.sent(version+"/approve", approval)
	if _, page := s.anonymous().do(http.MethodGet, "/notices/usage_analytics", nil); strings.Contains(page, "once a year") {
		t.Fatal("what is approved and not published is shown to customers")
	}
	approver.sent(version+"/schedule", url.Values{"revision": {approver.revision(version)}, "now": {"yes"}})
	if _, page := s.anonymous().do(http.MethodGet, "/notices/usage_analytics", nil); !strings.Contains(page, "once a year") {
		t.Error("what was put into force is not shown to customers")
	}
	if page := editor.page(usageText); !strings.Contains(page, "earlier consents end") || !strings.Contains(page, "Begin a new version") {
		t.Error("the text's page does not tell what was published, or offers no next version")
	}
	if response, page := editor.send(version+"/text", form); response.StatusCode != http.StatusConflict || !strings.Contains(page, "wholly other things") {
		t.Errorf("changing what is published was answered with %d, or the text is lost", response.StatusCode)
	}
}

func TestATextIsReturnedScheduledAndWithdrawn(t *testing.T) {
	s := newSite(t)
	editor, approver := s.texts(auth.RoleLegalEditor), s.texts(auth.RoleLegalApprover)
	version := editor.draft()
	editor.written(version, "**What we do.** First words.")
	approver.sent(version+"/comments", url.Values{"text": {"Which <b>period</b>?"}})
	if response, page := approver.send(version+"/return", url.Values{"revision": {approver.revision(version)}, "reason": {" "}}); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `role="alert"`) {
		t.Errorf("a return without a reason was answered with %d", response.StatusCode)
	}
	approver.sent(version+"/return", url.Values{"revision": {approver.revision(version)}, "reason": {"The period is missing."}})
	if page := editor.page("/staff/notices"); !strings.Contains(page, "It was returned; read why, and mend it.") {
		t.Error("the editor's list does not say that it was returned")
	}
	if page := editor.page(version + "/review"); !strings.Contains(page, "The period is missing.") || !strings.Contains(page, "Which &lt;b&gt;period&lt;/b&gt;?") {
		t.Error("the reason and the comment are not shown")
	}
	editor.written(version, "**What we do.** Second words.")
	approver.sent(version+"/approve", url.Values{"revision": {approver.revision(version)}, "material": {"no"}, "effect": {"keep"}})
	when := func(day, zone string) url.Values {
		return url.Values{"revision": {approver.revision(version)}, "day": {day}, "clock": {"08:00"}, "zone": {zone}}
	}
	for name, form := range map[string]url.Values{"the past": when("2020-01-01", "UTC"), "no zone": when("2150-01-01", "Europe/Nowhere")} {
		if response, page := approver.send(version+"/schedule", form); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `value="`+form.Get("day")+`"`) {
			t.Errorf("%s was answered with %d", name, response.StatusCode)
		}
	}
	approver.sent(version+"/schedule", when("2150-01-01", "America/Los_Angeles"))
	if page := approver.page("/staff/notices?show=scheduled"); !strings.Contains(page, "usage_analytics") || !strings.Contains(page, "It takes effect by itself") {
		t.Error("what is scheduled is not listed as such")
	}
	approver.sent(version+"/withdraw", url.Values{"revision": {approver.revision(version)}, "reason": {"Not now."}})
	if page := editor.page(usageText); !strings.Contains(page, "Withdrawn") || !strings.Contains(page, "Begin a new version") {
		t.Error("what was withdrawn is not shown as such")
	}
}

// A text on which nobody's decision rests says so, and shows no empty table.
func TestWhomATextTouches(t *testing.T) {
	s := newSite(t)
	editor := s.texts(auth.RoleLegalEditor)
	version := strings.TrimSuffix(editor.sent("/staff/notices/privacy/versions", nil), "/edit")
	page := editor.page(version + "/review")
	_, impact, _ := strings.Cut(page, `id="impact"`)
	impact, _, _ = strings.Cut(impact, "</section>")
	if !strings.Contains(impact, "Nobody has decided anything that rests on this text") || strings.Contains(impact, "<table") {
		t.Errorf("whom it touches: %s", impact)
	}
	if page := editor.page(editor.draft() + "/review"); !strings.Contains(page, `<th scope="col" class="number">Customers</th>`) {
		t.Error("of a text that customers decide about it is not said how many")
	}
}

// Two who save at once lose nothing: what only one has changed is merged, what both have changed is shown side by side.
func TestTwoEditorsSaveAtOnce(t *testing.T) {
	s := newSite(t)
	one, two := s.texts(auth.RoleLegalEditor), s.texts(auth.RoleLegalEditor)
	version := one.draft()
	mine, theirs := one.form(version, "en"), two.form(version, "en")
	before := mine.Get("body")
	theirs.Set("body", "**How long.** Eighteen months.")
	two.sent(version+"/text", theirs)
	mine.Set("body", "**How long.** One year.")
	mine.Set("title", "A title of mine")
	response, page := one.send(version+"/text", mine)
	if response.StatusCode != http.StatusConflict {
		t.Fatalf("the second who saves is answered with %d", response.StatusCode)
	}
	plain := unescape.Replace(page)
	for _, text := range []string{strings.Fields(before)[3], "Eighteen months.", "One year.", "A title of mine"} {
		if !strings.Contains(plain, text) {
			t.Errorf("the page of the conflict has lost %q", text)
		}
	}
	kept := inForm["body"].FindStringSubmatch(page)
	if kept == nil || !strings.Contains(kept[1], "One year.") {
		t.Error("the form has lost what was written")
	}
	if now := one.form(version, "en"); now.Get("body") != "**How long.** Eighteen months." || now.Get("title") != "A title of mine" {
		t.Errorf("what stands is %v", now)
	}
	mine.Set("revision", textRevision.FindStringSubmatch(page)[1])
	one.sent(version+"/text", mine)
	if now := one.form(version, "en"); now.Get("body") != "**How long.** One year." {
		t.Errorf("after putting both together it is %q", now.Get("body"))
	}
	if page := one.page(usageText); !strings.Contains(page, "Written at the same time as somebody else") {
		t.Error("the history has lost that both wrote")
	}
}

// What was written when the session ended is shown again, and goes on after signing in.
func TestTheTextOutlivesTheSession(t *testing.T) {
	s := newSite(t)
	editor := s.texts(auth.RoleLegalEditor)
	version := editor.draft()
	form := editor.form(version, "en")
	form.Set("body", "Two hours of <work>.")
	form.Set("csrf", "of another session")
	for name, late := range map[string]*visitor{"signed out": s.anonymous(), "signed in again": editor.visitor} {
		response, page := late.do(http.MethodPost, version+"/text", form)
		if want := map[string]int{"signed out": http.StatusUnauthorized, "signed in again": http.StatusForbidden}[name]; response.StatusCode != want {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
		if !strings.Contains(page, "Two hours of &lt;work&gt;.") || !strings.Contains(page, `action="`+version+`/edit"`) {
			t.Errorf("%s: the text is lost: %.2000s", name, page)
		}
	}
	response, page := editor.do(http.MethodPost, version+"/edit", form)
	if response.StatusCode != http.StatusOK || !strings.Contains(page, "Two hours of &lt;work&gt;.") {
		t.Errorf("going on was answered with %d", response.StatusCode)
	}
	if now := editor.form(version, "en"); strings.Contains(now.Get("body"), "Two hours") {
		t.Error("going on has saved")
	}
}

// The preview is the customers' page, in the text's language, and the one page that may stand in a frame of this site.
func TestPreview(t *testing.T) {
	s := newSite(t)
	editor := s.texts(auth.RoleLegalEditor)
	version := editor.draft()
	form := editor.form(version, "ar")
	form.Set("body", "**مرحبا** <script>alert(1)</script>")
	form.Set("summary", "خلاصة جديدة") // which stands on the choice
	form.Set("dark", "yes")
	response, page := editor.do(http.MethodPost, version+"/preview", form)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("answered with %d", response.StatusCode)
	}
	for _, part := range []string{
		`lang="ar" dir="rtl" class="dark"`, "<strong>مرحبا</strong>", `class="view-notice"`, "مسودة، غير سارية بعد",
		`<article class="choice basis-consent choice-open" id="choice-usage_analytics"`, "خلاصة جديدة",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the preview lacks %s", part)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "/sign-out") {
		t.Error("the preview has a script, or is no visitor's page")
	}
	policy := func(path string) (string, string) {
		response, _ := editor.do(http.MethodGet, path, nil)
		return response.Header.Get("Content-Security-Policy"), response.Header.Get("X-Frame-Options")
	}
	if csp := response.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'self'") || !strings.Contains(csp, "script-src 'self'") || response.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("the preview's policy is %s", csp)
	}
	if csp, _ := policy(version + "/edit"); !strings.Contains(csp, "frame-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("the editor's policy is %s", csp)
	}
	for _, path := range []string{"/", "/staff/notices", version + "/review", "/notices/usage_analytics"} {
		if csp, frames := policy(path); !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "frame-src") || frames != "DENY" {
			t.Errorf("%s: %s, %s", path, csp, frames)
		}
	}
	if now := editor.form(version, "ar"); strings.Contains(now.Get("body"), "مرحبا") {
		t.Error("the preview has saved")
	}
	now, err := s.program.notices.Current("usage_analytics")
	check(t, err)
	if page := editor.page(usageText + "/versions/" + strconv.Itoa(now.Version) + "/preview?language=en"); strings.Contains(page, "a draft") || !strings.Contains(page, "in force since") {
		t.Error("the preview of what is in force does not say so")
	}
}

func TestChecklistAndComparison(t *testing.T) {
	s := newSite(t)
	editor, approver := s.texts(auth.RoleLegalEditor), s.texts(auth.RoleLegalApprover)
	version := editor.draft()
	form := editor.form(version, "en")
	form.Set("body", "# How long\n\nWe keep it for a year.")
	editor.sent(version+"/text", form)
	placed := url.Values{
		"revision": {editor.revision(version)}, "where.retention": {"text:How long"}, "where.dpo": {"page"},
		"where.automated": {"not_applicable"}, "reason.automated": {"There are none."}, "reason.dpo": {"ignored"},
	}
	editor.sent(version+"/checklist", placed)
	page := editor.page(version + "/checklist")
	if !strings.Contains(page, `value="text:How long" selected`) || !strings.Contains(page, "There are none.") || !strings.Contains(page, "17 elements are open.") {
		t.Error("the checklist is not as it was saved")
	}
	form = editor.form(version, "en")
	form.Set("body", "# For how long\n\nWe keep it for a year.")
	editor.sent(version+"/text", form)
	if page := approver.page(version + "/review"); !strings.Contains(page, "The section is gone") {
		t.Error("the approver does not see that a section is gone")
	}
	if page := editor.page(usageText); !strings.Contains(page, "points to a section that is gone") {
		t.Error("the editor is not told what is missing")
	}
	page = approver.page(usageText + "/compare?language=en")
	if !strings.Contains(page, "<del>") || !strings.Contains(page, "For how long") {
		t.Error("the comparison does not show what changed")
	}
	page = approver.page(usageText + "/compare?from=1&to=1&language=ar")
	if !strings.Contains(page, "They say the same.") || !strings.Contains(page, `lang="ar" dir="rtl"`) {
		t.Error("a version differs from itself")
	}
	for _, path := range []string{"/compare?from=99", "/compare?from=x", "/compare?to=1.0", "/versions/99/edit", "/versions/x/review", "/versions/99/preview?language=en"} {
		if status := editor.status(http.MethodGet, usageText+path, nil); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// A translation goes out as a file and comes back; a file of another text changes nothing.
func TestATranslationGoesOutAndComesBack(t *testing.T) {
	s := newSite(t)
	editor := s.texts(auth.RoleLegalEditor)
	version := editor.draft()
	for _, format := range []string{"xliff", "json"} {
		response, file := editor.do(http.MethodGet, version+"/export?language=de&format="+format, nil)
		if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment; filename=") {
			t.Fatalf("%s: taken out with %d", format, response.StatusCode)
		}
		title := editor.form(version, "de").Get("title")
		back := strings.ReplaceAll(file, title, "Zurück als "+format)
		if status := editor.bring(usageText+"/import", back); status != http.StatusSeeOther {
			t.Errorf("%s: brought back with %d", format, status)
		}
		if now := editor.form(version, "de").Get("title"); now != "Zurück als "+format {
			t.Errorf("%s: then the title is %q", format, now)
		}
		if status := editor.bring("/staff/notices/privacy/import", back); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: a file of another text was answered with %d", format, status)
		}
	}
	if status := editor.bring(usageText+"/import", "no file of ours"); status != http.StatusUnprocessableEntity {
		t.Errorf("something else was answered with %d", status)
	}
}

// bring sends a file by a form.
func (v texts) bring(path, content string) int {
	v.t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	check(v.t, w.WriteField("csrf", v.field("/staff/notices", csrfField)))
	part, err := w.CreateFormFile("file", "text")
	check(v.t, err)
	_, err = part.Write([]byte(content))
	check(v.t, err)
	check(v.t, w.Close())
	request := httptest.NewRequestWithContext(v.t.Context(), http.MethodPost, path, strings.NewReader(body.String()))
	request.Host = "127.0.0.1"
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Content-Type", w.FormDataContentType())
	request.Header.Set("Cookie", strings.Split(v.cookie, ";")[0])
	response, err := v.app.Test(request, int(time.Minute.Milliseconds()))
	check(v.t, err)
	check(v.t, response.Body.Close())
	return response.StatusCode
}
