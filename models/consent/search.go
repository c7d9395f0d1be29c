package consent

import (
	"context"
	"fmt"
	"slices"
	"time"

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
	now := s.cfg.Clock()
	var keys []string
	m := s.cfg.Map.In(ctx)
	for i := range m.Purposes {
		p := &m.Purposes[i]
		if verdict(p, standing.Choices, category, now).Allowed {
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
	p, ok := s.cfg.Map.In(ctx).Purpose(purpose)
	if !ok || category != "" && !p.Covers(category) {
		return CustomerPage{}, nil
	}
	l := lister{Service: s, purpose: p, category: category, now: s.cfg.Clock(), limit: limit, page: CustomerPage{Next: after, More: true}}
	look := l.everybody
	if p.Basis == datamap.Consent { // of whom the log has said nothing has given none
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
	purpose  *datamap.Purpose
	category string
	now      time.Time
	limit    int
	page     CustomerPage
}

func (l *lister) allowed(choices models.Choices) bool {
	return verdict(l.purpose, choices, l.category, l.now).Allowed
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
	standings, err := l.cfg.Log.StandingsOf(ctx, refs, l.purpose.Key, models.Everything)
	if err != nil {
		return err
	}
	choices := make(map[string]models.Choices, len(standings))
	for _, st := range standings {
		choices[st.Customer] = st.Choices
	}
	l.page.More = len(refs) == n
	l.take(refs, func(ref string) bool { return l.allowed(choices[ref]) })
	return nil
}

// whoDecided looks at the next n of those of whom the log has said something. The log knows people who were never
// customers here, or are none any more.
func (l *lister) whoDecided(ctx context.Context, n int) error {
	standings, err := l.cfg.Log.PageStandings(ctx, l.page.Next, n, l.purpose.Key, models.Everything)
	if err != nil {
		return err
	}
	refs, allowing := make([]string, len(standings)), make([]string, 0, len(standings))
	for i, st := range standings {
		refs[i] = st.Customer
		if l.allowed(st.Choices) {
			allowing = append(allowing, st.Customer)
		}
	}
	customers, err := l.cfg.Customers.CustomersOf(ctx, allowing)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(customers))
	for _, c := range customers {
		known[c.Ref] = true
	}
	l.page.More = len(refs) == n
	l.take(refs, func(ref string) bool { return known[ref] })
	return nil
}

// take goes on behind each customer that it looks at, until it finds one more than the page holds.
func (l *lister) take(refs []string, allowed func(ref string) bool) {
	for _, ref := range refs {
		if allowed(ref) {
			if len(l.page.Customers) == l.limit {
				l.page.More = true
				return
			}
			l.page.Customers = append(l.page.Customers, ref)
		}
		l.page.Next = ref
	}
}
