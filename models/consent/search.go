package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"candor/models"
	"candor/models/datamap"
)

const (
	// mostLooked is how many customers one page looks at: where few allow a purpose, it ends with what was found by then.
	mostLooked = 2_000
	// mostAtOnce is how many of them are held at a time.
	mostAtOnce = 1_000
)

// AllowedPurposes lists the purposes for which Decide says yes about a customer, and a category unless that is empty, in
// order of their keys. There are none for a customer who is not known.
func (s *Service) AllowedPurposes(ctx context.Context, customer, category string) ([]string, error) {
	known, err := s.exists(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("list allowed purposes: %w", err)
	}
	if !known {
		return nil, nil
	}
	standing, err := s.cfg.Log.Standing(ctx, customer)
	if err != nil {
		return nil, fmt.Errorf("list allowed purposes: %w", err)
	}
	m := s.cfg.Map.In(ctx)
	w, err := s.where(ctx, m, standing)
	if err != nil {
		return nil, fmt.Errorf("list allowed purposes: %w", err)
	}
	var keys []string
	for i := range m.Purposes {
		p := &m.Purposes[i]
		if w.verdict(p, standing.Choices, category).Allowed {
			keys = append(keys, p.Key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// CustomerPage is some customers, in order of their references.
type CustomerPage struct {
	Customers []string
	// Next is the customer behind whom the next page begins, if there is More. There may be more even where none was found.
	Next string
	More bool
}

// Allowing lists the customers about whom Decide says yes for a purpose, and a category unless that is empty: those whose
// reference is greater than after, at most limit, and fewer where finding so many would take long. What it takes and holds
// does not grow with the number of customers. It is as old as a decision may be.
func (s *Service) Allowing(ctx context.Context, purpose, category, after string, limit int) (CustomerPage, error) {
	m := s.cfg.Map.In(ctx)
	p, ok := m.Purpose(purpose)
	if !ok || category != "" && !p.Covers(category) {
		return CustomerPage{}, nil
	}
	l := lister{
		Service: s, where: where{m: m, notices: s.cfg.Notices, now: s.cfg.Clock()}, purpose: p, category: category, limit: limit,
		page: CustomerPage{Next: after, More: true},
	}
	l.reads = append(l.reads, p.Key, models.Everything)
	if p.Parent != "" {
		l.reads = append(l.reads, p.Parent)
	}
	look := l.everybody
	if p.Basis == datamap.Consent && !p.Regional() { // of whom the log has said nothing has given none
		look = l.whoDecided
	}
	for looked, n := 0, max(limit, 100); l.page.More && len(l.page.Customers) < limit && looked < mostLooked; {
		n = min(n, mostAtOnce, mostLooked-looked)
		if err := look(ctx, n); err != nil {
			return CustomerPage{}, fmt.Errorf("list customers: %w", err)
		}
		looked += n
		n *= 2
		if found := len(l.page.Customers); found > 0 { // as many as it takes at that rate, and some more
			n = min(n, (limit-found)*looked/found+10)
		}
	}
	if !l.page.More {
		l.page.Next = ""
	}
	return l.page, nil
}

// lister fills a page with those who allow a purpose.
type lister struct {
	*Service
	where    where
	purpose  *datamap.Purpose
	reads    []string // the purposes whose choices decide about it
	category string
	limit    int
	page     CustomerPage
}

// allowed says whether a customer allows it.
func (l *lister) allowed(c models.Customer, choices models.Choices) bool {
	w := l.where
	w.jurisdiction = cmp.Or(c.Jurisdiction, w.m.Operator.Jurisdiction)
	return w.verdict(l.purpose, choices, l.category).Allowed
}

// may says whether they do, or might, for all that is known before it is known where they are.
func (l *lister) may(choices models.Choices) bool {
	return l.where.needsPlace(l.purpose, choices) || l.where.verdict(l.purpose, choices, l.category).Allowed
}

// everybody looks at the next n of all customers.
func (l *lister) everybody(ctx context.Context, n int) error {
	customers, err := l.cfg.Customers.PageCustomers(ctx, l.page.Next, n)
	if err != nil {
		return err
	}
	refs := make([]string, len(customers))
	for i, c := range customers {
		refs[i] = c.Ref
	}
	standings, err := l.cfg.Log.StandingsOf(ctx, refs, l.reads...)
	if err != nil {
		return err
	}
	choices := choicesOf(standings)
	l.page.More = len(refs) == n
	l.take(refs, func(i int) bool { return l.allowed(customers[i], choices[refs[i]]) })
	return nil
}

// choicesOf are the choices of each customer.
func choicesOf(standings []models.Standing) map[string]models.Choices {
	choices := make(map[string]models.Choices, len(standings))
	for _, st := range standings {
		choices[st.Customer] = st.Choices
	}
	return choices
}

// whoDecided looks at the next n of those of whom the log has said something. The log knows people who were never
// customers here, or are none any more.
func (l *lister) whoDecided(ctx context.Context, n int) error {
	standings, err := l.cfg.Log.PageStandings(ctx, l.page.Next, n, l.reads...)
	if err != nil {
		return err
	}
	refs, candidates := make([]string, len(standings)), make([]string, 0, len(standings))
	for i, st := range standings {
		refs[i] = st.Customer
		if l.may(st.Choices) {
			candidates = append(candidates, st.Customer)
		}
	}
	customers, err := l.cfg.Customers.CustomersOf(ctx, candidates)
	if err != nil {
		return err
	}
	known := make(map[string]models.Customer, len(customers))
	for _, c := range customers {
		known[c.Ref] = c
	}
	l.page.More = len(refs) == n
	l.take(refs, func(i int) bool {
		c, ok := known[refs[i]]
		return ok && l.allowed(c, standings[i].Choices)
	})
	return nil
}

// take goes on behind each customer that it looks at, until it finds one more than the page holds.
func (l *lister) take(refs []string, allowed func(i int) bool) {
	for i, ref := range refs {
		if allowed(i) {
			if len(l.page.Customers) == l.limit {
				l.page.More = true
				return
			}
			l.page.Customers = append(l.page.Customers, ref)
		}
		l.page.Next = ref
	}
}
