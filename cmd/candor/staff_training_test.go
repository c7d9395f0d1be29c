package main

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"candor/cmd/candor/operators"
	"candor/frontend"
	"candor/handlers/web"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/ledger"
	"candor/models/request"
)

// trainingSite is the whole program with what a demo's operator asks of its staff, and a request to be answered.
func trainingSite(t *testing.T) (s *site, asked string) {
	t.Helper()
	files, err := operators.Open("utility")
	check(t, err)
	dir := t.TempDir()
	given := settings{
		BaseURL: "http://127.0.0.1", Origin: "privacy.example.com/log", Store: "sqlite:" + filepath.Join(dir, "candor.db"), PerSecond: 1_000_000,
		signInSettings: signInSettings{ShowMail: true, StepUpAfter: 15 * time.Minute},
	}
	given.complete()
	p, err := open(t.Context(), given, files, slog.New(slog.DiscardHandler))
	check(t, err)
	t.Cleanup(func() { check(t, p.close()) })
	check(t, p.billing.PutCustomer(t.Context(), billing.Profile{Customer: customer("cus_1"), Name: "Person", Email: "cus_1@example.test"}))
	r, _, err := p.requests.Ask(t.Context(), request.Question{
		Customer: "cus_1", Kind: request.Erasure, Asked: request.Asked{Text: "Please erase it."}, Channel: "web", Actor: ledger.Actor{Type: ledger.ActorCustomer},
	})
	check(t, err)
	app, err := p.site(&web.Demo{Customers: []frontend.DemoCustomer{{Ref: "cus_1"}}, Roles: auth.Roles(), Staff: p.demoStaff})
	check(t, err)
	return &site{t, p, app}, r.ID
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// requirementForm reads the hidden fields of a page's form about a requirement.
func (v *visitor) requirementForm(path string) (url.Values, string) {
	v.t.Helper()
	response, page := v.do(http.MethodGet, path, nil)
	if response.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %d", path, response.StatusCode)
	}
	i := strings.Index(page, `class="section panel test"`)
	if i < 0 {
		v.t.Fatalf("%s has no form", path)
	}
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page[i:], -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	return form, page
}

func (s *site) attested() int {
	s.t.Helper()
	n := 0
	for seq := range s.program.log.Head().Size {
		r, err := s.program.log.Entry(context.Background(), seq)
		check(s.t, err)
		if r.Detail.Kind == ledger.StaffAttested {
			n++
		}
	}
	return n
}

// An officer who has not been trained is kept out of what customers ask, is led to what is missing, does it, and is back
// where they wanted to be.
func TestAnUntrainedOfficerIsKeptOutTrainsAndGetsIn(t *testing.T) {
	s, asked := trainingSite(t)
	officer := s.signIn("staff", auth.RolePrivacyOfficer)
	wanted := "/staff/requests/" + asked
	response, _ := officer.do(http.MethodGet, wanted, nil)
	if to := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || to != "/staff/training?return="+url.QueryEscape(wanted) {
		t.Fatalf("%d to %s", response.StatusCode, to)
	}
	if _, list := officer.do(http.MethodGet, "/staff/requests", nil); !strings.Contains(list, "Access to personal data is withheld") {
		t.Error("the list does not say that something is withheld")
	}
	_, page := officer.do(http.MethodGet, response.Header.Get("Location"), nil)
	if !strings.Contains(page, "withheld") || strings.Count(page, "standing-missing") != 3 {
		t.Errorf("it does not say what is missing: %s", page)
	}
	csrf, _ := officer.requirementForm("/staff/training/privacy_policy")
	refused, why := officer.do(http.MethodPost, wanted+"/accept", url.Values{"csrf": {csrf.Get("csrf")}})
	if refused.StatusCode != http.StatusForbidden || !strings.Contains(why, "/staff/training") {
		t.Errorf("a form is answered with %d", refused.StatusCode)
	}

	back := "?return=" + url.QueryEscape(wanted)
	for _, key := range []string{"privacy_policy", "security_policy"} {
		form, _ := officer.requirementForm("/staff/training/" + key + back)
		response, _ := officer.do(http.MethodPost, "/staff/training/"+key, form)
		if to := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/staff/training?") {
			t.Fatalf("%s: %d to %s", key, response.StatusCode, to)
		}
	}
	form, _ := officer.requirementForm("/staff/training/data_protection" + back)
	before := s.attested()
	form["reason"] = []string{"ticket"}
	response, page = officer.do(http.MethodPost, "/staff/training/data_protection", form)
	if response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `value="ticket" checked`) || s.attested() != before {
		t.Errorf("half-answered: %d, %d entries more", response.StatusCode, s.attested()-before)
	}
	form["deadline"], form["rights"] = []string{"never"}, []string{"erase", "copy", "optout"}
	response, page = officer.do(http.MethodPost, "/staff/training/data_protection", form)
	if response.StatusCode != http.StatusOK || !strings.Contains(page, "Not passed: 66 percent") || !strings.Contains(page, "11 CCR 7021") {
		t.Errorf("failed: %d %s", response.StatusCode, page)
	}
	if status := officer.status(http.MethodGet, wanted, nil); status != http.StatusSeeOther {
		t.Errorf("let in after a failed attempt: %d", status)
	}
	form, _ = officer.requirementForm("/staff/training/data_protection" + back)
	form["reason"], form["deadline"], form["rights"] = []string{"ticket"}, []string{"confirm"}, []string{"erase", "copy", "optout"}
	_, page = officer.do(http.MethodPost, "/staff/training/data_protection", form)
	if !strings.Contains(page, "Passed with 100 percent") || !strings.Contains(page, `href="`+wanted+`"`) {
		t.Errorf("passed: %s", page)
	}
	if status := officer.status(http.MethodGet, wanted, nil); status != http.StatusOK {
		t.Errorf("trained, and kept out: %d", status)
	}
	size := s.attested()
	if _, again := officer.do(http.MethodPost, "/staff/training/data_protection", form); !strings.Contains(again, "Passed") || s.attested() != size {
		t.Errorf("sent twice, it is recorded %d times more", s.attested()-size)
	}
	if err := s.program.rebuildTraining(t.Context(), true); err != nil {
		t.Error(err)
	}
}

// What was shown counts: the token of another requirement, another session or another time proves nothing.
func TestOnlyWhatWasShownIsAttested(t *testing.T) {
	s, _ := trainingSite(t)
	officer, auditor := s.signIn("staff", auth.RolePrivacyOfficer), s.signIn("staff", auth.RoleAuditor)
	own, _ := officer.requirementForm("/staff/training/privacy_policy")
	other, _ := officer.requirementForm("/staff/training/security_policy")
	foreign, _ := auditor.requirementForm("/staff/training/privacy_policy")
	before := s.attested()
	for name, served := range map[string]string{"none": "", "another requirement's": other.Get("served"), "another session's": foreign.Get("served")} {
		response, page := officer.do(http.MethodPost, "/staff/training/privacy_policy", url.Values{"csrf": own["csrf"], "served": {served}})
		if response.StatusCode != http.StatusConflict || !strings.Contains(page, "Nothing was recorded") {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
	}
	if s.attested() != before {
		t.Error("something was recorded")
	}
	editor := s.signIn("staff", auth.RoleLegalEditor)
	if status := editor.status(http.MethodGet, "/staff/training/data_protection", nil); status != http.StatusNotFound {
		t.Errorf("a training that does not bind an editor: %d", status)
	}
}

// Nobody is sent to another site after training.
func TestTrainingLeadsBackToOurOwnPagesOnly(t *testing.T) {
	s, _ := trainingSite(t)
	officer := s.signIn("staff", auth.RolePrivacyOfficer)
	for _, to := range []string{"https://elsewhere.example/staff/x", "//elsewhere.example/staff/x", "/\\elsewhere.example", "/consents", "javascript:alert(1)", "/staff/../consents", "/staff/\r\nx"} {
		if form, _ := officer.requirementForm("/staff/training/privacy_policy?return=" + url.QueryEscape(to)); form.Get("return") != "" {
			t.Errorf("%q is kept as %q", to, form.Get("return"))
		}
	}
}

// Every route that a permission on personal data opens leads whoever has it and is untrained to the training, and does
// nothing for them; other routes are open as ever.
func TestEveryRouteOfPersonalDataIsWithheld(t *testing.T) {
	s, _ := trainingSite(t)
	withheld := 0
	for _, role := range auth.Roles() {
		v := s.signIn("staff", role)
		for _, route := range s.app.GetRoutes(true) {
			if route.Method != http.MethodGet || !strings.HasPrefix(route.Path, "/staff") || strings.HasPrefix(route.Path, "/staff/training") {
				continue
			}
			response, _ := v.do(http.MethodGet, example(route.Path), nil)
			if strings.HasPrefix(response.Header.Get("Location"), "/staff/training?return=") {
				withheld++
				if role != auth.RolePrivacyOfficer && role != auth.RoleAuditor {
					t.Errorf("%s is withheld from %s, who has no such permission", route.Path, role)
				}
			}
		}
	}
	if withheld == 0 {
		t.Error("nothing is withheld")
	}
}

// Whoever must know something gets a mail that says what, in the words of the page that it leads to.
func TestStaffAreRemindedByMail(t *testing.T) {
	s, _ := trainingSite(t)
	officer := s.signIn("staff", auth.RolePrivacyOfficer)
	for range 2 {
		check(t, s.program.reminders().Once(t.Context()))
		check(t, s.program.outbox.Deliver(t.Context()))
	}
	sent := s.program.demoMail.Last()
	if len(sent) != 1 || sent[0].To != demoEmail(auth.RolePrivacyOfficer) || !strings.Contains(sent[0].Subject, "is withheld") {
		t.Fatalf("%+v", sent)
	}
	link := regexp.MustCompile(`http://127.0.0.1(/staff/\S+)`).FindStringSubmatch(sent[0].Text)
	if link == nil {
		t.Fatal(sent[0].Text)
	}
	_, page := officer.do(http.MethodGet, link[1], nil)
	for _, title := range regexp.MustCompile(`(?m)^– ([^:]+): `).FindAllStringSubmatch(sent[0].Text, -1) {
		if !strings.Contains(html.UnescapeString(page), title[1]) {
			t.Errorf("the page it leads to says nothing of %q", title[1])
		}
	}
	if n := strings.Count(sent[0].Text, "\n– "); n != 3 {
		t.Errorf("it tells of %d: %s", n, sent[0].Text)
	}
}
