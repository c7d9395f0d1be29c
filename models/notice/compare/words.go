package compare

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tokens splits a text into words, stretches of space, and single marks. A letter keeps the marks that combine with it:
// no comparison parts an Arabic letter from its vowel sign, or an e from its accent. Scripts without spaces
// are split at each character.
func tokens(text string) []string {
	var out []string
	runes := []rune(text)
	for i := 0; i < len(runes); {
		end := i + 1
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			for end < len(runes) && unicode.IsSpace(runes[end]) {
				end++
			}
		case inWord(r) && !apart(r):
			for end < len(runes) && goesOn(runes, end) {
				end++
			}
		default:
			for end < len(runes) && joins(runes[end]) {
				end++
			}
		}
		out = append(out, string(runes[i:end]))
		i = end
	}
	return out
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// joins says that a rune belongs to the one before it.
func joins(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	return unicode.IsMark(r) || r == zeroWidthNonJoiner || r == zeroWidthJoiner
}

// goesOn says that the word goes on at i: by a letter, or by an apostrophe or point with a letter behind it.
func goesOn(runes []rune, i int) bool {
	r := runes[i]
	if joins(r) || inWord(r) && !apart(r) {
		return true
	}
	return strings.ContainsRune("'’·.,", r) && i+1 < len(runes) && inWord(runes[i+1]) && inWord(lastLetter(runes[:i])) &&
		(r == '\'' || r == '’' || r == '·' || unicode.IsNumber(runes[i+1]))
}

func lastLetter(runes []rune) rune {
	for _, r := range slices.Backward(runes) {
		if !joins(r) {
			return r
		}
	}
	return 0
}

// apart are the letters of scripts that put no space between words.
func apart(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// same is what tokens are the same by: as a reader sees them, whichever way their accents are encoded, and however
// much space there is.
func same(token string) string {
	if strings.TrimSpace(token) == "" {
		return " "
	}
	return norm.NFC.String(token)
}

func isWord(token string) bool {
	for _, r := range token {
		return inWord(r)
	}
	return false
}

func countWords(text string) int {
	n := 0
	for _, token := range tokens(text) {
		if isWord(token) {
			n++
		}
	}
	return n
}

// slight says that what stands between two changes is no word.
func slight(tokens []string) bool {
	return len(tokens) <= 2 && !slices.ContainsFunc(tokens, isWord)
}
