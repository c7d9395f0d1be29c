package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// keep takes over the cookies that an answer sets, as a browser does.
func (v *visitor) keep(response *http.Response) {
	for _, c := range response.Cookies() {
		if c.MaxAge >= 0 && c.Value != "" {
			v.cookie = c.Name + "=" + c.Value
		}
	}
}

// askCode asks for a code, and has the mail written.
func (v *visitor) askCode(address string) (*http.Response, string) {
	v.t.Helper()
	response, page := v.do(http.MethodPost, "/sign-in/email", url.Values{"email": {address}})
	v.keep(response)
	check(v.t, v.program.outbox.Deliver(v.t.Context()))
	return response, page
}

// mailedCode is the code in the newest mail.
func (s *site) mailedCode() string {
	s.t.Helper()
	last := s.program.demoMail.Last()
	if len(last) == 0 {
		s.t.Fatal("no mail was sent")
	}
	return regexp.MustCompile(`\d{4} \d{4}`).FindString(last[0].Text)
}

// longAgo has a customer's sessions ask who it is, as they do when the sign-in was long ago.
func (s *site) longAgo(t *testing.T, customer string) {
	t.Helper()
	sessions, err := s.program.auth.SessionsOf(t.Context(), customer)
	check(t, err)
	for _, session := range sessions {
		check(t, s.program.data.EndSession(t.Context(), session.Hash))
		session.ProvedAt = session.ProvedAt.Add(-16 * time.Minute)
		check(t, s.program.data.CreateSession(t.Context(), session))
	}
}

func TestSignInByCode(t *testing.T) {
	s := newSite(t)
	v := s.anonymous()
	if response, _ := v.askCode("cus_1@example.test"); response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/sign-in/code" {
		t.Fatalf("%d to %s", response.StatusCode, response.Header.Get("Location"))
	}
	if _, page := v.do(http.MethodGet, "/sign-in/code", nil); !strings.Contains(page, `autocomplete="one-time-code"`) || strings.Contains(page, "cus_1@") {
		t.Error("the page has no field for a code, or tells the address")
	}
	response, page := v.do(http.MethodPost, "/sign-in/code", url.Values{"code": {"12 34"}})
	if response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `value="12 34"`) || !strings.Contains(page, `role="alert"`) {
		t.Errorf("a wrong code: %d", response.StatusCode)
	}
	response, _ = v.do(http.MethodPost, "/sign-in/code", url.Values{"code": {s.mailedCode()}})
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/" {
		t.Fatalf("%d to %s", response.StatusCode, response.Header.Get("Location"))
	}
	v.keep(response)
	if status := v.status(http.MethodGet, "/consents", nil); status != http.StatusOK {
		t.Errorf("after the code: %d", status)
	}
	if _, page := v.do(http.MethodGet, "/account/sessions", nil); strings.Count(page, `class="archive session"`) != 1 {
		t.Error("the list of sessions has not this one alone")
	}
}

// Whole answers are compared: whether an address is on file is told by none of them.
func TestUnknownAddressesAreAnsweredAlike(t *testing.T) {
	s := newSite(t)
	tell := func(address string) string {
		v := s.anonymous()
		response, page := v.askCode(address)
		told := []string{response.Status, page, response.Header.Get("Location")}
		for _, body := range []any{nil, url.Values{"code": {"00000000"}}, url.Values{"code": {"1"}}} {
			method := http.MethodPost
			if body == nil {
				method = http.MethodGet
			}
			response, page := v.do(method, "/sign-in/code", body)
			told = append(told, response.Status, page)
		}
		return regexp.MustCompile(`\d\d:\d\d`).ReplaceAllString(strings.Join(told, "\n"), "")
	}
	if known, unknown := tell("cus_1@example.test"), tell("nobody@example.test"); known != unknown {
		t.Errorf("an address on file is answered with\n%s\nand another with\n%s", known, unknown)
	}
	if sent := len(s.program.demoMail.Last()); sent != 1 {
		t.Errorf("%d mails were sent", sent)
	}
}

// Whoever has asked too often is told when to come back, and finds the address in the form as it was typed.
func TestAskingForCodesTooOften(t *testing.T) {
	s := newSite(t)
	for range 100 {
		response, page := s.anonymous().askCode("nobody@example.test")
		if response.StatusCode == http.StatusSeeOther {
			continue
		}
		if response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") != "900" || !strings.Contains(page, `value="nobody@example.test"`) {
			t.Errorf("%d, to come back after %q", response.StatusCode, response.Header.Get("Retry-After"))
		}
		return
	}
	t.Error("codes may be asked for without end")
}

func TestALinkThatIsOverOffersAnother(t *testing.T) {
	s := newSite(t)
	client := s.billingSystem("sessions")
	_, body := client.do(http.MethodPost, "/api/v1/portal-sessions", `{"customer":"cus_1","flow":"choice:usage_analytics"}`)
	path := regexp.MustCompile(`/sessions/[A-Za-z0-9_-]{43}`).FindString(body)
	v := s.anonymous()
	response, _ := v.do(http.MethodPost, path, url.Values{})
	if response.Header.Get("Location") != "/consents#choice-usage_analytics" {
		t.Errorf("the link leads to %q", response.Header.Get("Location"))
	}
	response, page := s.anonymous().do(http.MethodGet, path, nil)
	if response.StatusCode != http.StatusGone || !strings.Contains(page, `action="`+path+`/fresh"`) || strings.Contains(page, "cus_1") {
		t.Errorf("a used link: %d", response.StatusCode)
	}
	if status := s.anonymous().status(http.MethodPost, path+"/fresh", url.Values{}); status != http.StatusOK {
		t.Errorf("asking for a fresh one: %d", status)
	}
	check(t, s.program.outbox.Deliver(t.Context()))
	fresh := regexp.MustCompile(`/sessions/[A-Za-z0-9_-]{43}`).FindString(s.program.demoMail.Last()[0].Text)
	if fresh == path || s.anonymous().status(http.MethodGet, fresh, nil) != http.StatusOK {
		t.Errorf("the fresh link does not work")
	}
	unknown := "/sessions/" + strings.Repeat("A", 43)
	if _, page := s.anonymous().do(http.MethodGet, unknown, nil); strings.Contains(page, "/fresh") {
		t.Error("a link that never was offers another")
	}
	if status := s.anonymous().status(http.MethodPost, unknown+"/fresh", url.Values{}); status != http.StatusNotFound {
		t.Errorf("asking for one in place of what never was: %d", status)
	}
}

// Whoever came in a while ago shows who they are, and then the download goes on by itself.
func TestADownloadAsksAgain(t *testing.T) {
	s := newSite(t)
	v := s.signIn("customer", "cus_1")
	csrf := v.field("/download", csrfField)
	s.longAgo(t, "cus_1")
	form := url.Values{"csrf": {csrf}, "category": {"contact"}, "from": {"2026-01-02"}}
	response, _ := v.do(http.MethodPost, "/download", form)
	confirm := response.Header.Get("Location")
	if response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(confirm, "/account/confirm?then=") {
		t.Fatalf("%d to %s", response.StatusCode, confirm)
	}
	_, page := v.do(http.MethodGet, confirm, nil)
	then := regexp.MustCompile(`name="then" value="([^"]*)"`).FindStringSubmatch(page)
	if then == nil || !strings.Contains(page, "c…@example.test") {
		t.Fatal("the page offers no code to the address on file")
	}
	response, _ = v.do(http.MethodPost, "/account/confirm", url.Values{"csrf": {csrf}, "then": {strings.ReplaceAll(then[1], "&amp;", "&")}})
	signedIn, _, _ := strings.Cut(v.cookie, ";")
	v.keep(response)
	v.cookie = signedIn + "," + v.cookie
	check(t, s.program.outbox.Deliver(t.Context()))
	response, _ = v.do(http.MethodPost, "/sign-in/code", url.Values{"code": {s.mailedCode()}})
	if response.StatusCode != http.StatusSeeOther || !regexp.MustCompile(`^/download/[0-9a-f-]{36}$`).MatchString(response.Header.Get("Location")) {
		t.Errorf("after the code: %d to %s", response.StatusCode, response.Header.Get("Location"))
	}
}

// Nobody is led elsewhere by what stands in an address.
func TestConfirmingLeadsNowhereElse(t *testing.T) {
	s := newSite(t)
	v := s.signIn("customer", "cus_1")
	for _, then := range []string{
		"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/download/../../evil", "/download/x/archive.zip",
		"/download?next=https://evil.example", "/consents", "/download/%2F%2Fevil", "/sign-out",
	} {
		_, page := v.do(http.MethodGet, "/account/confirm?then="+url.QueryEscape(then), nil)
		m := regexp.MustCompile(`name="then" value="([^"]*)"`).FindStringSubmatch(page)
		if m == nil || regexp.MustCompile(`(?:href|action)="(?:https?:|javascript:|/?/?\\?)[^"?]*evil`).MatchString(page) || (m[1] != "" && m[1] != "/download?") {
			t.Errorf("%q: the page goes on to %q", then, m)
		}
	}
}

func TestSessionsAreEnded(t *testing.T) {
	s := newSite(t)
	here, phone, other := s.signIn("customer", "cus_1"), s.signIn("customer", "cus_1"), s.signIn("customer", "cus_2")
	_, page := other.do(http.MethodGet, "/account/sessions", nil)
	if strings.Contains(page, "/end\"") {
		t.Error("another customer's sessions are listed")
	}
	_, page = here.do(http.MethodGet, "/account/sessions", nil)
	end := regexp.MustCompile(`/account/sessions/[A-Za-z0-9_-]+/end`).FindString(page)
	csrf := csrfField.FindStringSubmatch(page)[1]
	if status := other.status(http.MethodPost, end, url.Values{"csrf": {other.field("/download", csrfField)}}); status != http.StatusNotFound {
		t.Errorf("another customer ends it: %d", status)
	}
	if status := here.status(http.MethodPost, end, url.Values{"csrf": {csrf}}); status != http.StatusSeeOther {
		t.Errorf("ending it: %d", status)
	}
	if status := phone.status(http.MethodGet, "/consents", nil); status != http.StatusUnauthorized {
		t.Errorf("the ended session: %d", status)
	}
	third := s.signIn("customer", "cus_1")
	if status := here.status(http.MethodPost, "/account/sessions/end-others", url.Values{"csrf": {csrf}}); status != http.StatusSeeOther {
		t.Errorf("ending all others: %d", status)
	}
	if third.status(http.MethodGet, "/consents", nil) != http.StatusUnauthorized || here.status(http.MethodGet, "/consents", nil) != http.StatusOK || other.status(http.MethodGet, "/consents", nil) != http.StatusOK {
		t.Error("not all others were ended, or too many")
	}
}
