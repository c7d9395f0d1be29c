package frontend

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

// Words is the group of messages that fits the legal basis: consent or objection.
func (v choiceView) Words() string {
	if v.Basis == BasisLegitimateInterests {
		return "objection"
	}
	return "consent"
}

// decidable are the choices with something to decide: consents, then objections.
func decidable(choices []Choice) []Choice {
	var some []Choice
	for _, basis := range []Basis{BasisConsent, BasisLegitimateInterests} {
		for _, c := range choices {
			if c.Basis == basis {
				some = append(some, c)
			}
		}
	}
	return some
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
