package checklist_test

import (
	"strings"
	"testing"

	"candor/models"
	"candor/models/notice/checklist"
)

const body = "**Who receives it.** Nobody.\n\n# How long\n\nTwo years."

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, element string
		at            *checklist.Placement
		want          checklist.State
	}{
		{"nobody has said anything", "retention", nil, checklist.Open},
		{"a section", "retention", &checklist.Placement{Where: checklist.InText, Section: "How long"}, checklist.Placed},
		{"bold words begin a section too", "recipients", &checklist.Placement{Where: checklist.InText, Section: "Who receives it"}, checklist.Placed},
		{"the whole text", "retention", &checklist.Placement{Where: checklist.InText}, checklist.Placed},
		{"a section that is gone", "retention", &checklist.Placement{Where: checklist.InText, Section: "How long we keep it"}, checklist.Lost},
		{"the page around the text", "retention", &checklist.Placement{Where: checklist.OnPage}, checklist.Placed},
		{"a page that does not say it", "automated", &checklist.Placement{Where: checklist.OnPage}, checklist.NotShown},
		{"not applicable", "automated", &checklist.Placement{Where: checklist.NotApplicable, Reason: "There are none."}, checklist.Excused},
		{"not applicable without a reason", "automated", &checklist.Placement{Where: checklist.NotApplicable, Reason: " "}, checklist.NoReason},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := checklist.Placements{}
			if tt.at != nil {
				p[tt.element] = *tt.at
			}
			for _, item := range checklist.Check(p, body) {
				if item.Key == tt.element && item.State != tt.want {
					t.Errorf("it is %s", item.State)
				}
				if item.Key != tt.element && item.State != checklist.Open {
					t.Errorf("%s is %s", item.Key, item.State)
				}
			}
		})
	}
}

// The law's list is complete: what GDPR Art. 13(1) and (2) have from (a) to (f), what Art. 14 adds, and 11 CCR 7012(e).
func TestElements(t *testing.T) {
	all := ""
	for _, e := range checklist.Elements() {
		all += e.Source + "\n"
	}
	for _, source := range []string{"Art. 13(1)", "Art. 13(2)"} {
		for letter := 'a'; letter <= 'f'; letter++ {
			if !strings.Contains(all, source+"("+string(letter)+")") {
				t.Errorf("%s(%c) is missing", source, letter)
			}
		}
	}
	for _, source := range []string{"Art. 14(1)(d)", "Art. 14(2)(f)", "7012(e)(1)", "7012(e)(2)", "7012(e)(3)", "7012(e)(4)", "7012(e)(5)", "7012(e)(6)"} {
		if !strings.Contains(all, source) {
			t.Errorf("%s is missing", source)
		}
	}
}

func TestWrittenAndRead(t *testing.T) {
	p := checklist.Suggested()
	p["automated"] = checklist.Placement{Where: checklist.NotApplicable, Reason: "There are none."}
	part, err := p.Write()
	if err != nil {
		t.Fatal(err)
	}
	read, err := checklist.Read(part)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := read.Write(); again != part {
		t.Errorf("%s became %s", part, again)
	}
	left := checklist.Unsettled(checklist.Check(read, body))
	if len(left) != 2 || left[0].Key != "ccpa_sold" || left[1].Key != "ccpa_policy" {
		t.Errorf("left is %v", left)
	}
	if empty, err := checklist.Read(""); err != nil || len(empty) != 0 {
		t.Errorf("nothing is %v, %v", empty, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, part := range map[string]string{
		"no JSON":                  "{",
		"an unknown element":       `{"zodiac":{"where":"text"}}`,
		"an unknown place":         `{"dpo":{"where":"moon"}}`,
		"an unknown member":        `{"dpo":{"where":"page","colour":"red"}}`,
		"a reason for what stands": `{"dpo":{"where":"page","reason":"why not"}}`,
		"a section of the page":    `{"dpo":{"where":"page","section":"Who"}}`,
		"a reason that never ends": `{"dpo":{"where":"not_applicable","reason":"` + strings.Repeat("x", 501) + `"}}`,
	} {
		if _, err := checklist.Read(part); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
