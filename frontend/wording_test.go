package frontend

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func sampleWorded() Choice {
	return Choice{
		Purpose: "usage_analytics", Label: "Analysis of your usage", Summary: "We look for patterns.", Basis: BasisConsent,
		OnMeaning: "We analyse it.", OffMeaning: "Nobody looks.", Attention: AttentionNeverAsked,
		Notice: &NoticeText{Key: "usage_analytics", Version: 3, Title: "What we analyse", HTML: "<p>At length.</p>", SHA256: "9f86"},
	}
}

// A wording is to the byte what docs/log-format.md says.
func TestAWordingIsWhatThePageSays(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	en, _ := catalogue.Localizer("en")
	c := sampleWorded()
	c.Summary = "[give] is no\u00a0button  here."
	w, err := r.Wording(en, "/consents", c)
	if err != nil {
		t.Fatal(err)
	}
	want := `candor-wording-v1
language en
page /consents
purpose usage_analytics

# What may we use your data for?
You decide, use by use. A “no” costs you nothing: your contract goes on as before. You can change your mind here at any time.
## Yours to decide
It takes effect at once, and is written into the log with a receipt for you.
You have not decided this yet. Until you do, it is not done.
### Analysis of your usage
\[give] is no` + "\u00a0" + `button here.
Your consent
[give] Allowed · We analyse it.
[withdraw] Not allowed · Nobody looks.
[open] Read the full text (version 3)
[notice] usage_analytics 3 en 9f86
This text on a page of its own, with its history
`
	if string(w.Text) != want {
		t.Errorf("got\n%s\nwant\n%s", w.Text, want)
	}
}

// Every page that has a choice says the words of its wording, in that order, whoever it is shown to and wherever they stand.
func TestAPageSaysItsWording(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	for _, language := range catalogue.Languages() {
		l, _ := catalogue.Localizer(language.Tag)
		for _, c := range sampleChoices() {
			for path, page := range map[string]Page{"/consents": ChoicesPage{Choices: sampleChoices()}, "/": OverviewPage{Choices: sampleChoices()}} {
				if c.Notice == nil {
					continue
				}
				w, err := r.Wording(l, path, c)
				if err != nil {
					t.Fatal(err)
				}
				served, err := r.Render(l, customer, page)
				if err != nil {
					t.Fatal(err)
				}
				lines, err := visible(served)
				if err != nil {
					t.Fatal(err)
				}
				_, said, _ := strings.Cut(string(w.Text), "\n\n")
				for want := range strings.Lines(said) {
					for len(lines) > 0 && lines[0]+"\n" != want {
						lines = lines[1:]
					}
					if len(lines) == 0 {
						t.Errorf("%s %s %s: the page does not say %q there", language.Tag, path, c.Purpose, want)
						break
					}
				}
			}
		}
	}
}

// What a choice says is in its wording; what is one person's is not, or there would be as many as people.
func TestWhatAChoiceSays(t *testing.T) {
	r, catalogue := newTestRenderer(t)
	en, _ := catalogue.Localizer("en")
	base := sampleWorded()
	of := func(c Choice) string {
		t.Helper()
		w, err := r.Wording(en, "/consents", c)
		if err != nil {
			t.Fatal(err)
		}
		return w.SHA256
	}
	words := map[string]func(c *Choice){
		"Purpose": func(c *Choice) { c.Purpose = "x" }, "Label": func(c *Choice) { c.Label = "x" },
		"Summary": func(c *Choice) { c.Summary = "x" }, "OnMeaning": func(c *Choice) { c.OnMeaning = "x" },
		"OffMeaning": func(c *Choice) { c.OffMeaning = "x" }, "Basis": func(c *Choice) { c.Basis = BasisLegitimateInterests },
		"Attention": func(c *Choice) { c.Attention = AttentionNone }, "Notice": func(c *Choice) { c.Notice = nil },
		"On": func(c *Choice) { c.On, c.Off = "lift", "object" }, "Off": func(c *Choice) { c.On, c.Off = "x", "y" },
		"Parent":    func(c *Choice) { c.Parent = &Ref{"x", "x"} },
		"HeldBack":  func(c *Choice) { c.Parent, c.HeldBack = &Ref{"x", "x"}, true },
		"Renewal":   func(c *Choice) { c.Renewal = &Renewal{Why: "changed"} },
		"Confirmed": func(c *Choice) { c.Confirmed, c.State = true, StateGiven },
	}
	persons := map[string]func(c *Choice){
		"State": func(c *Choice) { c.State = StateGiven }, "Served": func(c *Choice) { c.Served = "x" },
		"Recorded":  func(c *Choice) { c.Recorded = &Recorded{Entry: 7} },
		"ExpiresAt": func(c *Choice) { c.ExpiresAt = time.Unix(1, 0) },
		// These two are shown on other pages, and why it is required only where there is nothing to choose.
		"Categories": func(c *Choice) { c.Categories = []Ref{{"x", "x"}} }, "Recipients": func(c *Choice) { c.Recipients = []Ref{{"x", "x"}} },
		"Required": func(c *Choice) { c.Required = "x" },
	}
	for field := range reflect.TypeFor[Choice]().Fields() {
		name := field.Name
		c := base
		switch {
		case words[name] != nil:
			if words[name](&c); of(c) == of(base) {
				t.Errorf("%s is said and is not in the wording", name)
			}
		case persons[name] != nil:
			if persons[name](&c); of(c) != of(base) {
				t.Errorf("%s is one person's and is in the wording", name)
			}
		default:
			t.Errorf("Choice.%s: say in Choice.words and here whether it is part of what everybody is shown, or one person's (then its place in choice.html carries data-own)", name)
		}
	}
}
