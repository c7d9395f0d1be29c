package main

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"candor/models/auth"
)

// requirementStep posts one of the forms of a version's page, as the visitor sees it now.
func (v *visitor) requirementStep(path, name string, more url.Values) (*http.Response, string) {
	v.t.Helper()
	form := url.Values{"csrf": {v.field("/staff/requirements", csrfField)}}
	if _, page := v.do(http.MethodGet, path, nil); revisionField.MatchString(page) {
		form.Set("revision", revisionField.FindStringSubmatch(page)[1])
	}
	maps.Copy(form, more)
	return v.do(http.MethodPost, path+"/"+name, form)
}

// An officer writes a policy anew and cannot approve it; an approver does, as material; and whoever had acknowledged the
// version before is asked again until they have acknowledged this one.
func TestAnOfficerWritesAPolicyAndItsApprovalAsksStaffAgain(t *testing.T) {
	s, asked := trainingSite(t)
	officer, approver := s.signIn("staff", auth.RolePrivacyOfficer), s.signIn("staff", auth.RoleLegalApprover)
	officer.learn()
	if status := officer.status(http.MethodGet, "/staff/requests/"+asked, nil); status != http.StatusOK {
		t.Fatalf("trained, and kept out: %d", status)
	}
	response, _ := officer.do(http.MethodPost, "/staff/requirements", url.Values{"csrf": {officer.field("/staff/requirements", csrfField)}, "key": {"privacy_policy"}})
	path := response.Header.Get("Location")
	if response.StatusCode != http.StatusSeeOther || path != "/staff/requirements/privacy_policy/versions/2" {
		t.Fatalf("starting was answered with %d to %s", response.StatusCode, path)
	}
	rules := url.Values{"language": {"en"}, "kind": {"policy"}, "roles": {auth.RolePrivacyOfficer}, "validity": {"P12M"}, "grace": {"0"}, "en/title": {"How we treat <data>"}}
	bad := url.Values{"grace": {"soon"}}
	for name, value := range rules {
		if name != "grace" {
			bad[name] = value
		}
	}
	response, page := officer.requirementStep(path, "text", bad)
	officer.must(http.StatusUnprocessableEntity, "saving what is no number", response, page)
	if !strings.Contains(page, "How we treat &lt;data&gt;") {
		t.Error("what was written is lost")
	}
	response, page = officer.requirementStep(path, "text", rules)
	officer.must(http.StatusSeeOther, "saving", response, page)
	for _, l := range []string{"de", "fr", "es", "pl", "ar"} {
		response, page = officer.requirementStep(path, "text", url.Values{"language": {l}, l + "/title": {"Neu"}})
		officer.must(http.StatusSeeOther, "translating into "+l, response, page)
	}
	if _, overview := officer.do(http.MethodGet, "/staff", nil); !strings.Contains(overview, `href="`+path+`"`) {
		t.Error("the overview does not tell that a draft waits")
	}
	response, page = officer.requirementStep(path, "submit", nil)
	officer.must(http.StatusSeeOther, "submitting", response, page)
	for who, waits := range map[*visitor]bool{officer: false, approver: true} { // only whoever may approve it is told to
		if _, overview := who.do(http.MethodGet, "/staff", nil); strings.Contains(overview, `href="`+path+`"`) != waits {
			t.Errorf("that it waits for approval is on the overview, or not, unlike %v", waits)
		}
	}
	response, _ = officer.requirementStep(path, "approve", url.Values{"material": {"yes"}})
	officer.must(http.StatusForbidden, "approving one's own", response, "")
	response, page = approver.requirementStep(path, "approve", nil)
	approver.must(http.StatusUnprocessableEntity, "approving without saying whether it is material", response, page)
	response, page = approver.requirementStep(path, "approve", url.Values{"material": {"yes"}})
	approver.must(http.StatusSeeOther, "approving", response, page)
	if status := officer.status(http.MethodGet, "/staff/requests/"+asked, nil); status != http.StatusOK {
		t.Errorf("approved, and in force before it is published: %d", status)
	}
	response, page = approver.requirementStep(path, "schedule", url.Values{"now": {"yes"}})
	approver.must(http.StatusSeeOther, "publishing", response, page)

	if _, mine := officer.do(http.MethodGet, "/staff/training", nil); !strings.Contains(mine, "A new version asks again") {
		t.Error("a material version asks nobody again")
	}
	form, text := officer.requirementForm("/staff/training/privacy_policy")
	if !strings.Contains(text, "How we treat &lt;data&gt;") {
		t.Error("staff do not see the new text")
	}
	response, page = officer.do(http.MethodPost, "/staff/training/privacy_policy", form)
	officer.must(http.StatusSeeOther, "acknowledging", response, page)
	if _, mine := officer.do(http.MethodGet, "/staff/training", nil); strings.Contains(mine, "A new version asks again") {
		t.Error("acknowledged, and asked once more")
	}
	if status := officer.status(http.MethodGet, "/staff/requests/"+asked, nil); status != http.StatusOK {
		t.Errorf("acknowledged, and kept out: %d", status)
	}
}

// A training is written without a script: its questions come with the form that is saved, and blank ones are none.
func TestAnOfficerWritesATrainingAndWithdrawsIt(t *testing.T) {
	s, _ := trainingSite(t)
	officer := s.signIn("staff", auth.RolePrivacyOfficer)
	list := "/staff/requirements"
	response, page := officer.do(http.MethodPost, list, url.Values{"csrf": {officer.field(list, csrfField)}, "key": {"Not a key"}})
	officer.must(http.StatusUnprocessableEntity, "a key that cannot be", response, page)
	response, page = officer.do(http.MethodPost, list, url.Values{"csrf": {officer.field(list, csrfField)}, "key": {"phishing"}})
	officer.must(http.StatusSeeOther, "starting", response, page)
	path := response.Header.Get("Location")
	form := url.Values{
		"language": {"en"}, "kind": {"training"}, "roles": {auth.RoleAuditor}, "pass_mark": {"80"}, "en/title": {"Phishing"}, "en/body": {"Look **twice**."},
		"question": {"q1", "q2"}, "answer": {"q1/a1", "q1/a2", "q1/a3", "q2/a1"}, "right": {"q1/a2"},
		"en/questions/q1": {"Whom do you tell?"}, "en/questions/q1/a1": {"Nobody"}, "en/questions/q1/a2": {"The help desk"}, "en/questions/q1/a3": {""},
		"en/questions/q1/explanation": {"They can warn others."}, "en/questions/q2": {" "}, "en/questions/q2/a1": {""},
	}
	response, page = officer.requirementStep(path, "text", form)
	officer.must(http.StatusSeeOther, "saving", response, page)
	_, page = officer.do(http.MethodGet, path, nil)
	for _, want := range []string{"<strong>twice</strong>", `name="right" value="q1/a2" checked`, `name="question" value="q2"`, "They can warn others."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `value="q3"`) || strings.Contains(page, "q2 is") {
		t.Error("a question without a word was kept")
	}
	if _, page = officer.do(http.MethodGet, path+"?language=de", nil); !strings.Contains(page, `name="de/questions/q1/a2"`) || strings.Contains(page, "q1/a3") {
		t.Error("the translation does not ask for the answers that there are")
	}
	response, page = officer.requirementStep(path, "withdraw", url.Values{"reason": {"not needed"}})
	officer.must(http.StatusSeeOther, "withdrawing", response, page)
	response, _ = officer.requirementStep(path, "text", form)
	officer.must(http.StatusConflict, "writing on what is withdrawn", response, "")
}

// What was written when the session ended is shown again, goes on after signing in, and is shown too if the version can no
// longer change.
func TestARequirementOutlivesTheSession(t *testing.T) {
	s, _ := trainingSite(t)
	officer := s.signIn("staff", auth.RolePrivacyOfficer)
	list := "/staff/requirements"
	response, page := officer.do(http.MethodPost, list, url.Values{"csrf": {officer.field(list, csrfField)}, "key": {"phishing"}})
	officer.must(http.StatusSeeOther, "starting", response, page)
	path := response.Header.Get("Location")
	form := url.Values{
		"language": {"en"}, "kind": {"training"}, "roles": {auth.RoleAuditor, auth.RoleAdmin}, "en/title": {"Phishing"}, "en/body": {"Look <twice>."},
		"question": {"q1"}, "answer": {"q1/a1"}, "en/questions/q1": {"Whom do you tell?"}, "csrf": {"of another session"}, "revision": {"1"},
	}
	resumed := url.Values{}
	for name, late := range map[string]*visitor{"signed out": s.anonymous(), "signed in again": officer} {
		response, page := late.do(http.MethodPost, path+"/text", form)
		if want := map[string]int{"signed out": http.StatusUnauthorized, "signed in again": http.StatusForbidden}[name]; response.StatusCode != want {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
		if !strings.Contains(page, "Look &lt;twice&gt;.") || !strings.Contains(page, `action="`+path+`/edit"`) || strings.Contains(page, "another session") {
			t.Errorf("%s: the text is lost", name)
		}
		for _, m := range hidden.FindAllStringSubmatch(page, -1) {
			if name == "signed out" {
				resumed.Add(m[1], html.UnescapeString(m[2]))
			}
		}
	}
	if len(resumed["roles"]) != 2 || resumed.Get("en/questions/q1") != "Whom do you tell?" {
		t.Fatalf("the rest of the form is lost: %v", resumed)
	}
	resumed["en/title"], resumed["en/body"] = form["en/title"], form["en/body"]
	response, page = officer.do(http.MethodPost, path+"/edit", resumed)
	officer.must(http.StatusOK, "going on", response, page)
	for _, want := range []string{"Look &lt;twice&gt;.", "Whom do you tell?", `value="Phishing"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form comes back without %s", want)
		}
	}
	if _, page := officer.do(http.MethodGet, path, nil); strings.Contains(page, "Phishing") {
		t.Error("going on has saved")
	}
	response, page = officer.requirementStep(path, "withdraw", url.Values{"reason": {"not needed"}})
	officer.must(http.StatusSeeOther, "withdrawing", response, page)
	response, _ = officer.requirementStep(path, "text", form)
	if response.StatusCode != http.StatusForbidden { // the token is still another session's
		t.Errorf("%d", response.StatusCode)
	}
	form.Del("csrf")
	response, page = officer.requirementStep(path, "text", form)
	if response.StatusCode != http.StatusConflict || !strings.Contains(page, "Look &lt;twice&gt;.") {
		t.Errorf("written on what is withdrawn, the text is lost: %d", response.StatusCode)
	}
}

// learn acknowledges and passes all that binds an officer.
func (v *visitor) learn() {
	v.t.Helper()
	for _, key := range []string{"privacy_policy", "security_policy", "data_protection"} {
		form, _ := v.requirementForm("/staff/training/" + key)
		form["reason"], form["deadline"], form["rights"] = []string{"ticket"}, []string{"confirm"}, []string{"erase", "copy", "optout"}
		if response, page := v.do(http.MethodPost, "/staff/training/"+key, form); response.StatusCode >= http.StatusBadRequest {
			v.t.Fatalf("%s: %d %s", key, response.StatusCode, page)
		}
	}
}
