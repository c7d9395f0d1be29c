package main

import (
	"strings"

	"candor/models/notice/checklist"
)

// demoPlacements is where the demo's notices say what the law wants said: written once as "page", as the name of a section of
// the English text, or as "– " and why it does not apply.
type demoPlacements map[string]string

func (d demoPlacements) placements() checklist.Placements {
	out := checklist.Placements{}
	for element, at := range d {
		reason, excused := strings.CutPrefix(at, "– ")
		switch {
		case excused:
			out[element] = checklist.Placement{Where: checklist.NotApplicable, Reason: reason}
		case at == "page":
			out[element] = checklist.Placement{Where: checklist.OnPage}
		default:
			out[element] = checklist.Placement{Where: checklist.InText, Section: at}
		}
	}
	return out
}

// demoChecklist is the checklist of a notice, as its editor left it: all of it, and of the text that came back only what
// they were sure of.
func demoChecklist(operator, key string) checklist.Placements {
	switch key {
	case "privacy":
		return privacyChecklist(operator).placements()
	case "special_support":
		p := purposeChecklist().placements()
		for _, e := range checklist.Elements() {
			if e.Law == checklist.CCPA || e.Key == "mandatory" || e.Key == "automated" {
				delete(p, e.Key)
			}
		}
		return p
	}
	return purposeChecklist().placements()
}

// privacyChecklist is that of the notice about everything. One of the demo's operators has customers in California.
func privacyChecklist(operator string) demoPlacements {
	d := demoPlacements{
		"controller": "Who is responsible", "dpo": "Who is responsible", "purposes": "What we use, and why", "interests": "What we use, and why",
		"recipients": "Who receives it", "transfers": "Where it is processed", "retention": "How long we keep it", "rights": "Your rights",
		"withdrawal": "Your rights", "complaint": "Complaints", "mandatory": "Must you give it?", "automated": "No machine decides alone",
		"categories": "What we use, and why", "sources": "Where it comes from",
	}
	california := demoPlacements{
		"ccpa_categories": "What we use, and why", "ccpa_purposes": "What we use, and why", "ccpa_sold": "Who receives it",
		"ccpa_retention": "How long we keep it", "ccpa_opt_out": "page", "ccpa_policy": "– This notice is the privacy policy.",
	}
	for element, at := range california {
		if operator != "saas" {
			at = "– We have no customers in California."
		}
		d[element] = at
	}
	return d
}

// purposeChecklist is that of a text about one purpose, which people read beside the notice about everything.
func purposeChecklist() demoPlacements {
	d := demoPlacements{
		"controller": "page", "dpo": "page", "purposes": "What we do", "interests": "– It rests on consent, and not on an interest of ours.",
		"recipients": "Who receives it", "transfers": "page", "retention": "How long", "rights": "page", "withdrawal": "You are free to say no",
		"complaint": "page", "mandatory": "You are free to say no", "automated": "– Nothing is decided about anybody by a machine alone.",
		"categories": "With which data", "sources": "page",
	}
	for _, e := range checklist.Elements() {
		if e.Law == checklist.CCPA {
			d[e.Key] = "– Our notice at collection is the privacy notice, and it says so there."
		}
	}
	return d
}
