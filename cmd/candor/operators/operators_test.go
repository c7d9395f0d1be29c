package operators_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"candor/cmd/candor/operators"
	"candor/models/datamap"
	"candor/models/notice"
)

// categories are the fourteen kinds of data of the product, and the fields that imports and interfaces rely on.
var categories = map[string]string{
	"identity":       "name customer_number",
	"contact":        "email phone address",
	"tax":            "tax_id country",
	"payment_method": "brand last4 expiry iban mandate",
	"contract":       "plan status started_on ended_on",
	"invoices":       "number issued_on due_on total currency status",
	"payments":       "amount currency paid_on status method",
	"usage_summary":  "from to quantity unit",
	"usage_detail":   "from to quantity unit",
	"credit":         "arrears currency risk_score since note",
	"support_notes":  "note author_role topic",
	"special_needs":  "kind since evidence",
	"marketing":      "channel frequency",
	"access_log":     "action method address_range",
}

var purposes = map[string]datamap.Basis{
	"billing": datamap.Contract, "tax_records": datamap.LegalObligation, "fraud_prevention": datamap.LegitimateInterests,
	"usage_analytics": datamap.Consent, "marketing_email": datamap.Consent, "partner_sharing": datamap.Consent,
}

func open(t *testing.T, name string) (fs.FS, *datamap.Map) {
	t.Helper()
	files, err := operators.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := fs.ReadFile(files, "datamap.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := datamap.Parse(raw)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return files, m
}

// The companies' own numbers are shorter than a card's or begin with letters, so no field need let long
// numbers pass: a card number is refused wherever it is sent.
func TestNoFieldLetsCardNumbersPass(t *testing.T) {
	for _, name := range operators.Names() {
		_, m := open(t, name)
		for _, c := range m.Categories {
			for _, f := range c.Fields {
				if f.LongNumber {
					t.Errorf("%s: %s.%s lets card numbers pass", name, c.Key, f.Key)
				}
			}
		}
	}
}

func TestDataMapsDeclareWhatTheProductRelies(t *testing.T) {
	for _, name := range operators.Names() {
		_, m := open(t, name)
		if len(m.Categories) != len(categories) {
			t.Errorf("%s has %d categories, want %d", name, len(m.Categories), len(categories))
		}
		for key, fields := range categories {
			category, ok := m.Category(key)
			if !ok {
				t.Errorf("%s lacks the category %s", name, key)
				continue
			}
			for field := range strings.FieldsSeq(fields) {
				if _, ok := category.Field(field); !ok {
					t.Errorf("%s: %s lacks the field %s", name, key, field)
				}
			}
		}
		for key, basis := range purposes {
			if p, ok := m.Purpose(key); !ok || p.Basis != basis {
				t.Errorf("%s: purpose %s must rest on %s", name, key, basis)
			}
		}
		for _, p := range m.Purposes { // a browser's opt-out signal is a no to it
			if p.SaleOrSharing != (p.Key == "partner_sharing") {
				t.Errorf("%s: purpose %s: sale_or_sharing is %t", name, p.Key, p.SaleOrSharing)
			}
		}
	}
}

func TestEverythingExistsInSixLanguages(t *testing.T) {
	for _, name := range operators.Names() {
		if _, m := open(t, name); strings.Join(m.Operator.Languages, " ") != "en de fr es pl ar" {
			t.Errorf("%s speaks %v", name, m.Operator.Languages)
		}
	}
}

func TestOpenNamesTheOperatorsThereAre(t *testing.T) {
	_, err := operators.Open("bakery")
	if err == nil {
		t.Fatal("an unknown operator was opened")
	}
	for _, want := range append(operators.Names(), "bakery") {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error %q does not name %s", err, want)
		}
	}
}

func TestEveryChoiceHasANoticeInEachLanguage(t *testing.T) {
	for _, name := range operators.Names() {
		files, m := open(t, name)
		all := notices(t, name, files, m)
		versions := map[string]int{}
		for _, n := range all {
			versions[n.Key]++
		}
		if versions[m.Operator.Notice] == 0 {
			t.Errorf("%s lacks its general notice %q", name, m.Operator.Notice)
		}
		revised := 0
		for i := range m.Purposes {
			p := &m.Purposes[i]
			if p.Chosen() && versions[p.Key] == 0 {
				t.Errorf("%s asks about %s without a notice of its own", name, p.Key)
			}
			if versions[p.Key] > 1 {
				revised++
			}
		}
		if revised < 2 {
			t.Errorf("%s has %d notices with an earlier version, want 2 to show what a new text does", name, revised)
		}
	}
}

// A text copied from another language is no translation, and one equal to the version before it is no new version.
func TestNoticeTextsDiffer(t *testing.T) {
	for _, name := range operators.Names() {
		files, m := open(t, name)
		all := notices(t, name, files, m)
		seen := map[string]string{}
		for _, n := range all {
			for tag, text := range n.Texts {
				here := fmt.Sprintf("%s %s version %d in %s", name, n.Key, n.Version, tag)
				if there, ok := seen[text.Body]; ok {
					t.Errorf("%s has the body of %s", here, there)
				}
				seen[text.Body] = here
			}
		}
	}
}

// What GDPR Art. 13 and 14 ask of a general notice and what a machine can look for: who answers, whom to
// complain to, each legal basis, each right, and how long the most telling data is kept.
func TestPrivacyNoticesTellWhatTheLawAsks(t *testing.T) {
	months := regexp.MustCompile(`^P(\d+)M$`)
	for _, name := range operators.Names() {
		files, m := open(t, name)
		all := notices(t, name, files, m)
		detail, _ := m.Category("usage_detail")
		period := months.FindStringSubmatch(detail.Retention.Period)
		if period == nil {
			t.Fatalf("%s keeps detailed usage for %s, which is no number of months", name, detail.Retention.Period)
		}
		_, dpo, _ := strings.Cut(m.Operator.DPO, ", ")
		want := []string{m.Operator.Email, dpo, strings.TrimPrefix(strings.TrimPrefix(m.Operator.Authority.Website, "https://"), "www."), period[1]}
		want = append(want, []string{"6", "7", "9", "15", "16", "17", "18", "20", "21", "22"}...)
		for _, n := range all {
			if n.Key != m.Operator.Notice {
				continue
			}
			for tag, text := range n.Texts {
				for _, element := range want {
					if !regexp.MustCompile(`(^|[^0-9])` + regexp.QuoteMeta(element) + `($|[^0-9])`).MatchString(text.Body) {
						t.Errorf("%s: the privacy notice in %s does not say %q", name, tag, element)
					}
				}
				if sections := strings.Count(text.Body, "\n## ") + 1; sections != 10 {
					t.Errorf("%s: the privacy notice in %s has %d sections, want 10", name, tag, sections)
				}
			}
		}
	}
}

// A text that nobody reads informs nobody.
func TestNoticesAreShort(t *testing.T) {
	for _, name := range operators.Names() {
		files, m := open(t, name)
		all := notices(t, name, files, m)
		for _, n := range all {
			most := 200
			if n.Key == m.Operator.Notice {
				most = 600
			}
			for tag, text := range n.Texts {
				if words := len(strings.Fields(text.Body)); words > most {
					t.Errorf("%s: %s version %d in %s has %d words, more than %d", name, n.Key, n.Version, tag, words, most)
				}
			}
		}
	}
}

// The text of a choice has the choice's own name: who clicks on "Offers by e-mail" must not wonder what they read.
func TestNoticesHaveTheNameOfTheirPurpose(t *testing.T) {
	for _, name := range operators.Names() {
		files, m := open(t, name)
		all := notices(t, name, files, m)
		for _, n := range all {
			purpose, ok := m.Purpose(n.Key)
			if !ok {
				continue
			}
			for tag, text := range n.Texts {
				if text.Title != purpose.Label[tag] {
					t.Errorf("%s: %s in %s is called %q, its notice %q", name, n.Key, tag, purpose.Label[tag], text.Title)
				}
			}
		}
	}
}

// notices are all versions of an operator's.
func notices(t *testing.T, name string, files fs.FS, m *datamap.Map) []notice.Notice {
	t.Helper()
	folder, err := fs.Sub(files, "notices")
	if err != nil {
		t.Fatal(err)
	}
	all, err := notice.ReadFiles(folder, m.Operator.Languages)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return all
}
