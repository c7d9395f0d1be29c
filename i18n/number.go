package i18n

import (
	"math"
	"strconv"
	"strings"
)

// Number writes an integer: "35,040", "35.040", "35 040".
func (l *Localizer) Number(n int64) string { return l.Decimal(strconv.FormatInt(n, 10)) }

// Decimal writes a decimal number given as -?[0-9]+(.[0-9]+)?, digit for digit: exact amounts of any length
// survive, and the fraction keeps the zeros it came with. Anything else comes back unchanged.
func (l *Localizer) Decimal(number string) string {
	digits, negative := strings.CutPrefix(number, "-")
	whole, fraction, fractional := strings.Cut(digits, ".")
	if !isDigits(whole) || fractional && !isDigits(fraction) {
		return number
	}
	text := l.grouped(whole)
	if fractional {
		text += l.locale.decimal + fraction
	}
	if negative {
		text = l.locale.minus + text
	}
	return text
}

func (l *Localizer) grouped(digits string) string {
	if len(digits) < l.locale.groupFrom {
		return digits
	}
	var b strings.Builder
	for i, d := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(l.locale.group)
		}
		b.WriteByte(d)
	}
	return b.String()
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Bytes writes a size in decimal units (a kilobyte is 1,000 bytes, as file managers count), with at most one decimal.
func (l *Localizer) Bytes(n int64) string {
	size, unit := float64(n), 0
	// 999.95 would be rounded up to 1000.0: it is one of the next unit.
	for math.Abs(size) >= 999.95 && unit < len(l.locale.bytes)-1 {
		size, unit = size/1000, unit+1
	}
	return l.Decimal(oneDecimal(size)) + nbsp + l.locale.bytes[unit]
}

func oneDecimal(x float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	if text == "-0" {
		return "0"
	}
	return text
}
