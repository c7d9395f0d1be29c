package i18n

import (
	"math"
	"sync"
	"testing"
	"time"
)

// loaded is the embedded catalogue, parsed once for all tests that only read it.
var loaded = sync.OnceValues(Load)

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// each runs a test for every language, with what that language should write, in the order en, de, fr, es, pl, ar.
func each(t *testing.T, name string, write func(*Localizer) string, want ...string) {
	t.Helper()
	c := load(t)
	if len(want) != len(c.Languages()) {
		t.Fatalf("%s: %d expectations for %d languages", name, len(want), len(c.Languages()))
	}
	for i, language := range c.Languages() {
		l, ok := c.Localizer(language.Tag)
		if !ok {
			t.Fatalf("no localizer for %s", language.Tag)
		}
		if got := write(l); got != want[i] {
			t.Errorf("%s in %s: %q, want %q", name, language.Tag, got, want[i])
		}
	}
}

func TestNumbers(t *testing.T) {
	number := func(n int64) func(*Localizer) string {
		return func(l *Localizer) string { return l.Number(n) }
	}
	each(t, "0", number(0), "0", "0", "0", "0", "0", "0")
	each(t, "999", number(999), "999", "999", "999", "999", "999", "999")
	each(t, "1204", number(1204), "1,204", "1.204", "1\u202f204", "1204", "1204", "1,204")
	each(t, "35040", number(35040), "35,040", "35.040", "35\u202f040", "35.040", "35\u00a0040", "35,040")
	each(t, "-1234567", number(-1234567), "-1,234,567", "-1.234.567", "-1\u202f234\u202f567", "-1.234.567", "-1\u00a0234\u00a0567", "\u200e-1,234,567")
	each(t, "smallest", number(math.MinInt64),
		"-9,223,372,036,854,775,808", "-9.223.372.036.854.775.808", "-9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808",
		"-9.223.372.036.854.775.808", "-9\u00a0223\u00a0372\u00a0036\u00a0854\u00a0775\u00a0808", "\u200e-9,223,372,036,854,775,808")
}

func TestDecimalKeepsEveryDigit(t *testing.T) {
	decimal := func(s string) func(*Localizer) string {
		return func(l *Localizer) string { return l.Decimal(s) }
	}
	each(t, "0.250", decimal("0.250"), "0.250", "0,250", "0,250", "0,250", "0,250", "0.250")
	each(t, "long", decimal("12345678901234567890.1"), "12,345,678,901,234,567,890.1", "12.345.678.901.234.567.890,1",
		"12\u202f345\u202f678\u202f901\u202f234\u202f567\u202f890,1", "12.345.678.901.234.567.890,1",
		"12\u00a0345\u00a0678\u00a0901\u00a0234\u00a0567\u00a0890,1", "12,345,678,901,234,567,890.1")
	for _, none := range []string{"", "-", ".5", "1.", "1e3", "1.2.3", "12a", "--1", "١٢"} {
		each(t, none, decimal(none), none, none, none, none, none, none)
	}
}

func TestMoney(t *testing.T) {
	money := func(minor, code string) func(*Localizer) string {
		return func(l *Localizer) string { return l.Money(minor, code) }
	}
	each(t, "euro", money("4290", "EUR"), "€42.90", "42,90\u00a0€", "42,90\u00a0€", "42,90\u00a0€", "42,90\u00a0€", "42.90\u00a0€")
	each(t, "thousands", money("123456", "EUR"), "€1,234.56", "1.234,56\u00a0€", "1\u202f234,56\u00a0€", "1234,56\u00a0€", "1234,56\u00a0€", "1,234.56\u00a0€")
	each(t, "credit", money("-5", "EUR"), "-€0.05", "-0,05\u00a0€", "-0,05\u00a0€", "-0,05\u00a0€", "-0,05\u00a0€", "\u200e-0.05\u00a0€")
	each(t, "nothing", money("0", "EUR"), "€0.00", "0,00\u00a0€", "0,00\u00a0€", "0,00\u00a0€", "0,00\u00a0€", "0.00\u00a0€")
	each(t, "złoty", money("19999", "PLN"), "PLN\u00a0199.99", "199,99\u00a0PLN", "199,99\u00a0PLN", "199,99\u00a0PLN", "199,99\u00a0zł", "199.99\u00a0PLN")
	each(t, "dollar", money("100", "USD"), "US$1.00", "1,00\u00a0$", "1,00\u00a0$US", "1,00\u00a0US$", "1,00\u00a0USD", "1.00\u00a0US$")
	each(t, "yen has no decimals", money("4290", "JPY"), "JP¥4,290", "4.290\u00a0¥", "4\u202f290\u00a0JPY", "4290\u00a0JPY", "4290\u00a0JPY", "4,290\u00a0JP¥")
	each(t, "dinar has three", money("4290", "KWD"), "KWD\u00a04.290", "4,290\u00a0KWD", "4,290\u00a0KWD", "4,290\u00a0KWD", "4,290\u00a0KWD", "4.290\u00a0د.ك.\u200f")
	each(t, "no currency known", money("4290", "ZZZ"), "ZZZ\u00a042.90", "42,90\u00a0ZZZ", "42,90\u00a0ZZZ", "42,90\u00a0ZZZ", "42,90\u00a0ZZZ", "42.90\u00a0ZZZ")
	each(t, "no amount", money("4.2", "EUR"), "4.2\u00a0EUR", "4.2\u00a0EUR", "4.2\u00a0EUR", "4.2\u00a0EUR", "4.2\u00a0EUR", "4.2\u00a0EUR")
}

func TestDates(t *testing.T) {
	at := time.Date(2026, time.November, 12, 9, 14, 0, 0, time.UTC)
	first := time.Date(2027, time.March, 1, 23, 30, 0, 0, time.UTC)
	each(t, "Date", func(l *Localizer) string { return l.Date(at) },
		"12 November 2026", "12. November 2026", "12 novembre 2026", "12 de noviembre de 2026", "12 listopada 2026", "12 نوفمبر 2026")
	each(t, "Date, first", func(l *Localizer) string { return l.Date(first) },
		"1 March 2027", "1. März 2027", "1er mars 2027", "1 de marzo de 2027", "1 marca 2027", "1 مارس 2027")
	each(t, "ShortDate", func(l *Localizer) string { return l.ShortDate(at) },
		"12 Nov 2026", "12.11.2026", "12 nov. 2026", "12 nov 2026", "12 lis 2026", "12 نوفمبر 2026")
	each(t, "ShortDate, first", func(l *Localizer) string { return l.ShortDate(first) },
		"1 Mar 2027", "01.03.2027", "1er mars 2027", "1 mar 2027", "1 mar 2027", "1 مارس 2027")
	each(t, "Month", func(l *Localizer) string { return l.Month(at) },
		"November 2026", "November 2026", "novembre 2026", "noviembre de 2026", "listopad 2026", "نوفمبر 2026")
	each(t, "DateTime", func(l *Localizer) string { return l.DateTime(at) },
		"12 Nov 2026, 09:14", "12.11.2026, 09:14", "12 nov. 2026, 09:14", "12 nov 2026, 09:14", "12 lis 2026, 09:14", "12 نوفمبر 2026، 09:14")
	berlin := time.FixedZone("CET", 3600)
	each(t, "in another zone the next day has begun", func(l *Localizer) string { return l.In(berlin).DateTime(first) },
		"2 Mar 2027, 00:30", "02.03.2027, 00:30", "2 mars 2027, 00:30", "2 mar 2027, 00:30", "2 mar 2027, 00:30", "2 مارس 2027، 00:30")
}

func TestSizes(t *testing.T) {
	size := func(n int64) func(*Localizer) string {
		return func(l *Localizer) string { return l.Bytes(n) }
	}
	each(t, "bytes", size(512), "512\u00a0B", "512\u00a0B", "512\u00a0o", "512\u00a0B", "512\u00a0B", "512\u00a0بايت")
	each(t, "megabytes", size(12_400_000), "12.4\u00a0MB", "12,4\u00a0MB", "12,4\u00a0Mo", "12,4\u00a0MB", "12,4\u00a0MB", "12.4\u00a0ميغابايت")
	each(t, "rounded up to the next unit", size(999_999), "1\u00a0MB", "1\u00a0MB", "1\u00a0Mo", "1\u00a0MB", "1\u00a0MB", "1\u00a0ميغابايت")
}

func TestLists(t *testing.T) {
	list := func(items ...string) func(*Localizer) string {
		return func(l *Localizer) string { return l.List(items) }
	}
	each(t, "none", list(), "", "", "", "", "", "")
	each(t, "one", list("a"), "a", "a", "a", "a", "a", "a")
	each(t, "two", list("a", "b"), "a and b", "a und b", "a et b", "a y b", "a i b", "a وb")
	each(t, "three", list("a", "b", "c"), "a, b and c", "a, b und c", "a, b et c", "a, b y c", "a, b i c", "a وb وc")
	each(t, "with an and inside", list("a and und et y i والباقي b", "c"),
		"a and und et y i والباقي b, c", "a and und et y i والباقي b, c", "a and und et y i والباقي b, c",
		"a and und et y i والباقي b, c", "a and und et y i والباقي b, c", "a and und et y i والباقي b، c")

	spanish, _ := load(t).Localizer("es")
	for last, want := range map[string]string{
		"Italia": "a e Italia", "hijos": "a e hijos", "índices": "a e índices", "i": "a e i",
		"hielo": "a y hielo", "iones": "a y iones", "lugares": "a y lugares", "": "a y ",
	} {
		if got := spanish.List([]string{"a", last}); got != want {
			t.Errorf("Spanish list ending in %q: %q, want %q", last, got, want)
		}
	}
}

func TestRegions(t *testing.T) {
	region := func(code string) func(*Localizer) string {
		return func(l *Localizer) string { return l.Region(code) }
	}
	each(t, "DE", region("DE"), "Germany", "Deutschland", "Allemagne", "Alemania", "Niemcy", "ألمانيا")
	each(t, "US", region("US"), "United States", "Vereinigte Staaten", "États-Unis", "Estados Unidos", "Stany Zjednoczone", "الولايات المتحدة")
	each(t, "unknown", region("not a code"), "not a code", "not a code", "not a code", "not a code", "not a code", "not a code")
}
