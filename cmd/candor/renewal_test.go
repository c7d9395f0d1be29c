package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"candor/models"
	"candor/models/consent"
	"candor/models/notice"
)

// publishNext publishes the next version of a notice, with the texts of the one in force and another summary.
func (s *site) publishNext(key string, effect notice.Effect) int {
	s.t.Helper()
	n, err := s.program.notices.Current(key)
	check(s.t, err)
	texts := map[string]notice.Text{}
	for tag, text := range n.Texts {
		texts[tag] = notice.Text{Title: text.Title, Summary: "Now also in the evening.", Body: text.Body + "\n\nAlso in the evening."}
	}
	next := notice.Notice{Key: key, Version: n.Version + 1, EffectiveAt: s.program.clock(), Material: true, Effect: effect, Texts: texts}
	if effect == notice.Invalidate {
		next.InvalidFrom = next.EffectiveAt
	}
	check(s.t, s.program.notices.Publish(s.t.Context(), next))
	return next.Version
}

func (v *visitor) decides(choice string) {
	v.t.Helper()
	form := url.Values{
		"choice": {choice}, "csrf": {v.field("/consents", csrfField)}, "served": {v.field("/consents", servedField)},
	}
	if got := v.status(http.MethodPost, "/consents/usage_analytics", form); got != http.StatusSeeOther {
		v.t.Fatalf("%s is answered with %d", choice, got)
	}
}

// told is what a billing system is told about usage_analytics of cus_1: by a decision, and in the list of consents.
func (v *visitor) told() (decision, consents string) {
	v.t.Helper()
	_, decision = v.do(http.MethodPost, "/access/v1/evaluation",
		`{"subject":{"type":"service","id":"s"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_1"}}`)
	_, consents = v.do(http.MethodGet, "/api/v1/customers/cus_1/consents", nil)
	return decision, regexp.MustCompile(`\{"purpose":"usage_analytics".*?\}[^}]*\}`).FindString(consents)
}

var askedCard = regexp.MustCompile(`(?s)<section class="section renewals".*?</section>`)

// C5: a text ends consents; until the customer, asked first of all on the next page, has decided anew, the use is denied.
// Not answering is no answer.
func TestACustomerIsAskedAnewAndDeniedInBetween(t *testing.T) {
	s := newSite(t)
	customer, client := s.signIn("customer", "cus_1"), s.billingSystem("consents:read")
	customer.decides("give")
	if decision, _ := client.told(); !strings.Contains(decision, `"decision":true`) {
		t.Fatalf("given: %s", decision)
	}
	if _, page := customer.do(http.MethodGet, "/", nil); askedCard.MatchString(page) {
		t.Fatal("asked anew about the text that is in force")
	}
	version := s.publishNext("usage_analytics", notice.Invalidate)
	denied := func(when string) {
		t.Helper()
		decision, consents := client.told()
		if !strings.Contains(decision, `"decision":false,"context":{"reason":"consent_invalidated"`) ||
			!strings.Contains(consents, `"state":"invalidated"`) || !strings.Contains(consents, `"allowed":false`) {
			t.Errorf("%s: %s\n%s", when, decision, consents)
		}
	}
	denied("before they have been here")
	before := s.program.log.Head().Size
	for _, path := range []string{"/", "/consents", "/"} {
		_, page := customer.do(http.MethodGet, path, nil)
		card := askedCard.FindString(page)
		for _, want := range []string{
			"Please decide again", "has changed", "Now also in the evening.", "Until you decide, this is not done",
			`href="/notices/usage_analytics/versions/1"`, `aria-pressed="false"`,
		} {
			if version == 2 && !strings.Contains(card, want) || version != 2 && want != `href="/notices/usage_analytics/versions/1"` && !strings.Contains(card, want) {
				t.Errorf("%s: the card lacks %q:\n%s", path, want, card)
			}
		}
		if strings.Contains(card, `aria-pressed="true"`) || strings.Count(page, `id="choice-usage_analytics"`) != 1 {
			t.Errorf("%s: an answer is chosen beforehand, or asked for twice", path)
		}
	}
	if grown := s.program.log.Head().Size - before; grown != 1 {
		t.Errorf("asking three times is %d entries", grown)
	}
	denied("asked, and not answered")
	lapses := &consent.Lapses{Consents: s.program.consent, Logger: slog.New(slog.DiscardHandler)}
	_, err := lapses.Once(context.WithoutCancel(t.Context()))
	check(t, err)
	denied("after the log was told")
	_, history := customer.do(http.MethodGet, "/history?show=choices", nil)
	for _, want := range []string{"became invalid", "You were asked to decide about"} {
		if !strings.Contains(history, want) {
			t.Errorf("the history does not say %q", want)
		}
	}
	customer.decides("give")
	if decision, consents := client.told(); !strings.Contains(decision, `"decision":true`) || !strings.Contains(consents, `"state":"given"`) {
		t.Errorf("given anew: %s %s", decision, consents)
	}
	if _, page := customer.do(http.MethodGet, "/consents", nil); askedCard.MatchString(page) {
		t.Error("asked although they have decided")
	}
	customer.decides("withdraw")
	s.publishNext("usage_analytics", notice.Ask)
	if _, page := customer.do(http.MethodGet, "/consents", nil); askedCard.MatchString(page) {
		t.Error("a no is asked again because the text changed")
	}
}

// A text that asks leaves the consent as it is until they decide: nothing is denied.
func TestATextThatAsksDeniesNothing(t *testing.T) {
	s := newSite(t)
	customer, client := s.signIn("customer", "cus_1"), s.billingSystem("consents:read")
	customer.decides("give")
	s.publishNext("usage_analytics", notice.Ask)
	_, page := customer.do(http.MethodGet, "/consents", nil)
	if card := askedCard.FindString(page); !strings.Contains(card, "stands until you decide") || strings.Contains(card, `aria-pressed="true"`) {
		t.Errorf("not asked, or an answer is chosen beforehand: %s", card)
	}
	if decision, _ := client.told(); !strings.Contains(decision, `"decision":true`) {
		t.Errorf("denied: %s", decision)
	}
	customer.decides("give")
	standing, err := s.program.log.Newest(t.Context(), "cus_1")
	check(t, err)
	entry, err := s.program.log.Entry(t.Context(), standing.Seq)
	check(t, err)
	if entry.Detail.Kind != "consent.renewed" {
		t.Errorf("given anew it is %s", entry.Detail.Kind)
	}
}

// An archive says that a consent has ended, as the pages do.
func TestAnArchiveSaysWhatTheClockHasEnded(t *testing.T) {
	s := newSite(t)
	s.signIn("customer", "cus_1").decides("give")
	s.publishNext("usage_analytics", notice.Invalidate)
	standing, err := s.program.log.Newest(t.Context(), "cus_1")
	check(t, err)
	stands, err := s.program.sources().Consents.Stand(t.Context(), standing)
	check(t, err)
	if got := stands["usage_analytics"].State; got != models.Invalidated {
		t.Errorf("it says %s", got)
	}
}
