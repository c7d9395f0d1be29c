package frontend

import "slices"

// choiceView is what the template of one choice sees.
type choiceView struct {
	Choice
	CSRF string
	// Return is where the answer to the form leads: the page that the choice was made on.
	Return string
	Lang   string
	// On and Off are the values of the form's two buttons; OnChosen and OffChosen which one stands.
	On, Off             string
	OnChosen, OffChosen bool
	// Undo is the value that takes back what was confirmed; empty for none.
	Undo string
}

func newChoiceView(s sheet, c Choice) choiceView {
	v := choiceView{Choice: c, CSRF: s.CSRF, Return: "/consents", Lang: s.Lang, On: "give", Off: "withdraw"}
	if s.Nav == NavOverview {
		v.Return = "/"
	}
	if c.Basis == BasisLegitimateInterests {
		v.On, v.Off = "lift", "object"
	}
	if c.On != "" {
		v.On, v.Off = c.On, c.Off
	}
	switch c.State {
	case StateGiven, StatePermitted:
		v.OnChosen = true
		v.Undo = v.Off
	case StateWithdrawn, StateObjected:
		v.OffChosen = true
		v.Undo = v.On
	case StateRefused: // nothing held before: to "undo" a refusal would be to give consent
		v.OffChosen = true
	default: // nothing stands that could be marked or taken back
	}
	return v
}

// Words is the group of messages that fits what is offered: consent or objection.
func (v choiceView) Words() string {
	if v.Off == "object" {
		return "objection"
	}
	return "consent"
}

// ByPlace says that it is done because of where the person lives, and until they say no.
func (v choiceView) ByPlace() bool { return v.Basis == BasisConsent && v.State == StatePermitted }

// Ended says that a consent has ended about which the person is not asked, now: expired or invalidated.
func (v choiceView) Ended() bool {
	return v.Renewal == nil && v.Attention == AttentionNone && (v.State == StateExpired || v.State == StateInvalidated)
}

// Child says that it stands below the choice that it depends on.
func (v choiceView) Child() bool { return v.Parent != nil && v.Renewal == nil }

// decidable are the choices with something to decide: consents, then objections, each followed by those that depend on it.
func decidable(choices []Choice) []Choice {
	var some []Choice
	for _, basis := range []Basis{BasisConsent, BasisLegitimateInterests} {
		for _, c := range choices {
			if c.Basis == basis && c.Parent == nil {
				some = append(append(some, c), children(choices, c.Purpose)...)
			}
		}
	}
	return some
}

func children(choices []Choice, parent string) []Choice {
	return slices.DeleteFunc(slices.Clone(choices), func(c Choice) bool { return c.Parent == nil || c.Parent.Key != parent })
}

// askedAnew are the choices that the person is asked to make anew, unasked the others of what they can decide.
func askedAnew(choices []Choice) []Choice {
	return slices.DeleteFunc(decidable(choices), func(c Choice) bool { return c.Renewal == nil })
}

func unasked(choices []Choice) []Choice {
	return slices.DeleteFunc(decidable(choices), func(c Choice) bool { return c.Renewal != nil })
}

// required are the others.
func required(choices []Choice) []Choice {
	var some []Choice
	for _, c := range choices {
		if c.Basis != BasisConsent && c.Basis != BasisLegitimateInterests {
			some = append(some, c)
		}
	}
	return some
}
