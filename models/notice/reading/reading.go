// Package reading owns how hard a text is to read: a published formula for each language that has one, and the
// sentences that are too long. It gives a hint to whoever writes, and forbids nothing.
package reading

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"candor/models/notice"
)

// Verdict is how hard a text is.
type Verdict string

// The verdicts. GDPR Art. 12(1) asks for the first.
const (
	Plain    Verdict = "plain"
	Fair     Verdict = "fair"
	Hard     Verdict = "hard"
	VeryHard Verdict = "very_hard"
	// Nothing to judge: there are no words.
	Empty Verdict = ""
)

// LongSentence is how many words a sentence may have before it is marked.
const LongSentence = 25

// Result is what a reading finds.
type Result struct {
	Words, Sentences int
	// PerSentence is words in a sentence, on average.
	PerSentence float64
	// Formula is the name of the formula; empty for a language without one, of which the verdict goes by the length of
	// sentences alone.
	Formula string
	// Score is what the formula gives. Ease says that more is easier (0 to 100, about); otherwise it is years of school.
	Score float64
	Ease  bool
	Verdict
	// Long are the sentences of more than LongSentence words, the longest first.
	Long []Sentence
}

// Sentence is one that is too long.
type Sentence struct {
	Text  string
	Words int
}

// formula is what is published for a language, from words per sentence and syllables per word (or, where years is
// set, the share of long words in percent).
type formula struct {
	name      string
	score     func(perSentence, perWord float64) float64
	ease      bool
	syllables func(word string) int
	// long is from how many syllables on a word is a hard one; 0 for a formula that asks for syllables per word.
	long int
}

var formulas = map[string]formula{
	// R. Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948).
	"en": {"Flesch", func(s, w float64) float64 { return 206.835 - 1.015*s - 84.6*w }, true, english, 0},
	// T. Amstad, Wie verständlich sind unsere Zeitungen?, Zürich 1978.
	"de": {"Amstad", func(s, w float64) float64 { return 180 - s - 58.5*w }, true, german, 0},
	// L. Kandel, A. Moles, Application de l'indice de Flesch à la langue française, 1958.
	"fr": {"Kandel–Moles", func(s, w float64) float64 { return 207 - 1.015*s - 73.6*w }, true, french, 0},
	// J. Fernández Huerta, Medidas sencillas de lecturabilidad, Consigna 214 (1959).
	"es": {"Fernández Huerta", func(s, w float64) float64 { return 206.84 - 1.02*s - 60*w }, true, spanish, 0},
	// W. Pisarek, Jak mierzyć zrozumiałość tekstu?, Zeszyty Prasoznawcze 42 (1969), the linear form.
	"pl": {"Pisarek", func(s, hard float64) float64 { return s/3 + hard/3 + 1 }, false, polish, 4},
}

// Measure reads a text in a language; body is Markdown. Headings and items count as sentences.
func Measure(language, title, summary, body string) Result {
	var sentences []string
	for _, b := range append([]notice.Block{{Text: title}, {Text: summary}}, notice.Blocks(body)...) {
		sentences = append(sentences, split(b.Text)...)
	}
	f := formulas[language]
	r := Result{Formula: f.name, Ease: f.ease}
	syllables, hard := 0, 0
	for _, s := range sentences {
		words := wordsOf(s)
		if len(words) == 0 {
			continue
		}
		r.Sentences++
		r.Words += len(words)
		if len(words) > LongSentence {
			r.Long = append(r.Long, Sentence{s, len(words)})
		}
		for _, w := range words {
			n := 0
			if f.syllables != nil {
				n = f.syllables(strings.ToLower(w))
			}
			syllables += n
			if f.long > 0 && n >= f.long {
				hard++
			}
		}
	}
	if r.Words == 0 {
		return r
	}
	r.judge(f, float64(syllables), float64(hard))
	sortLong(r.Long)
	return r
}

func (r *Result) judge(f formula, syllables, hard float64) {
	r.PerSentence = float64(r.Words) / float64(r.Sentences)
	switch {
	case f.score == nil:
		r.Verdict = grade(-r.PerSentence, -15, -20, -25)
	case f.ease:
		r.Score = f.score(r.PerSentence, syllables/float64(r.Words))
		r.Verdict = grade(r.Score, 55, 45, 30)
	default:
		r.Score = f.score(r.PerSentence, 100*hard/float64(r.Words))
		r.Verdict = grade(-r.Score, -10, -13, -16)
	}
	r.Score = math.Round(r.Score)
	r.PerSentence = math.Round(r.PerSentence*10) / 10
}

// grade finds the verdict of a score by how much each of the first three needs at least.
func grade(score, plain, fair, hard float64) Verdict {
	switch {
	case score >= plain:
		return Plain
	case score >= fair:
		return Fair
	case score >= hard:
		return Hard
	}
	return VeryHard
}

func sortLong(long []Sentence) {
	for i := range long { // a handful
		for j := i; j > 0 && long[j].Words > long[j-1].Words; j-- {
			long[j], long[j-1] = long[j-1], long[j]
		}
	}
}

// split cuts a block into sentences: at a full stop, a question or exclamation mark (Arabic ones too) with space or nothing behind
// it, unless a small letter or digit follows, as after an abbreviation.
func split(block string) []string {
	var out []string
	runes := []rune(block)
	start := 0
	for i, r := range runes {
		if !strings.ContainsRune(".!?؟۔…", r) {
			continue
		}
		end := i + 1
		for end < len(runes) && strings.ContainsRune(`"'”’»)*`, runes[end]) {
			end++
		}
		if end < len(runes) && !unicode.IsSpace(runes[end]) {
			continue
		}
		next := end
		for next < len(runes) && !unicode.IsLetter(runes[next]) && !unicode.IsNumber(runes[next]) {
			next++
		}
		if next < len(runes) && (unicode.IsLower(runes[next]) || r == '.' && abbreviates(runes[start:i])) {
			continue
		}
		out = append(out, strings.TrimSpace(string(runes[start:end])))
		start = end
	}
	if rest := strings.TrimSpace(string(runes[start:])); rest != "" {
		out = append(out, rest)
	}
	return out
}

// abbreviates says that a full stop after these runes ends no sentence: "Art. 13", "z. B. Ihr", "No. 5".
func abbreviates(before []rune) bool {
	fields := strings.Fields(string(before))
	if len(fields) == 0 {
		return false
	}
	last := strings.ToLower(strings.TrimLeft(fields[len(fields)-1], "(«„“"))
	switch last {
	case "art", "nr", "no", "abs", "bzw", "ust", "pkt", "núm", "sr", "dr", "mr", "str":
		return true
	}
	return utf8.RuneCountInString(last) == 1 && !unicode.IsNumber([]rune(last)[0])
}

// wordsOf are the words of a sentence. A number is one.
func wordsOf(sentence string) []string {
	return strings.FieldsFunc(sentence, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '\'' && r != '’' && r != '-' && r != '\u200c'
	})
}
