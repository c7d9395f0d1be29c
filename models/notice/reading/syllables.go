package reading

import "strings"

// groups counts the stretches of vowels in a word.
func groups(word, vowels string) int {
	n, in := 0, false
	for _, r := range word {
		vowel := strings.ContainsRune(vowels, r)
		if vowel && !in {
			n++
		}
		in = vowel
	}
	return n
}

// english counts groups of vowels, without the e that is not said.
func english(word string) int {
	n := groups(word, "aeiouy")
	silent := strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") || strings.HasSuffix(word, "es") ||
		strings.HasSuffix(word, "ed") && !strings.HasSuffix(word, "ted") && !strings.HasSuffix(word, "ded")
	if silent && n > 1 {
		n--
	}
	return max(n, 1)
}

// german counts vowels, diphthongs as one.
func german(word string) int {
	word = strings.NewReplacer("ei", "e", "ai", "a", "au", "a", "eu", "e", "äu", "ä", "ie", "i", "aa", "a", "ee", "e", "oo", "o", "qu", "q").Replace(word)
	return max(each(word, "aeiouyäöü"), 1)
}

// french counts groups of vowels, without a mute ending.
func french(word string) int {
	n := groups(word, "aeiouyàâäéèêëîïôöùûüœæ")
	for _, ending := range []string{"e", "es", "ent"} {
		if before, ok := strings.CutSuffix(word, ending); ok && n > 1 && before != "" && !strings.ContainsAny(before[len(before)-1:], "aeiouy") {
			n--
			break
		}
	}
	return max(n, 1)
}

// spanish counts vowels; a weak one beside another makes one syllable with it, unless it carries the accent.
func spanish(word string) int {
	word = strings.NewReplacer("que", "qe", "qui", "qi", "gue", "ge", "gui", "gi", "qué", "qé", "quí", "qí").Replace(word)
	const strong, weak = "aeoáéóíú", "iuüy"
	n := 0
	var before rune
	for _, r := range word {
		switch {
		case strings.ContainsRune(strong, r):
			if !strings.ContainsRune(weak, before) || before == 0 {
				n++
			} // "bien": the weak vowel before it has counted already
		case strings.ContainsRune(weak, r) && !strings.ContainsRune(strong+weak, before):
			if r != 'y' || before != 0 {
				n++
			}
		}
		before = r
	}
	return max(n, 1)
}

// polish counts vowels; an i before another is a sign of softness.
func polish(word string) int {
	n := 0
	runes := []rune(word)
	for i, r := range runes {
		if !strings.ContainsRune("aeiouyąęó", r) || r == 'i' && i+1 < len(runes) && strings.ContainsRune("aeouąęó", runes[i+1]) {
			continue
		}
		n++
	}
	return max(n, 1)
}

// each counts the vowels of a word.
func each(word, vowels string) int {
	n := 0
	for _, r := range word {
		if strings.ContainsRune(vowels, r) {
			n++
		}
	}
	return n
}
