package main

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"candor/models"
)

var (
	servedPartners = regexp.MustCompile(`(?s)action="/consents/partner_sharing".*?name="served" value="([^"]+)"`)
	hiddenField    = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)
)

// A3: Sec-GPC is an opt-out for the signed-in customer, on whatever page it comes with; its status is shown in words;
// and it is recorded once, not with every request.
func TestTheBrowsersSignalIsHeeded(t *testing.T) {
	s := newSite(t)
	s.signIn("customer", "cus_1")
	before := s.program.log.Head().Size
	signalling := s.anonymous()
	signalling.signal = true
	if got := signalling.status(http.MethodGet, "/", nil); got != http.StatusOK || s.program.log.Head().Size != before {
		t.Errorf("nobody is signed in: %d, and the log grew by %d", got, s.program.log.Head().Size-before)
	}
	customer := s.signIn("customer", "cus_1")
	if _, page := customer.do(http.MethodGet, "/consents", nil); strings.Contains(page, "Global Privacy Control") {
		t.Error("a signal is told of that nobody sent")
	}
	customer.signal = true
	for _, path := range []string{"/", "/consents", "/history", "/consents"} {
		if got := customer.status(http.MethodGet, path, nil); got != http.StatusOK {
			t.Errorf("%s: %d", path, got)
		}
	}
	if grown := s.program.log.Head().Size - before; grown != 1 {
		t.Errorf("the log grew by %d entries, want 1", grown)
	}
	standing, err := s.program.log.Standing(t.Context(), "cus_1")
	check(t, err)
	if got := standing.Choices.Of("partner_sharing"); got.State != models.Refused || !got.Signal {
		t.Errorf("%+v", got)
	}
	_, page := customer.do(http.MethodGet, "/consents", nil)
	if !strings.Contains(page, "This browser asks") || !strings.Contains(page, "Offers from partners: off") {
		t.Error("its status is not shown")
	}
	customer.signal = false
	if _, page = customer.do(http.MethodGet, "/consents", nil); !strings.Contains(page, "Earlier, a browser of yours asked") {
		t.Error("from another browser its status is not shown")
	}
	if _, page = customer.do(http.MethodGet, "/history", nil); !strings.Contains(page, "privacy signal") {
		t.Error("the history does not say how it came")
	}

	// Whoever says yes on the page that tells of the signal says it in spite of it, in two steps (A4).
	customer.signal = true
	_, page = customer.do(http.MethodGet, "/consents", nil)
	form := url.Values{"choice": {"give"}, "csrf": {csrfField.FindStringSubmatch(page)[1]}, "served": {servedPartners.FindStringSubmatch(page)[1]}}
	before = s.program.log.Head().Size
	response, second := customer.do(http.MethodPost, "/consents/partner_sharing", form)
	if response.StatusCode != http.StatusOK || !strings.Contains(second, "Allow “Offers from partners” again?") || s.program.log.Head().Size != before {
		t.Fatalf("the first step: %d, and the log grew by %d", response.StatusCode, s.program.log.Head().Size-before)
	}
	form = url.Values{"choice": {"give"}}
	_, second, _ = strings.Cut(second, `action="/consents/partner_sharing"`)
	for _, field := range hiddenField.FindAllStringSubmatch(second, -1) {
		form.Add(field[1], html.UnescapeString(field[2]))
	}
	if got := customer.status(http.MethodPost, "/consents/partner_sharing", form); got != http.StatusSeeOther {
		t.Fatalf("the second step: %d", got)
	}
	if _, page = customer.do(http.MethodGet, "/consents", nil); !strings.Contains(page, "on, because you said yes after that") {
		t.Error("the yes in spite of the signal does not stand")
	}
}

func TestTheSiteSaysThatItHeedsTheSignal(t *testing.T) {
	s := newSite(t)
	response, body := s.anonymous().do(http.MethodGet, "/.well-known/gpc.json", nil)
	var got struct {
		GPC        bool
		LastUpdate string `json:"lastUpdate"`
	}
	check(t, json.Unmarshal([]byte(body), &got))
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "application/json" || !got.GPC || len(got.LastUpdate) != len("2026-11-29") {
		t.Errorf("%d %v %s", response.StatusCode, response.Header, body)
	}
}
