package stripe

import (
	"strconv"
	"strings"

	api "github.com/stripe/stripe-go/v85"
	iso "golang.org/x/text/currency"
)

// unlike are the currencies whose amounts Stripe gives with two decimals although they have none (ISO 4217;
// docs.stripe.com/currencies, special cases).
var unlike = map[string]bool{"ISK": true, "UGX": true}

// money is an amount of minor units as it is kept, and the currency's code.
func money(amount int64, currency api.Currency) (minor, code string) {
	code = strings.ToUpper(string(currency))
	if unlike[code] {
		amount /= 100
	}
	return strconv.FormatInt(amount, 10), code
}

// decimal is an amount as people who read any language can: 12.90 EUR.
func decimal(amount int64, currency api.Currency) string {
	minor, code := money(amount, currency)
	digits := 2
	if unit, err := iso.ParseISO(code); err == nil {
		digits, _ = iso.Standard.Rounding(unit)
	}
	sign := ""
	if minor[0] == '-' {
		sign, minor = "-", minor[1:]
	}
	if digits == 0 {
		return sign + minor + " " + code
	}
	minor = strings.Repeat("0", max(0, digits+1-len(minor))) + minor
	return sign + minor[:len(minor)-digits] + "." + minor[len(minor)-digits:] + " " + code
}
