package frontend

import (
	"html/template"
	"time"
)

// NavStaffTraining is the staff's entry of what they must know.
const NavStaffTraining Nav = "staff_training"

// TrainingAlert is what a member of staff must do soon.
type TrainingAlert struct {
	// Missing is how many requirements keep them from personal data, Due how many more are to be done soon, and Until when
	// the first of these is.
	Missing, Due int64
	Until        time.Time
}

// RequirementKind is what a requirement asks for.
type RequirementKind string

// The kinds.
const (
	KindPolicy   RequirementKind = "policy"
	KindTraining RequirementKind = "training"
)

// RequirementState is where a member of staff stands on a requirement.
type RequirementState string

// The states.
const (
	RequirementMissing RequirementState = "missing"
	RequirementDue     RequirementState = "due"
	RequirementCurrent RequirementState = "current"
)

// RequirementItem is a requirement, and where somebody stands on it.
type RequirementItem struct {
	Key, Title string
	// Lang is the BCP 47 tag of the title, if it is not the page's.
	Lang    string
	Kind    RequirementKind
	Version int
	URL     string
	State   RequirementState
	// Why is why it is due or missing: "never", "expiry" or "changed".
	Why string
	// Until is when it ceases to hold, or ceased to; zero for never.
	Until time.Time
	// DoneAt is when it was acknowledged or passed, and Entry the entry of the log that says so; zero if it was not.
	DoneAt time.Time
	Entry  int64
	// Score is a training's, in percent.
	Score int
}

// TrainingPage is "/staff/training": what a member of staff must know.
type TrainingPage struct {
	Items []RequirementItem
	// Withheld says that permissions on personal data are withheld.
	Withheld bool
	// Return is the page that was asked for; it opens when nothing is missing any more.
	Return string
	// Done says that one was just acknowledged or passed.
	Done bool
	// Report leads to who has done what, Written to what is asked of whom; empty if they are not open.
	Report, Written string
}

// TestAnswer is an answer that a question offers.
type TestAnswer struct {
	ID, Text string
	Chosen   bool
}

// TestQuestion is a question of a training.
type TestQuestion struct {
	ID, Text string
	Multiple bool
	Answers  []TestAnswer
	// Right and Explanation are told after answering.
	Right       bool
	Explanation string
	// Problem says in the person's language what is wrong with the answer.
	Problem string
}

// RequirementPage is "/staff/training/{key}": the text, and how to acknowledge or pass it.
type RequirementPage struct {
	Item        RequirementItem
	HTML        template.HTML
	EffectiveAt time.Time
	SHA256      string
	PassMark    int
	Questions   []TestQuestion
	// Served says what was shown; Return is where to go on when nothing is missing.
	Served, Return string
	// Stale says that the text has changed since it was read, or that it was read too long ago.
	Stale   bool
	Problem string
}

// OutcomePage is the answer to a training that was handed in.
type OutcomePage struct {
	Item            RequirementItem
	Passed          bool
	Score, PassMark int
	Entry           int64
	Questions       []TestQuestion
	// Next is where to go on, Again where to try again.
	Next, Again string
}

func (TrainingPage) view() string    { return "staff_training" }
func (RequirementPage) view() string { return "staff_requirement" }
func (OutcomePage) view() string     { return "staff_outcome" }

func (TrainingPage) nav() Nav    { return NavStaffTraining }
func (RequirementPage) nav() Nav { return NavStaffTraining }
func (OutcomePage) nav() Nav     { return NavStaffTraining }

// requirementKind is the kind that templates look messages up by.
func requirementKind(k RequirementKind) RequirementKind { return orKnown(k, KindPolicy) }

// requirementWhy is the message that says where somebody stands.
func requirementWhy(i RequirementItem) string {
	switch i.State {
	case RequirementMissing:
		return "training.missing." + orKnown(i.Why, "never")
	case RequirementDue:
		return "training.due." + orKnown(i.Why, "never")
	case RequirementCurrent:
	}
	if i.Until.IsZero() {
		return "training.current.always"
	}
	return "training.current.until"
}
