package export

import (
	"strings"

	"candor/models/datamap"
)

// california is the jurisdiction whose copies say that a government ID or an account number is held,
// never what it is (11 CCR § 7024(d)).
const california = "US-CA"

// withholdNumbers settles which fields of a category are not disclosed to this customer, and says so
// in the manifest.
func (a *archive) withholdNumbers(t *table) {
	if !strings.EqualFold(a.jurisdiction(), california) {
		return
	}
	for i := range t.category.Fields {
		f := &t.category.Fields[i]
		if !identifying(t.category, f) {
			continue
		}
		if t.withheld == nil {
			t.withheld = map[string]bool{}
		}
		t.withheld[f.Key] = true
		a.withhold(t.category.Key, a.words.T("archive.ground_california", "field", f.Label.In(a.words.Tag())))
	}
}

// jurisdiction is the customer's, or the operator's.
func (a *archive) jurisdiction() string {
	if a.customer.Jurisdiction != "" {
		return a.customer.Jurisdiction
	}
	return a.Map.Operator.Jurisdiction
}

// identifying says whether a field holds a number by which a government or a bank knows the person:
// an account number, even cut short, any text among government identifiers, and what is masked among
// account numbers (the fideslang categories tell).
func identifying(c *datamap.Category, f *datamap.Field) bool {
	switch {
	case f.Kind == datamap.IBANField || f.Kind == datamap.Last4Field:
		return true
	case f.Kind != datamap.TextField:
		return false
	}
	return within(c.Fideslang, "user.government_id") || f.Masked && within(c.Fideslang, "user.financial.account_number")
}

// within says whether a fideslang category is another or a part of it.
func within(category, of string) bool {
	return category == of || strings.HasPrefix(category, of+".")
}
