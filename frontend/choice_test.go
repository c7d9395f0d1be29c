package frontend

import (
	"regexp"
	"strings"
	"testing"

	"candor/i18n"
)

// renderChoice renders the page of one choice.
func renderChoice(t *testing.T, r *Renderer, catalogue *i18n.Catalogue, c Choice) string {
	t.Helper()
	l, _ := catalogue.Localizer("en")
	page, err := r.Render(l, customer, ChoicesPage{Choices: []Choice{c}})
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

var option = regexp.MustCompile(`<button class="option" name="choice" value="([a-z]+)" aria-pressed="(true|false)">`)

// TestChoiceShowsWhatStands: the button that stands is marked; where nothing stands, none is.
func TestChoiceShowsWhatStands(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	for _, tt := range []struct {
		state State
		basis Basis
		want  string // values, the pressed one with a star
	}{
		{StateNeverAsked, BasisConsent, "give withdraw"},
		{StateExpired, BasisConsent, "give withdraw"},
		{StateInvalidated, BasisConsent, "give withdraw"},
		{StateGiven, BasisConsent, "give* withdraw"},
		{StateRefused, BasisConsent, "give withdraw*"},
		{StateWithdrawn, BasisConsent, "give withdraw*"},
		{StatePermitted, BasisLegitimateInterests, "lift* object"},
		{StateObjected, BasisLegitimateInterests, "lift object*"},
		{StateRequired, BasisContract, ""},
		{StateRequired, BasisLegalObligation, ""},
		{StateRequired, BasisVitalInterests, ""},
	} {
		t.Run(string(tt.state)+"/"+string(tt.basis), func(t *testing.T) {
			page := renderChoice(t, r, catalogue, Choice{Purpose: "p", Basis: tt.basis, State: tt.state, Served: "s3rved", Required: "it must be."})
			var got []string
			for _, m := range option.FindAllStringSubmatch(page, -1) {
				value := m[1]
				if m[2] == "true" {
					value += "*"
				}
				got = append(got, value)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("buttons are %q, want %q", got, tt.want)
			}
			if tt.want == "" && !strings.Contains(page, "it must be.") {
				t.Error("the page does not say why it is required")
			}
		})
	}
}

// TestChoiceSendsWhatWasServed: every form of a choice carries the tokens and leads back to its page.
func TestChoiceSendsWhatWasServed(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	page := renderChoice(t, r, catalogue, Choice{Purpose: "p", Basis: BasisConsent, State: StateGiven, Confirmed: true, Served: "s3rved"})
	sent := regexp.MustCompile(`(?s)<form[^>]*action="/consents/p".*?</form>`).FindAllString(page, -1)
	if len(sent) != 2 {
		t.Fatalf("%d forms, want the choice and its undo", len(sent))
	}
	for _, form := range sent {
		for _, field := range []string{`name="csrf" value="c5rf"`, `name="served" value="s3rved"`, `name="return" value="/consents"`} {
			if !strings.Contains(form, field) {
				t.Errorf("a form lacks %s", field)
			}
		}
	}
	if !strings.Contains(sent[0], `name="choice" value="withdraw"`) {
		t.Errorf("undo does not take back: %s", sent[0])
	}
}

// TestRefusalIsLeftAlone: a refusal asks for no look, whatever else the page asks for.
func TestRefusalIsLeftAlone(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	page := renderChoice(t, r, catalogue, Choice{Purpose: "p", Basis: BasisConsent, State: StateRefused})
	if strings.Contains(page, `class="attention"`) {
		t.Error("a refusal is asked about again")
	}
}
