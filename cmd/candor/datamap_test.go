package main

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/ledger"
)

const purposeForm = "/staff/data-map/edit/purposes/usage_analytics"

var (
	revisionField = regexp.MustCompile(`name="revision" value="(\d+)"`)
	formInputs    = regexp.MustCompile(`<(?:input|textarea)[^>]* name="([^"]+)"[^>]*>`)
	formTexts     = regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>`)
	inputValue    = regexp.MustCompile(`value="([^"]*)"`)
	formSelects   = regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`)
	chosenOption  = regexp.MustCompile(`value="([^"]*)" selected`)
)

// form is what a browser would send back of a page's form of an element, untouched.
func (v *visitor) form(path string) url.Values {
	v.t.Helper()
	_, page := v.do(http.MethodGet, path, nil)
	_, page, ok := strings.Cut(page, `class="staff-form map-form"`)
	if !ok {
		v.t.Fatalf("%s has no form", path)
	}
	page, _, _ = strings.Cut(page, "</form>")
	out := url.Values{"do": {"save"}}
	for _, m := range formInputs.FindAllStringSubmatch(page, -1) {
		value := inputValue.FindStringSubmatch(m[0])
		if value == nil || strings.Contains(m[0], `type="checkbox"`) && !strings.Contains(m[0], " checked") {
			continue
		}
		out.Add(m[1], html.UnescapeString(value[1]))
	}
	for _, m := range formTexts.FindAllStringSubmatch(page, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range formSelects.FindAllStringSubmatch(page, -1) {
		if value := chosenOption.FindStringSubmatch(m[2]); value != nil {
			out.Set(m[1], value[1])
		}
	}
	return out
}

// step posts one of the forms of the data map's page.
func (v *visitor) step(name string, more url.Values) (*http.Response, string) {
	v.t.Helper()
	form := url.Values{"csrf": {v.field("/staff/data-map", csrfField)}}
	if _, page := v.do(http.MethodGet, "/staff/data-map", nil); revisionField.MatchString(page) {
		form.Set("revision", revisionField.FindStringSubmatch(page)[1])
	}
	maps.Copy(form, more)
	return v.do(http.MethodPost, "/staff/data-map/"+name, form)
}

func (v *visitor) must(status int, doing string, response *http.Response, page string) {
	v.t.Helper()
	if response.StatusCode != status {
		v.t.Fatalf("%s was answered with %d, want %d: %s", doing, response.StatusCode, status, attention(page))
	}
}

func attention(page string) string {
	_, said, _ := strings.Cut(page, `id="problem"`)
	return said[:min(len(said), 600)]
}

func TestAnOfficerEditsAPurposeAndAnApproverPublishesIt(t *testing.T) {
	s := newSite(t)
	officer, approver, customer := s.signIn("staff", auth.RolePrivacyOfficer), s.signIn("staff", auth.RoleLegalApprover), s.signIn("customer", "cus_1")
	response, page := officer.step("draft", nil)
	officer.must(http.StatusSeeOther, "starting a draft", response, page)

	form := officer.form(purposeForm)
	form.Set("renewal", "P6M")
	form.Set("on.en", "We look at <every> reading.")
	form.Set("on.de", form.Get("on.de")+" Jede Nacht.")
	response, page = officer.do(http.MethodPost, purposeForm, form)
	officer.must(http.StatusSeeOther, "saving", response, page)
	if again := officer.form(purposeForm); again.Get("renewal") != "P6M" || again.Get("on.en") != "We look at <every> reading." {
		t.Fatalf("the form says %v", again)
	}
	if _, page := customer.do(http.MethodGet, "/consents", nil); strings.Contains(page, "We look at &lt;every") {
		t.Fatal("a customer sees a draft")
	}
	response, page = officer.step("submit", nil)
	officer.must(http.StatusSeeOther, "submitting", response, page)
	response, _ = officer.step("approve", nil)
	officer.must(http.StatusForbidden, "approving one's own", response, "")
	response, _ = approver.step("schedule", nil)
	officer.must(http.StatusConflict, "publishing what is not approved", response, "")
	response, page = approver.step("approve", nil)
	officer.must(http.StatusSeeOther, "approving", response, page)
	before := s.program.log.Head().Size
	response, page = approver.step("schedule", nil)
	officer.must(http.StatusSeeOther, "publishing", response, page)

	if _, page := customer.do(http.MethodGet, "/consents", nil); !strings.Contains(page, "We look at &lt;every&gt; reading.") {
		t.Error("a customer does not see the new wording at once")
	}
	kinds := map[string]string{}
	for seq := before; seq < s.program.log.Head().Size; seq++ {
		entry, err := s.program.log.Entry(t.Context(), seq)
		check(t, err)
		kinds[entry.Detail.Kind] = entry.Detail.Purpose
		if entry.Detail.Kind == ledger.PurposeChanged || entry.Detail.Kind == ledger.DataMapPublished {
			response, _ := s.anonymous().do(http.MethodGet, fmt.Sprintf("/log/disclosures/%d", seq), nil)
			officer.must(http.StatusOK, "the disclosure of "+entry.Detail.Kind, response, "")
		}
	}
	if kinds[ledger.PurposeChanged] != "usage_analytics" || len(kinds) < 2 {
		t.Errorf("the log says %v", kinds)
	}
	if _, page := officer.do(http.MethodGet, "/staff/data-map/versions?a=1&b=2", nil); !strings.Contains(page, "6 months</ins>") || !onlyNight.MatchString(page) {
		t.Error("the comparison of two versions does not show what changed, word by word")
	}
	if _, page := officer.do(http.MethodGet, "/staff/data-map", nil); !strings.Contains(page, "<span>6 months</span>") || strings.Contains(page, "P6M") {
		t.Error("the table does not say a period in words")
	}
	if _, record := officer.do(http.MethodGet, "/staff/data-map/record.csv", nil); !strings.Contains(record, "Understand your usage") || len(strings.Split(record, "\n")) < 4 {
		t.Errorf("the record of processing: %s", record)
	}
}

var onlyNight = regexp.MustCompile(`<ins><bdi[^>]*>Added: </bdi>\s*Jede Nacht\.</ins>`)

// An operator that takes another name and moves to another zone is called so at once, and its times are told there.
func TestPagesNameTheOperatorOfTheDataMapInForce(t *testing.T) {
	s := newSite(t)
	officer, approver := s.signIn("staff", auth.RolePrivacyOfficer), s.signIn("staff", auth.RoleLegalApprover)
	const operator = "/staff/data-map/edit/operator"
	front := func() string {
		_, page := s.anonymous().do(http.MethodGet, "/notices/privacy", nil)
		return page
	}
	response, page := officer.step("draft", nil)
	officer.must(http.StatusSeeOther, "starting a draft", response, page)
	form := officer.form(operator)
	old := form.Get("name.en")
	form.Set("name.en", "Candle & Sons")
	form.Set("time_zone", "Pacific/Kiritimati") // 14 hours ahead: another day than the old zone's more often than not
	form.Set("email", "ask@candle.example")
	response, page = officer.do(http.MethodPost, operator, form)
	officer.must(http.StatusSeeOther, "saving", response, page)
	if page := front(); !strings.Contains(page, html.EscapeString(old)) || strings.Contains(page, "Candle") {
		t.Fatal("a draft has changed what the operator is called")
	}
	response, page = officer.step("submit", nil)
	officer.must(http.StatusSeeOther, "submitting", response, page)
	response, page = approver.step("approve", url.Values{"note": {"A new name."}})
	officer.must(http.StatusSeeOther, "approving", response, page)
	response, page = approver.step("schedule", nil)
	officer.must(http.StatusSeeOther, "publishing", response, page)

	page = front()
	if !strings.Contains(page, "<span>Candle &amp; Sons</span>") || !strings.Contains(page, "ask@candle.example") {
		t.Error("pages still name the operator as it was when the program started")
	}
	approved := texts{approver}.page("/staff/data-map")
	at := s.program.maps.Newest().EffectiveAt
	zone, err := time.LoadLocation("Pacific/Kiritimati")
	check(t, err)
	words, _ := s.program.catalogue.Localizer("en")
	if told := words.In(zone).DateTime(at); !strings.Contains(approved, told) {
		t.Errorf("pages do not tell times in the operator's new zone: no %s", told)
	}
}

func TestTwoOfficersLoseNothing(t *testing.T) {
	s := newSite(t)
	one, two := s.signIn("staff", auth.RolePrivacyOfficer), s.signIn("staff", auth.RolePrivacyOfficer)
	response, page := one.step("draft", nil)
	one.must(http.StatusSeeOther, "starting a draft", response, page)
	mine, theirs := one.form(purposeForm), two.form(purposeForm)
	theirs.Set("renewal", "P3M")
	mine.Set("renewal", "P9M")
	response, page = two.do(http.MethodPost, purposeForm, theirs)
	two.must(http.StatusSeeOther, "saving first", response, page)
	response, page = one.do(http.MethodPost, purposeForm, mine)
	one.must(http.StatusConflict, "saving second", response, page)
	if !strings.Contains(page, "P3M") || !strings.Contains(page, "P9M") {
		t.Error("the conflict does not show both")
	}
	again := maps.Clone(mine)
	again.Set("revision", revisionField.FindStringSubmatch(page)[1])
	response, page = one.do(http.MethodPost, purposeForm, again)
	one.must(http.StatusSeeOther, "saving again", response, page)
}

// A form that comes back because the session was over is still about what its sender saw: it loses nothing, and nothing is
// written over with it.
func TestAFormThatComesBackIsAboutWhatWasSeen(t *testing.T) {
	s := newSite(t)
	one, two := s.signIn("staff", auth.RolePrivacyOfficer), s.signIn("staff", auth.RolePrivacyOfficer)
	response, page := one.step("draft", nil)
	one.must(http.StatusSeeOther, "starting a draft", response, page)
	mine, theirs := one.form(purposeForm), two.form(purposeForm)
	theirs.Set("renewal", "P3M")
	response, page = two.do(http.MethodPost, purposeForm, theirs)
	two.must(http.StatusSeeOther, "saving first", response, page)

	mine.Set("renewal", "P9M")
	late := maps.Clone(mine)
	late.Set("csrf", "of another session")
	const resume = "/staff/data-map/resume?part=purposes%2Fusage_analytics"
	resumed := url.Values{}
	for who, want := range map[*visitor]int{s.anonymous(): http.StatusUnauthorized, one: http.StatusForbidden} {
		response, page := who.do(http.MethodPost, purposeForm, late)
		if response.StatusCode != want || !strings.Contains(page, `action="`+resume+`"`) || strings.Contains(page, "another session") {
			t.Fatalf("%d, and the form is lost", response.StatusCode)
		}
		resumed = url.Values{}
		for _, m := range hidden.FindAllStringSubmatch(page, -1) {
			resumed.Add(m[1], html.UnescapeString(m[2]))
		}
	}
	response, page = one.do(http.MethodPost, resume, resumed)
	one.must(http.StatusOK, "going on", response, page)
	if revision := revisionField.FindStringSubmatch(page)[1]; !strings.Contains(page, `value="P9M"`) || revision != mine.Get("revision") {
		t.Errorf("what was written is lost, or is about revision %s instead of %s", revision, mine.Get("revision"))
	}
	response, page = one.do(http.MethodPost, purposeForm, mine)
	one.must(http.StatusConflict, "saving what was resumed", response, page)
}

func TestWhatIsWrongIsSaidInTheReadersWords(t *testing.T) {
	s := newSite(t)
	officer := s.signIn("staff", auth.RolePrivacyOfficer)
	response, page := officer.step("draft", nil)
	officer.must(http.StatusSeeOther, "starting a draft", response, page)
	form := officer.form(purposeForm)
	form.Set("on.en", " ")
	response, page = officer.do(http.MethodPost, purposeForm, form)
	officer.must(http.StatusSeeOther, "saving", response, page)
	_, page = officer.do(http.MethodGet, "/staff/data-map?lang=de", nil)
	if !strings.Contains(page, "was „ein“ bedeutet") || !strings.Contains(page, purposeForm+"#on") {
		t.Error("what is missing is not said in German, with where it is mended")
	}
	response, _ = officer.step("submit", nil)
	officer.must(http.StatusConflict, "submitting what is incomplete", response, "")
}
