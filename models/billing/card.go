package billing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cardNames are the names, without separators and in lower case, under which payment card data
// that may never be kept is sent (PCI DSS 3.3: sensitive authentication data; 3.5: the number).
var cardNames = map[string]bool{
	"cvv": true, "cvv2": true, "cvc": true, "cvc2": true, "csc": true, "cav": true, "cav2": true,
	"cardcvv": true, "cardcvc": true, "cardsecuritycode": true, "securitycode": true,
	"cardverificationvalue": true, "cardverificationcode": true, "verificationvalue": true,
	"pin": true, "cardpin": true, "pinblock": true, "encryptedpin": true,
	"track": true, "track1": true, "track2": true, "track3": true, "trackdata": true,
	"track1data": true, "track2data": true, "track2equivalentdata": true, "magstripe": true, "magneticstripe": true,
	"cardnumber": true, "cardno": true, "cardnum": true, "cardpan": true, "pan": true, "fullpan": true,
	"primaryaccountnumber": true, "ccnumber": true, "ccnum": true, "ccno": true, "creditcard": true,
	"creditcardnumber": true, "creditcardno": true, "debitcard": true, "debitcardnumber": true,
}

// isCardName says whether a member's name alone says that it holds card data.
func isCardName(name string) bool {
	if len(name) > 64 {
		return false
	}
	if !isASCII(name) {
		name = norm.NFKC.String(name)
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	return cardNames[plain]
}

// issuers are the first digits of the numbers that card schemes issue (ISO/IEC 7812), as ranges of
// one length each.
var issuers = []struct{ from, to string }{
	{"4", "4"},                                                   // Visa
	{"51", "55"},                                                 // Mastercard
	{"2221", "2720"},                                             // Mastercard, 2-series
	{"34", "34"},                                                 // American Express
	{"37", "37"},                                                 // American Express
	{"300", "305"}, {"3095", "3095"}, {"36", "36"}, {"38", "39"}, // Diners Club
	{"6011", "6011"}, {"644", "649"}, {"65", "65"}, // Discover
	{"3528", "3589"},           // JCB
	{"62", "62"}, {"81", "81"}, // UnionPay
	{"50", "50"}, {"56", "58"}, {"60", "61"}, {"63", "63"}, {"67", "69"}, // Maestro, Verve, RuPay, Elo
	{"2200", "2204"},                   // Mir
	{"9792", "9792"},                   // Troy
	{"8600", "8600"}, {"9860", "9860"}, // Uzcard, Humo
}

// HoldsCardNumber says whether a text holds a payment card number, which is kept nowhere.
func HoldsCardNumber(s string) bool { return holdsCardNumber(s) }

// holdsCardNumber finds payment card numbers in text: 13 to 19 digits, in any script, whatever
// blanks, dashes or dots stand between them, that a scheme issues and whose check digit is right
// (Luhn, ISO/IEC 7812-1 annex B). Dates, telephone numbers with "+", and IBANs are none.
func holdsCardNumber(s string) bool {
	if countDigits(s) < 13 {
		return false
	}
	if !isASCII(s) {
		s = norm.NFKC.String(s)
	}
	var run digitRun
	for i, r := range s {
		switch d := digit(r); {
		case d >= 0:
			run.add(d, i)
		case isSeparator(r):
			run.separate(r)
		default:
			if run.holdsCard(s) {
				return true
			}
			run.reset()
		}
	}
	return run.holdsCard(s)
}

// digitRun is a stretch of digits and separators, in groups.
type digitRun struct {
	digits []int // 0 to 9
	groups []digitGroup
	apart  bool // a separator came since the last digit
	sep    rune
}

// digitGroup is where digits stand side by side: digits[from:to], at byte at of the text.
type digitGroup struct {
	from, to, at int
	sep          rune // the separator before it
}

func (r *digitRun) add(d, at int) {
	if len(r.groups) == 0 || r.apart {
		r.groups = append(r.groups, digitGroup{from: len(r.digits), at: at, sep: r.sep})
		r.apart = false
	}
	r.digits = append(r.digits, d)
	r.groups[len(r.groups)-1].to = len(r.digits)
}

func (r *digitRun) separate(sep rune) {
	r.apart = true
	r.sep = sep
}

func (r *digitRun) reset() {
	r.digits, r.groups, r.apart = r.digits[:0], r.groups[:0], false
}

// holdsCard tries every stretch of whole groups, dates left out.
func (r *digitRun) holdsCard(s string) bool {
	if len(r.digits) < 13 {
		return false
	}
	for i := 0; i < len(r.groups); i++ {
		if n := r.dateAt(i); n > 0 {
			i += n - 1
			continue
		}
		if n := ibanDigits(s, r.groups[i].at); n > 0 {
			i = r.skip(i, n)
			continue
		}
		if r.cardFrom(s, i) {
			return true
		}
	}
	return false
}

// skip gives the last group that n digits from group i on reach.
func (r *digitRun) skip(i, n int) int {
	end := r.groups[i].from + n
	for i+1 < len(r.groups) && r.groups[i+1].from < end {
		i++
	}
	return i
}

func (r *digitRun) cardFrom(s string, i int) bool {
	from := r.groups[i].from
	phone := r.groups[i].at > 0 && s[r.groups[i].at-1] == '+'
	for j := i; j < len(r.groups) && r.groups[j].to-from <= 19; j++ {
		if j > i && r.dateAt(j) > 0 {
			return false
		}
		n := r.groups[j].to - from
		if n < 13 || phone && n <= 14 { // E.164 has at most 15 digits, and no country uses all
			continue
		}
		if isIssued(r.digits[from:from+n]) && luhn(r.digits[from:from+n]) {
			return true
		}
	}
	return false
}

// dateAt gives the number of groups (3) if a date starts at group i: 2026-11-23 or 23.11.2026.
func (r *digitRun) dateAt(i int) int {
	if i+2 >= len(r.groups) {
		return 0
	}
	a, b, c := r.groups[i], r.groups[i+1], r.groups[i+2]
	if b.sep != c.sep || !strings.ContainsRune("-./", b.sep) {
		return 0
	}
	year, day := a, c
	if a.to-a.from != 4 {
		year, day = c, a
	}
	if year.to-year.from == 4 && r.between(year, 1900, 2199) && r.between(b, 1, 31) && r.between(day, 1, 31) {
		return 3
	}
	return 0
}

func (r *digitRun) between(g digitGroup, low, high int) bool {
	if g.to-g.from > 4 {
		return false
	}
	n := 0
	for _, d := range r.digits[g.from:g.to] {
		n = 10*n + d
	}
	return low <= n && n <= high
}

func isIssued(digits []int) bool {
	for _, issuer := range issuers {
		if prefixBetween(digits, issuer.from, issuer.to) {
			return true
		}
	}
	return false
}

func prefixBetween(digits []int, from, to string) bool {
	return comparePrefix(digits, from) >= 0 && comparePrefix(digits, to) <= 0
}

func comparePrefix(digits []int, prefix string) int {
	for i := range len(prefix) {
		if c := digits[i] - int(prefix[i]-'0'); c != 0 {
			return c
		}
	}
	return 0
}

func luhn(digits []int) bool {
	sum := 0
	for i, n := range digits {
		if (len(digits)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// countDigits counts what could be digits, so that most values are done with after one look.
func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if c := s[i]; '0' <= c && c <= '9' {
			n++
		} else if c >= utf8.RuneSelf {
			return len(s)
		}
	}
	return n
}

// digit gives the value of a decimal digit of any script, or -1. Unicode keeps the ten digits of
// each script side by side, and the table's ranges start at a zero.
func digit(r rune) int {
	if r < utf8.RuneSelf {
		if '0' <= r && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return int(r-rune(x.Lo)) % 10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if low, high := rune(x.Lo), rune(x.Hi); low <= r && r <= high { // code points end at 0x10FFFF
			return int(r-low) % 10
		}
	}
	return -1
}

// isSeparator says whether people, or programs that hide them, put it between a number's digits.
func isSeparator(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '.', '_', '-', '/', '·', '•', '\u2212', '\u00AD':
		return true
	}
	return r >= utf8.RuneSelf && (unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf, unicode.Mn))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
