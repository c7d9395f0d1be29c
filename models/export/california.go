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
// account numbers, even cut short, and whatever is masked among government identifiers and means of
// payment.
func identifying(c *datamap.Category, f *datamap.Field) bool {
	if f.Kind == datamap.IBANField || f.Kind == datamap.Last4Field {
		return true
	}
	if !f.Masked {
		return false
	}
	for _, kind := range []string{"user.government_id", "user.financial", "user.payment"} {
		if c.Fideslang == kind || strings.HasPrefix(c.Fideslang, kind+".") {
			return true
		}
	}
	return c.Key == "tax" || c.Key == "payment_method"
}
