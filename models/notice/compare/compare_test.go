package compare_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"candor/models/notice/compare"
)

// marked writes a comparison with [-what was removed-] and {+what was added+}.
func marked(blocks []compare.Block) string {
	var out []string
	for _, b := range blocks {
		var line strings.Builder
		for _, r := range b.Runs {
			switch r.Kind {
			case compare.Added:
				line.WriteString("{+" + r.Text + "+}")
			case compare.Removed:
				line.WriteString("[-" + r.Text + "-]")
			default:
				line.WriteString(r.Text)
			}
		}
		out = append(out, line.String())
	}
	return strings.Join(out, "|")
}

func TestTexts(t *testing.T) {
	for _, tt := range []struct{ name, before, after, want string }{
		{"the same", "We count.\n\nYou pay.", "We count.\n\nYou pay.", "We count.|You pay."},
		{"nothing", "", "", ""},
		{"all new", "", "We count.", "{+We count.+}"},
		{"all gone", "We count.", "", "[-We count.-]"},
		{"a word", "We keep it for two years.", "We keep it for three years.", "We keep it for [-two-]{+three+} years."},
		{"a phrase reads as one", "We keep the results for two years.", "We keep the results not at all.", "We keep the results [-for two years-]{+not at all+}."},
		{"a number is one word", "It costs 1,250.50 a year.", "It costs 1,350.50 a year.", "It costs [-1,250.50-]{+1,350.50+} a year."},
		{"an apostrophe is within a word", "We don't sell.", "We do sell.", "We [-don't-]{+do+} sell."},
		{"space is no change", "We  count.\nDaily.", "We count. Daily.", "We count. Daily."},
		{"other ends of lines", "We count.\r\n\r\nYou pay.", "We count.\n\nYou pay.", "We count.|You pay."},
		{"a paragraph between", "One thing.\n\nAnother thing.", "One thing.\n\nSomething wholly different.\n\nAnother thing.", "One thing.|{+Something wholly different.+}|Another thing."},
		{"one new before one changed", "We use your readings for two years.", "Who gets them? Nobody.\n\nWe use your readings for a year.", "{+Who gets them? Nobody.+}|We use your readings for [-two years-]{+a year+}."},
		{"items of a list", "We use\n- names\n- numbers", "We use\n- names\n- dates of birth\n- numbers", "We use|- names|{+- dates of birth+}|- numbers"},
		{"a heading", "# Who\n\nWe.", "# Who we are\n\nWe.", "# Who{+ we are+}|We."},
		{"emphasis", "We **never** sell.", "We never sell.", "We [-**-]never[-**-] sell."},
		{"Arabic", "نحتفظ بها سنتين.", "نحتفظ بها ثلاث سنوات.", "نحتفظ بها [-سنتين-]{+ثلاث سنوات+}."},
		{"an Arabic vowel sign stays on its letter", "عَلِمَ الناس بالأمر", "عُلِمَ الناس بالأمر", "[-عَلِمَ-]{+عُلِمَ+} الناس بالأمر"},
		{"accents in another encoding", "Cafe\u0301 ouvert ici", "Café ouvert ici", "Café ouvert ici"},
		{"a combining mark", "Le cafe est ouvert", "Le cafe\u0301 est ouvert", "Le [-cafe-]{+cafe\u0301+} est ouvert"},
		{"Polish", "Możesz wycofać zgodę w każdej chwili.", "Możesz wycofać zgodę w dowolnej chwili.", "Możesz wycofać zgodę w [-każdej-]{+dowolnej+} chwili."},
		{"no spaces between words", "我们保存两年", "我们保存三年", "我们保存[-两-]{+三+}年"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := marked(compare.Texts(tt.before, tt.after)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCount(t *testing.T) {
	blocks := compare.Texts("We keep it for two years.\n\nGone.", "We keep it for three long years.")
	if added, removed := compare.Count(blocks); added != 2 || removed != 2 {
		t.Errorf("%d added, %d removed", added, removed)
	}
	if !compare.Differ(blocks) || compare.Differ(compare.Texts("We.", "We.")) {
		t.Error("whether they differ is wrong")
	}
}

// Whatever is compared, both texts can be put together again from the runs, but for space between paragraphs.
func TestNothingIsLost(t *testing.T) {
	words := strings.Fields("we count you pay عَلِمَ café e\u0301 . , ** - # 1.5 zażółć don't 我 👩\u200d👧")
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range random.IntN(60) {
			b.WriteString(words[random.IntN(len(words))])
			b.WriteString([]string{" ", " ", " ", "\n", "\n\n", ""}[random.IntN(6)])
		}
		return b.String()
	}
	for range 500 {
		before, after := text(), text()
		var old, fresh strings.Builder
		for _, b := range compare.Texts(before, after) {
			for _, r := range b.Runs {
				if r.Kind != compare.Added {
					old.WriteString(r.Text)
				}
				if r.Kind != compare.Removed {
					fresh.WriteString(r.Text)
				}
			}
		}
		for _, pair := range [][2]string{{old.String(), before}, {fresh.String(), after}} {
			if squeeze(pair[0]) != squeeze(pair[1]) {
				t.Fatalf("%q became %q", pair[1], pair[0])
			}
		}
	}
}

func squeeze(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), ""), "e\u0301", "é")
}

// A text of a hundred pages that was written anew is compared all the same.
func TestLongTexts(t *testing.T) {
	page := func(word string) string {
		return strings.Repeat("Every "+word+" is one of these words here. ", 60) + "\n\n"
	}
	blocks := compare.Texts(strings.Repeat(page("old"), 100), strings.Repeat(page("new"), 90))
	if added, removed := compare.Count(blocks); added == 0 || removed <= added {
		t.Errorf("%d added, %d removed", added, removed)
	}
}
