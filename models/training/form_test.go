package training_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"candor/models/editorial"
	"candor/models/training"
)

// asked is what a saved training of one question says, in two languages.
func asked() editorial.Content {
	return editorial.Content{
		"kind": "training", "roles": "auditor", "questions": `[{"id":"q1","answers":[{"id":"a1","right":true},{"id":"a2"}]}]`,
		"en/title": "Course", "en/questions/q1": "What?", "en/questions/q1/a1": "This", "en/questions/q1/a2": "That", "en/questions/q1/explanation": "Because",
		"de/title": "Kurs", "de/questions/q1": "Was?", "de/questions/q1/a1": "Dies", "de/questions/q1/a2": "Das", "de/questions/q1/explanation": "Weil",
	}
}

// filled is a form with that question as it is saved, and one that nobody has filled in.
func filled() training.Form {
	return training.Form{
		"kind": {"training"}, "roles": {"privacy_officer", "auditor"}, "validity": {" P12M "}, "grace": {"0"}, "pass_mark": {"80"},
		"question": {"q1", "q2"}, "answer": {"q1/a1", "q1/a2", "q2/a1"}, "right": {"q1/a1"},
		"en/title": {"Course"}, "en/body": {"One\r\ntwo\r\n"}, "en/questions/q1": {"What?"}, "en/questions/q1/a1": {"This"}, "en/questions/q1/a2": {"That"},
		"en/questions/q1/explanation": {"Because"}, "en/questions/q2": {" "}, "en/questions/q2/a1": {""}, "en/questions/q2/explanation": {""},
	}
}

func TestWhatAFormChanges(t *testing.T) {
	for name, test := range map[string]struct {
		language string
		form     func(training.Form)
		want     map[string]string // of some parts
		none     []string          // parts that are left alone
	}{
		"as it is": {"en", func(training.Form) {}, map[string]string{
			"roles": "auditor privacy_officer", "validity": "P12M", "pass_mark": "80", "retired": "", "en/body": "One\ntwo",
			"questions": `[{"id":"q1","answers":[{"id":"a1","right":true},{"id":"a2"}]}]`, "en/questions/q2": "",
		}, []string{"de/questions/q1", "de/title"}},
		"a translation changes no rules": {
			"de", func(f training.Form) { f["de/title"] = []string{"Neu"} },
			map[string]string{"de/title": "Neu"},
			[]string{"roles", "questions", "kind", "en/title"},
		},
		"a question is taken out, in every language": {
			"en", func(f training.Form) { f["remove"] = []string{"q1"} },
			map[string]string{"questions": "", "en/questions/q1": "", "de/questions/q1": "", "de/questions/q1/a2": "", "de/questions/q1/explanation": ""},
			[]string{"de/title"},
		},
		"an answer without words is none": {
			"en", func(f training.Form) { f["en/questions/q1/a2"] = []string{" "} },
			map[string]string{"questions": `[{"id":"q1","answers":[{"id":"a1","right":true}]}]`, "de/questions/q1/a2": ""},
			[]string{"de/questions/q1/a1"},
		},
		"a question with an explanation alone is kept, to be completed": {
			"en", func(f training.Form) { f["en/questions/q2/explanation"] = []string{"Soon"} },
			map[string]string{"questions": `[{"id":"q1","answers":[{"id":"a1","right":true},{"id":"a2"}]},{"id":"q2","answers":null}]`},
			nil,
		},
		"several right answers": {
			"en", func(f training.Form) { f["right"], f["multiple"] = []string{"q1/a1", "q1/a2"}, []string{"q1"} },
			map[string]string{"questions": `[{"id":"q1","multiple":true,"answers":[{"id":"a1","right":true},{"id":"a2","right":true}]}]`},
			nil,
		},
		"a policy has no questions": {
			"en", func(f training.Form) { f["kind"] = []string{"policy"} },
			map[string]string{"kind": "policy", "questions": "", "pass_mark": "", "en/questions/q1": "", "de/questions/q1/a1": ""},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			form := filled()
			test.form(form)
			got := must[map[string]string](t)(form.Changes(asked(), test.language))
			for part, want := range test.want {
				if said, ok := got[part]; !ok || said != want {
					t.Errorf("%s: %q, not %q", part, said, want)
				}
			}
			for _, part := range test.none {
				if _, ok := got[part]; ok && test.language == "de" || ok && part[:2] == "de" {
					t.Errorf("%s is changed: %q", part, got[part])
				}
			}
		})
	}
}

// What a form shows and nobody fills in changes nothing: blank places are offered, and are none when they come back.
func TestBlankPlacesComeBackAsNothing(t *testing.T) {
	var questions []training.Question
	check(t, json.Unmarshal([]byte(asked()["questions"]), &questions))
	form := filled()
	delete(form, "question")
	delete(form, "answer")
	offered := training.Blank(questions)
	for _, q := range offered {
		form["question"] = append(form["question"], q.ID)
		for _, a := range q.Answers {
			form["answer"] = append(form["answer"], q.ID+"/"+a.ID)
		}
	}
	if len(offered) != 2 || len(offered[0].Answers) <= 2 || len(offered[1].Answers) == 0 {
		t.Errorf("offered are %+v", offered)
	}
	got := must[map[string]string](t)(form.Changes(asked(), "en"))
	var left []training.Question
	check(t, json.Unmarshal([]byte(got["questions"]), &left))
	if !reflect.DeepEqual(left, questions) {
		t.Errorf("%+v became %+v", questions, left)
	}
}
