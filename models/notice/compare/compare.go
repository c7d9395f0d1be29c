// Package compare owns what differs between two versions of a text, word by word, as a person reads it: paragraphs
// are matched first, then the words in those that have changed.
package compare

import (
	"regexp"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Kind says in which of two texts something stands.
type Kind string

// The kinds.
const (
	Same    Kind = "same"
	Added   Kind = "added"
	Removed Kind = "removed"
)

// Run is a stretch of text of one kind.
type Run struct {
	Kind Kind
	Text string
}

// Block is a paragraph, a heading or an item, in its Markdown. Kind is Same if nothing in it has changed, Added or
// Removed if all of it stands in one text only, and Changed otherwise.
type Block struct {
	Kind Kind
	Runs []Run
}

// Changed is a block that stands in both texts with other words.
const Changed Kind = "changed"

// Texts compares two texts in Markdown. The runs that are not Added, put together, are the words of before, and
// those that are not Removed the words of after.
func Texts(before, after string) []Block {
	old, fresh := blocks(before), blocks(after)
	var out []Block
	var gone, come []string
	flush := func() {
		out = append(out, between(gone, come)...)
		gone, come = nil, nil
	}
	for _, e := range edits(old, fresh, func(s string) string { return s }) {
		switch e.kind {
		case Removed:
			gone = append(gone, e.tokens...)
		case Added:
			come = append(come, e.tokens...)
		default:
			flush()
			for _, text := range e.tokens {
				out = append(out, whole(Same, text))
			}
		}
	}
	flush()
	return out
}

// Differ says whether a comparison found anything.
func Differ(blocks []Block) bool {
	for _, b := range blocks {
		if b.Kind != Same {
			return true
		}
	}
	return false
}

// Count is how many words were added and removed.
func Count(blocks []Block) (added, removed int) {
	for _, b := range blocks {
		for _, r := range b.Runs {
			switch r.Kind {
			case Added:
				added += countWords(r.Text)
			case Removed:
				removed += countWords(r.Text)
			}
		}
	}
	return added, removed
}

func whole(kind Kind, text string) Block { return Block{kind, []Run{{kind, text}}} }

var (
	blankLines = regexp.MustCompile(`\n[ \t]*(?:\n[ \t]*)+`)
	item       = regexp.MustCompile(`^[ \t]*(?:[-*+]|\d+[.)])[ \t]`)
)

// blocks splits Markdown at blank lines, and lists into their items.
func blocks(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var out []string
	for _, paragraph := range blankLines.Split(text, -1) {
		var block []string
		end := func() {
			if joined := strings.TrimSpace(strings.Join(block, "\n")); joined != "" {
				out = append(out, joined)
			}
			block = nil
		}
		for line := range strings.SplitSeq(paragraph, "\n") {
			if item.MatchString(line) || strings.HasPrefix(line, "#") {
				end()
			}
			block = append(block, line)
		}
		end()
	}
	return out
}

// tooMany is how many pairs of paragraphs are weighed against one another before it is taken that they come in pairs.
const tooMany = 2500

// alike is how much of two paragraphs must be the same, of 1, for one to be a new wording of the other.
const alike = 0.35

// between compares the paragraphs that stand between two that are the same in both texts.
func between(old, fresh []string) []Block {
	pairs := pair(old, fresh)
	var out []Block
	j := 0
	for i, text := range old {
		partner := pairs[i]
		if partner < 0 {
			out = append(out, whole(Removed, text))
			continue
		}
		for ; j < partner; j++ {
			out = append(out, whole(Added, fresh[j]))
		}
		out = append(out, words(text, fresh[j]))
		j++
	}
	for ; j < len(fresh); j++ {
		out = append(out, whole(Added, fresh[j]))
	}
	return out
}

// pair gives for each old paragraph the fresh one that is its new wording, or -1; pairs never cross. It is the
// alignment of the greatest likeness.
func pair(old, fresh []string) []int {
	out := make([]int, len(old))
	for i := range out {
		out[i] = -1
		if len(old)*len(fresh) > tooMany && i < len(fresh) {
			out[i] = i
		}
	}
	if len(old)*len(fresh) > tooMany {
		return out
	}
	best, weight := align(old, fresh)
	for i, j := 0, 0; i < len(old) && j < len(fresh); {
		switch {
		case weight[i][j] > 0 && best[i][j] == best[i+1][j+1]+weight[i][j]:
			out[i] = j
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}

// align works out how much likeness can be had from the paragraphs i and j on, and how alike each two are.
func align(old, fresh []string) (best, weight [][]float64) {
	best, weight = make([][]float64, len(old)+1), make([][]float64, len(old))
	best[len(old)] = make([]float64, len(fresh)+1)
	for i := len(old) - 1; i >= 0; i-- {
		best[i], weight[i] = make([]float64, len(fresh)+1), make([]float64, len(fresh))
		for j := len(fresh) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if w := likeness(old[i], fresh[j]); w >= alike {
				weight[i][j] = w
				best[i][j] = max(best[i][j], best[i+1][j+1]+w)
			}
		}
	}
	return best, weight
}

// likeness is the share of words that two paragraphs have in common, from 0 to 1 (Sørensen and Dice), in any order.
func likeness(a, b string) float64 {
	counts, total, common := map[string]int{}, 0, 0
	for _, w := range tokens(a) {
		if isWord(w) {
			counts[same(w)]++
			total++
		}
	}
	for _, w := range tokens(b) {
		if !isWord(w) {
			continue
		}
		total++
		if counts[same(w)] > 0 {
			counts[same(w)]--
			common++
		}
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}

// words compares two paragraphs word by word.
func words(before, after string) Block {
	b := Block{Kind: Same}
	for _, e := range calm(edits(tokens(before), tokens(after), same)) {
		if e.kind != Same {
			b.Kind = Changed
		}
		b.Runs = append(b.Runs, Run{e.kind, strings.Join(e.tokens, "")})
	}
	return b
}

// edit is a stretch of tokens of one kind.
type edit struct {
	kind   Kind
	tokens []string
}

// edits is the shortest way from one sequence to another (Myers). Tokens are the same if their keys are; those that
// are given are after's.
func edits(before, after []string, key func(string) string) []edit {
	numbers := map[string]rune{}
	number := func(tokens []string) []rune {
		out := make([]rune, len(tokens))
		for i, token := range tokens {
			n, ok := numbers[key(token)]
			if !ok {
				n = nth(len(numbers))
				numbers[key(token)] = n
			}
			out[i] = n
		}
		return out
	}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = 0 // the same texts give the same comparison, however busy the machine
	var out []edit
	i, j := 0, 0
	for _, d := range differ.DiffMainRunes(number(before), number(after), false) {
		n := len([]rune(d.Text))
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			out = append(out, edit{Removed, before[i : i+n]})
			i += n
		case diffmatchpatch.DiffInsert:
			out = append(out, edit{Added, after[j : j+n]})
			j += n
		default:
			out = append(out, edit{Same, after[j : j+n]})
			i, j = i+n, j+n
		}
	}
	return out
}

// nth is a rune to stand for the n-th token: any valid one but those of surrogates, which text cannot hold.
func nth(n int) rune {
	const surrogates, after = 0xD800, 0xE000
	if n+1 >= surrogates {
		return rune(n + 1 - surrogates + after)
	}
	return rune(n + 1)
}

// calm joins changes that only a space or a mark keeps apart, so that a phrase that was written anew reads as one, and
// puts what was removed before what took its place.
func calm(all []edit) []edit {
	var out []edit
	for i := 0; i < len(all); {
		if all[i].kind == Same {
			out = append(out, all[i])
			i++
			continue
		}
		var gone, come []string
		for ; i < len(all); i++ {
			e := all[i]
			if e.kind == Same && (!slight(e.tokens) || i+1 == len(all)) {
				break
			}
			if e.kind != Added {
				gone = append(gone, e.tokens...)
			}
			if e.kind != Removed {
				come = append(come, e.tokens...)
			}
		}
		if len(gone) > 0 {
			out = append(out, edit{Removed, gone})
		}
		if len(come) > 0 {
			out = append(out, edit{Added, come})
		}
	}
	return out
}
