package billing_test

import (
	"errors"
	"strings"
	"testing"

	"candor/models"
)

// The numbers are the ones that schemes publish for tests; none was ever issued.
func TestCardNumbersAreRefused(t *testing.T) {
	refused := map[string]string{
		"Visa":                    "4111111111111111",
		"Visa, 13 digits":         "4222222222222",
		"Visa, 19 digits":         "4000000000000000006",
		"Mastercard":              "5555555555554444",
		"Mastercard 2-series":     "2223003122003222",
		"Mastercard 2-series end": "2720990000000007",
		"American Express":        "378282246310005",
		"Discover":                "6011111111111117",
		"Diners Club":             "30569309025904",
		"Diners Club 36":          "36227206271667",
		"JCB":                     "3530111333300000",
		"UnionPay":                "6200000000000005",
		"Maestro":                 "6759649826438453",
		"blanks":                  "4111 1111 1111 1111",
		"dashes":                  "4111-1111-1111-1111",
		"dots":                    "4111.1111.1111.1111",
		"each digit apart":        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
		"no-break blanks":         "4111\u00a01111\u00a01111\u00a01111",
		"en dashes":               "4111–1111–1111–1111",
		"zero-width":              "4111\u200b1111\u200b1111\u200b1111",
		"line breaks":             "4111\n1111\n1111\n1111",
		"full width":              "４１１１１１１１１１１１１１１１",
		"Arabic-Indic":            "٤١١١١١١١١١١١١١١١",
		"mathematical":            "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏",
		"in a sentence":           "Customer read out 4111 1111 1111 1111, exp 12/29, on the phone.",
		"after another number":    "12 4111 1111 1111 1111",
		"before another number":   "4111 1111 1111 1111 12 29",
		"letters around":          "card4111111111111111exp",
		"track 2":                 ";4111111111111111=29121011000012345678?",
		"track 1":                 "%B4111111111111111^DOE/JANE^29121011000012345678?",
		"after a date":            "2026-10-01 4111 1111 1111 1111",
		"after an IBAN":           "DE89 3704 0044 0532 0130 00 4111 1111 1111 1111",
		"with a plus":             "+4111111111111111",
	}
	for name, value := range refused {
		t.Run(name, func(t *testing.T) {
			w := withCustomer(t)
			err := w.PutRecord(t.Context(), invoice("i1", map[string]string{"note": value}))
			wantInvalid(t, err, "card_data", "fields.note")
			if len(w.memory.records) != 1 { // the profile's
				t.Error("something was written")
			}
			if digits := strings.Trim(value, " "); strings.Contains(err.Error(), digits) {
				t.Error("the error repeats the number")
			}
		})
	}
}

func TestOtherLongNumbersPass(t *testing.T) {
	for name, value := range map[string]string{
		"wrong check digit":           "4111111111111112",
		"nobody issues it":            "9999999999999995",
		"twelve digits":               "411111111117",
		"twenty digits":               "41111111111111111115",
		"a telephone number":          "+49 1512 3456787 or +4915123456787",
		"a time":                      "2026-10-23T00:15:00Z",
		"two dates":                   "23.01.2025 - 04.02.2025",
		"three dates":                 "2025-10-23 2025-11-18 2025-12-23",
		"a date and a number":         "23.01.2025 0402 2025",
		"an IBAN":                     "paid from DE08 3704 0044 0532 0131 00",
		"an IBAN without blanks":      "paid from DE89370400440532013000.",
		"masked":                      "4111 11** **** 1111",
		"meter id":                    "DE0001234567890123456789012345678",
		"a UUID":                      "0197f3a2-7c1b-7d5e-8f00-0123456789ab",
		"amounts in a table":          "12.50, 13.75, 99.00, 100.00",
		"a bill's number":             "2026-100100-000123",
		"nothing":                     "",
		"Arabic words and few digits": "الفاتورة رقم ١٢٣٤",
	} {
		t.Run(name, func(t *testing.T) {
			w := withCustomer(t)
			if err := w.PutRecord(t.Context(), invoice("i1", map[string]string{"note": value})); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestCardDataIsRefusedByName(t *testing.T) {
	for _, name := range []string{"cvv", "CVV", "cvc", "cvc2", "pin", "track1", "track_2", "card_number", "cardNumber", "card-number", "pan", "PAN", "magstripe", "creditCardNumber", "ｃｖｖ"} {
		t.Run(name, func(t *testing.T) {
			w := withCustomer(t)
			err := w.PutRecord(t.Context(), invoice("i1", map[string]string{name: "123"}))
			field := "fields." + name
			if name == "ｃｖｖ" { // not a name that is safe to repeat
				field = "fields"
			}
			wantInvalid(t, err, "card_data", field)
		})
	}
}

func TestFieldsForLongNumbersAreLeftAlone(t *testing.T) {
	w := withCustomer(t)
	r := invoice("p1", map[string]string{"mandate": "4111111111111111"})
	r.Category = "payment_method"
	if err := w.PutRecord(t.Context(), r); err != nil {
		t.Error(err)
	}
}

func TestNumberSentAsANameIsNotRepeated(t *testing.T) {
	w := withCustomer(t)
	err := w.PutRecord(t.Context(), invoice("i1", map[string]string{"4111111111111111": "x"}))
	wantInvalid(t, err, "undeclared_field", "fields")
	if strings.Contains(err.Error(), "4111") {
		t.Error("the error repeats the number")
	}
}

func wantInvalid(t *testing.T, err error, code, field string) {
	t.Helper()
	var e *models.Error
	if err == nil {
		t.Fatalf("no error; want %s: %s", field, code)
	}
	if !errors.As(err, &e) || e.Code != code || e.Field != field || e.Kind == models.Internal {
		t.Errorf("error is %v; want %s: %s", err, field, code)
	}
}
