package training

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"candor/models/auth"
	"candor/models/datamap"
)

// Bounds of what a requirement asks.
const (
	maxGrace     = 365 // days
	maxQuestions = 50
	maxAnswers   = 10
)

// explanation stands where the ID of an answer does in the name of a part.
const explanation = "explanation"

// notThere is the code of what is not there.
const notThere = "missing"

// idPattern is the form of the IDs of questions and answers, and of keys.
var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// ValidKey says whether a requirement may be called that.
func ValidKey(key string) bool { return idPattern.MatchString(key) }

// Problem is something that keeps a requirement from being published.
type Problem struct {
	// Part is the part of the content that is at fault: "kind", "roles", "validity", "grace", "pass_mark", "questions",
	// or a text such as "de/title" or "de/questions/q1/a".
	Part string
	// Code says what is wrong: "missing", or the name of a rule: "unknown", "no_period", "out_of_range", "no_question",
	// "two_answers", "no_right_answer", "one_right_answer", "not_for_policy".
	Code string
}

// Problems lists what is missing or wrong, in an order that a person can go through. Every text must be there in each of
// the languages.
func (r Requirement) Problems(languages []string) []Problem {
	var found []Problem
	wrong := func(part, code string) { found = append(found, Problem{part, code}) }
	if r.Kind != Policy && r.Kind != Training {
		wrong("kind", "unknown")
	}
	if len(r.Roles) == 0 {
		wrong("roles", notThere)
	}
	if slices.ContainsFunc(r.Roles, func(role string) bool { return !slices.Contains(auth.Roles(), role) }) {
		wrong("roles", "unknown")
	}
	if _, err := datamap.After(r.Validity, time.Time{}); r.Validity != "" && err != nil {
		wrong("validity", "no_period")
	}
	if r.Grace < 0 || r.Grace > maxGrace {
		wrong("grace", "out_of_range")
	}
	found = append(found, r.questionProblems()...)
	for _, tag := range languages {
		found = append(found, r.textProblems(tag)...)
	}
	return found
}

// questionProblems are those of a training's rules; a policy has none.
func (r Requirement) questionProblems() (found []Problem) {
	if r.Kind != Training {
		if len(r.Questions) > 0 || r.PassMark != 0 {
			found = append(found, Problem{"questions", "not_for_policy"})
		}
		return found
	}
	if r.PassMark < 1 || r.PassMark > 100 {
		found = append(found, Problem{"pass_mark", "out_of_range"})
	}
	if len(r.Questions) == 0 || len(r.Questions) > maxQuestions {
		found = append(found, Problem{"questions", "no_question"})
	}
	seen := map[string]bool{}
	for _, q := range r.Questions {
		part := "questions/" + q.ID
		if !idPattern.MatchString(q.ID) || seen[q.ID] {
			found = append(found, Problem{part, "unknown"})
		}
		seen[q.ID] = true
		if code := q.problem(); code != "" {
			found = append(found, Problem{part, code})
		}
	}
	return found
}

func (q Question) problem() string {
	right, seen := 0, map[string]bool{}
	for _, a := range q.Answers {
		if !idPattern.MatchString(a.ID) || seen[a.ID] || a.ID == explanation {
			return "unknown"
		}
		seen[a.ID] = true
		if a.Right {
			right++
		}
	}
	switch {
	case len(q.Answers) < 2 || len(q.Answers) > maxAnswers:
		return "two_answers"
	case right == 0:
		return "no_right_answer"
	case right > 1 && !q.Multiple:
		return "one_right_answer"
	}
	return ""
}

// textProblems are the texts that are missing in a language.
func (r Requirement) textProblems(tag string) (found []Problem) {
	t := r.Texts[tag]
	need := func(part, text string) {
		if text == "" {
			found = append(found, Problem{tag + "/" + part, notThere})
		}
	}
	need("title", t.Title)
	need("body", t.Body)
	for _, q := range r.Questions {
		words := t.Questions[q.ID]
		need("questions/"+q.ID, words.Text)
		for _, a := range q.Answers {
			need("questions/"+q.ID+"/"+a.ID, words.Answers[a.ID])
		}
		need("questions/"+q.ID+"/"+explanation, words.Explanation)
	}
	return found
}

// checked is an error that names the first problem.
func (r Requirement) checked(languages []string) error {
	needed := slices.Sorted(maps.Keys(r.Texts))
	for _, tag := range append([]string{"en"}, languages...) {
		if !slices.Contains(needed, tag) {
			needed = append(needed, tag)
		}
	}
	if found := r.Problems(needed); len(found) > 0 {
		return fmt.Errorf("version %d: %s: %s", r.Version, found[0].Part, found[0].Code)
	}
	return nil
}
