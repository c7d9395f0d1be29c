package i18n

import (
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// exponents are the currencies of ISO 4217 whose minor unit is not a hundredth. CLDR's table, in x/text, is
// about habit (no decimals for the Iraqi dinar); amounts arrive in the standard's minor units.
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// Money writes an amount given in minor units (-?[0-9]+) of an ISO 4217 currency: "€42.90", "42,90 €". No
// float is involved. An amount that is no integer comes back unchanged, before its currency.
func (l *Localizer) Money(minor, code string) string {
	digits, negative := strings.CutPrefix(minor, "-")
	if !isDigits(digits) {
		return strings.TrimSpace(minor + nbsp + code)
	}
	decimals, ok := exponents[code]
	if !ok {
		decimals = 2
	}
	if short := decimals + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	amount := digits[:len(digits)-decimals]
	if decimals > 0 {
		amount += "." + digits[len(digits)-decimals:]
	}
	symbol := l.symbol(code)
	layout := l.locale.money
	if layout == "CN" && symbol == code {
		symbol += nbsp // "CHF 42.90", but "€42.90"
	}
	text := strings.NewReplacer("N", l.Decimal(amount), "C", symbol).Replace(layout)
	if negative {
		text = l.locale.minus + text
	}
	return text
}

// symbol is the sign of a currency where the language's readers know it for that currency alone, else its code.
func (l *Localizer) symbol(code string) string {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return code
	}
	tag := language.Make(l.locale.tag)
	if l.locale.tag == "en" {
		tag = language.BritishEnglish
	}
	return strings.TrimSpace(message.NewPrinter(tag).Sprint(currency.Symbol(unit)))
}
