// Package checklist owns what the law wants a notice to say, as data, and where an editor says that it stands. Nothing
// is guessed from words: somebody points each element to its place, and who approves the text approves that too.
package checklist

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"candor/models"
	"candor/models/notice"
)

// Part is the part of a notice's content that holds the placements, as JSON.
const Part = "checklist"

// maxReason is how many characters a reason may have.
const maxReason = 500

// Law is what an element is asked for by.
type Law string

// The laws.
const (
	GDPR Law = "gdpr"
	CCPA Law = "ccpa"
)

// Element is something that must be said.
type Element struct {
	// Key names it; its words are the message checklist.element.KEY.
	Key string
	Law Law
	// Source is the provision.
	Source string
	// Page is where the pages that stand around every notice say it, out of the data map or the operator's settings; empty if
	// they do not.
	Page string
}

// Elements lists what is asked for, in the laws' order.
func Elements() []Element { return slices.Clone(elements) }

// Where the pages around a notice say things.
const (
	footer   = "/#contact" // who is responsible, the data protection officer, the authority
	overview = "/"         // what is held, why, who receives it, where it came from, how long
	choices  = "/consents" // each purpose with its legal basis, and the way to withdraw
	requests = "/requests" // access, correction, erasure, restriction, portability, objection
)

var elements = []Element{
	{"controller", GDPR, "Art. 13(1)(a)", footer},
	{"dpo", GDPR, "Art. 13(1)(b)", footer},
	{"purposes", GDPR, "Art. 13(1)(c)", choices},
	{"interests", GDPR, "Art. 13(1)(d)", choices},
	{"recipients", GDPR, "Art. 13(1)(e)", overview},
	{"transfers", GDPR, "Art. 13(1)(f)", overview},
	{"retention", GDPR, "Art. 13(2)(a)", overview},
	{"rights", GDPR, "Art. 13(2)(b)", requests},
	{"withdrawal", GDPR, "Art. 13(2)(c)", choices},
	{"complaint", GDPR, "Art. 13(2)(d)", footer},
	{"mandatory", GDPR, "Art. 13(2)(e)", overview},
	{"automated", GDPR, "Art. 13(2)(f)", ""},
	{"categories", GDPR, "Art. 14(1)(d)", overview},
	{"sources", GDPR, "Art. 14(2)(f)", overview},
	{"ccpa_categories", CCPA, "11 CCR 7012(e)(1)", overview},
	{"ccpa_purposes", CCPA, "11 CCR 7012(e)(2)", choices},
	{"ccpa_sold", CCPA, "11 CCR 7012(e)(3)", ""},
	{"ccpa_retention", CCPA, "11 CCR 7012(e)(4)", overview},
	{"ccpa_opt_out", CCPA, "11 CCR 7012(e)(5)", choices},
	{"ccpa_policy", CCPA, "11 CCR 7012(e)(6)", ""},
}

// Where is in which way an element is dealt with.
type Where string

// The ways.
const (
	// InText: in the section that is named, or in the text as a whole.
	InText Where = "text"
	// OnPage: on the pages around the text.
	OnPage Where = "page"
	// NotApplicable: it need not be said, for a reason.
	NotApplicable Where = "not_applicable"
)

// Placement is what an editor says about an element.
type Placement struct {
	Where Where `json:"where"`
	// Section is the name of a section of the source text (notice.Sections), empty for all of it.
	Section string `json:"section,omitempty"`
	// Reason is why it need not be said.
	Reason string `json:"reason,omitempty"`
}

// Placements are those of a notice, by element.
type Placements map[string]Placement

// Read reads the part; an empty one has no placements.
func Read(part string) (Placements, error) {
	if strings.TrimSpace(part) == "" {
		return Placements{}, nil
	}
	var p Placements
	d := json.NewDecoder(bytes.NewReader([]byte(part)))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, models.Fail(models.Invalid, "bad_checklist").In(Part)
	}
	for key, at := range p {
		if err := at.check(key); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p Placement) check(key string) error {
	known := slices.ContainsFunc(elements, func(e Element) bool { return e.Key == key })
	wrong := utf8.RuneCountInString(p.Reason) > maxReason || p.Where != InText && p.Section != "" || p.Where != NotApplicable && p.Reason != ""
	if !known || wrong || !slices.Contains([]Where{InText, OnPage, NotApplicable}, p.Where) {
		return models.Fail(models.Invalid, "bad_checklist").In(Part)
	}
	return nil
}

// Write is the part that says the placements: the same for the same ones. It is empty if there are none.
func (p Placements) Write() (string, error) {
	if len(p) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(map[string]Placement(maps.Clone(p))) // in the order of keys
	if err != nil {
		return "", fmt.Errorf("write checklist: %w", err)
	}
	return string(raw), nil
}

// State is whether an element is dealt with.
type State string

// The states.
const (
	Placed   State = "placed"
	Excused  State = "excused"  // not applicable, with a reason
	Open     State = "open"     // nobody has said anything
	Lost     State = "lost"     // the section that was named is no longer in the text
	NoReason State = "noreason" // not applicable, and no reason is given
	NotShown State = "notshown" // said to be on the page, which does not say it
)

// Good says that nothing is left to do.
func (s State) Good() bool { return s == Placed || s == Excused }

// Item is an element with where it stands.
type Item struct {
	Element
	Placement
	State State
}

// Check holds the placements against a text in the source language.
func Check(p Placements, body string) []Item {
	sections := notice.Sections(body)
	out := make([]Item, 0, len(elements))
	for _, e := range elements {
		at, said := p[e.Key]
		item := Item{Element: e, Placement: at, State: Placed}
		switch {
		case !said:
			item.State = Open
		case at.Where == InText && at.Section != "" && !slices.Contains(sections, at.Section):
			item.State = Lost
		case at.Where == OnPage && e.Page == "":
			item.State = NotShown
		case at.Where == NotApplicable && strings.TrimSpace(at.Reason) == "":
			item.State = NoReason
		case at.Where == NotApplicable:
			item.State = Excused
		}
		out = append(out, item)
	}
	return out
}

// Unsettled are the items with which something is left to do.
func Unsettled(items []Item) []Item {
	return slices.DeleteFunc(slices.Clone(items), func(i Item) bool { return i.State.Good() })
}

// Suggested is what the pages around a notice say by themselves: a start, which somebody must still put their name to.
func Suggested() Placements {
	p := Placements{}
	for _, e := range elements {
		if e.Page != "" {
			p[e.Key] = Placement{Where: OnPage}
		}
	}
	return p
}
