package billing

import "strings"

// ibanLengths are the lengths of the IBANs of the countries that use them most (ISO 13616).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21, "CY": 28,
	"CZ": 24, "DE": 22, "DK": 18, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22,
	"GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30,
	"KW": 30, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
	"MT": 31, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24,
	"SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}

// reduceIBAN gives what may be kept of an IBAN: its country and last 4 characters, DE…4312. One
// that was reduced before, with anything of … . * x • in the place of the rest, is written anew.
func reduceIBAN(field, s string) (string, error) {
	plain := compactIBAN(s)
	if isIBAN(plain) {
		return plain[:2] + "…" + plain[len(plain)-4:], nil
	}
	if len(plain) >= 6 && isUpper(plain[0]) && isUpper(plain[1]) {
		tail := plain[len(plain)-4:]
		rest := strings.Trim(plain[2:len(plain)-4], "….*X•")
		if rest == "" && isAlphanumeric(tail) {
			return plain[:2] + "…" + tail, nil
		}
	}
	return "", invalid(codeBadIBAN, field)
}

func compactIBAN(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, s))
}

// isIBAN checks the form and the check digits (ISO 7064, MOD 97-10) of a compact IBAN.
func isIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || !isUpper(s[0]) || !isUpper(s[1]) || !isAlphanumeric(s) {
		return false
	}
	if n, ok := ibanLengths[s[:2]]; ok && n != len(s) {
		return false
	}
	rem := 0
	for i := range len(s) {
		c := s[(i+4)%len(s)] // the country and check digits count last
		if isUpper(c) {
			rem = (rem*100 + int(c-'A') + 10) % 97
		} else {
			rem = (rem*10 + int(c-'0')) % 97
		}
	}
	return rem == 1
}

// ibanDigits gives the number of digits of the IBAN whose check digits start at byte at of the text
// and which holds no letters after its country, or 0 if there is none.
func ibanDigits(s string, at int) int {
	if at < 2 {
		return 0
	}
	country := strings.ToUpper(s[at-2 : at])
	length, ok := ibanLengths[country]
	if !ok {
		return 0
	}
	plain := []byte(country)
	for i := at; i < len(s) && len(plain) < length; i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			plain = append(plain, c)
		case c != ' ' && c != '-':
			return 0
		}
	}
	if len(plain) != length || !isIBAN(string(plain)) {
		return 0
	}
	return length - 2
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isAlphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isUpper(c) && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// checkLast4 holds a field of that kind to exactly 4 digits: one more would be more than may be kept.
func checkLast4(field, s string) error {
	if len(s) == 4 && countDigits(s) == 4 {
		return nil
	}
	return invalid(codeBadLast4, field)
}
