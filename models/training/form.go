package training

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"candor/models/editorial"
)

// Form is what somebody who writes a requirement has filled in. Its fields are the names of parts, and what these are to
// say; FieldQuestion and FieldAnswer list what there is to be, and the others of which that is true. A question is named by
// its ID, an answer by QUESTION/ANSWER.
type Form map[string][]string

// The fields of a Form that are no parts.
const (
	FieldQuestion = "question"
	FieldAnswer   = "answer"
	FieldMultiple = "multiple"
	FieldRight    = "right"
	FieldRemove   = "remove" // questions to be taken out
)

// said is the text of a part. Browsers end lines as MIME does.
func (f Form) said(part string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(f[part], ""), "\r\n", "\n"))
}

// Changes is what saving the form would change in a content: the texts of a language and, in the source language, the rules
// and the questions too. A question without a word is none, nor is an answer without words; what is taken out goes in every
// language.
func (f Form) Changes(content editorial.Content, language string) (map[string]string, error) {
	changes := map[string]string{}
	for part := range f {
		if strings.HasPrefix(part, language+"/") {
			changes[part] = f.said(part)
		}
	}
	if language != sourceLanguage {
		return changes, nil
	}
	for _, part := range []string{PartKind, PartValidity, PartGrace, PartPassMark, PartRetired} {
		changes[part] = f.said(part)
	}
	changes[PartRoles] = strings.Join(slices.Sorted(slices.Values(f[PartRoles])), " ")
	var questions []Question
	if Kind(changes[PartKind]) == Training {
		questions = f.questions()
	} else {
		changes[PartPassMark] = ""
	}
	changes[PartQuestions] = ""
	if len(questions) > 0 {
		text, err := json.Marshal(questions)
		if err != nil {
			return nil, fmt.Errorf("write questions: %w", err)
		}
		changes[PartQuestions] = string(text)
	}
	there := worded(questions)
	parts := slices.Concat(slices.Collect(maps.Keys(content)), slices.Collect(maps.Keys(changes)))
	for _, part := range parts {
		_, words, ok := strings.Cut(part, "/"+PartQuestions+"/")
		if ok && !there[words] {
			changes[part] = ""
		}
	}
	return changes, nil
}

// questions are those that the form leaves.
func (f Form) questions() (questions []Question) {
	for _, id := range f[FieldQuestion] {
		at := sourceLanguage + "/" + PartQuestions + "/" + id
		q := Question{ID: id, Multiple: slices.Contains(f[FieldMultiple], id)}
		for _, answer := range f[FieldAnswer] {
			name, ok := strings.CutPrefix(answer, id+"/")
			if ok && f.said(at+"/"+name) != "" {
				q.Answers = append(q.Answers, Answer{ID: name, Right: slices.Contains(f[FieldRight], answer)})
			}
		}
		empty := f.said(at) == "" && f.said(at+"/"+explanation) == "" && len(q.Answers) == 0
		if !empty && !slices.Contains(f[FieldRemove], id) {
			questions = append(questions, q)
		}
	}
	return questions
}

// worded are the names, below a language's questions, of the parts that questions have.
func worded(questions []Question) map[string]bool {
	there := map[string]bool{}
	for _, q := range questions {
		there[q.ID], there[q.ID+"/"+explanation] = true, true
		for _, a := range q.Answers {
			there[q.ID+"/"+a.ID] = true
		}
	}
	return there
}

// Blank adds a question to be filled in, and to every question answers, up to the bounds; their IDs are new.
func Blank(questions []Question) []Question {
	const spare, first = 2, 4
	out := make([]Question, 0, len(questions)+1)
	for _, q := range questions {
		q.Answers = blankAnswers(q.Answers, spare)
		out = append(out, q)
	}
	if len(out) < maxQuestions {
		id := newID("q", func(id string) bool {
			return slices.ContainsFunc(questions, func(q Question) bool { return q.ID == id })
		})
		out = append(out, Question{ID: id, Answers: blankAnswers(nil, first)})
	}
	return out
}

func blankAnswers(answers []Answer, n int) []Answer {
	out := slices.Clone(answers)
	for range min(n, maxAnswers-len(answers)) {
		out = append(out, Answer{ID: newID("a", func(id string) bool {
			return slices.ContainsFunc(out, func(a Answer) bool { return a.ID == id })
		})})
	}
	return out
}

func newID(prefix string, taken func(string) bool) string {
	for n := 1; ; n++ {
		if id := fmt.Sprintf("%s%d", prefix, n); !taken(id) {
			return id
		}
	}
}
