package request

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
	"candor/models/keys"
)

// Plan says, for each category that an erasure is about and of which something is held, whether it would go. What a law
// orders to be kept stays, and so does what the contract needs, each with its ground and the day on which it goes.
func (s *Service) Plan(ctx context.Context, r Request) ([]Plan, error) {
	held, err := s.cfg.Tallies.Tallies(ctx, r.Customer)
	if err != nil {
		return nil, fmt.Errorf("plan an erasure: %w", err)
	}
	var plan []Plan
	m := s.cfg.Map.In(ctx)
	for i := range m.Categories {
		c := &m.Categories[i]
		named := slices.Contains(r.Asked.Categories, c.Key)
		if (len(r.Asked.Categories) > 0 && !named) || (held[c.Key].Records == 0 && !named) {
			continue
		}
		p := Plan{Category: c.Key, Erase: true}
		switch {
		case slices.Contains(c.Bases, datamap.LegalObligation):
			p.Erase, p.Ground = false, GroundLegalObligation
		case slices.Contains(c.Bases, datamap.Contract):
			p.Erase, p.Ground = false, GroundContract
		}
		if !p.Erase {
			p.Until = c.Retention.Until(held[c.Key].Newest)
		}
		plan = append(plan, p)
	}
	return append(plan, undeclared(m, held, r.Asked.Categories)...), nil
}

// undeclared goes with what is erased: it is held though the data map declares it no longer, and nobody may name it.
func undeclared(m *datamap.Map, held map[string]models.Tally, asked []string) (plan []Plan) {
	for _, key := range slices.Sorted(maps.Keys(held)) {
		if _, declared := m.Category(key); !declared && len(asked) == 0 {
			plan = append(plan, Plan{Category: key, Erase: true})
		}
	}
	return plan
}

// planFor is the plan with what an officer decided: what the contract no longer needs goes too.
func (s *Service) planFor(ctx context.Context, r Request, erase []string) ([]Plan, error) {
	plan, err := s.Plan(ctx, r)
	if err != nil {
		return nil, err
	}
	some := false
	for i := range plan {
		p := &plan[i]
		if slices.Contains(erase, p.Category) && !p.Erase {
			if p.Ground != GroundContract {
				return nil, models.Fail(models.Invalid, "must_be_kept").In("erase")
			}
			*p = Plan{Category: p.Category, Erase: true}
		}
		some = some || p.Erase
	}
	if !some {
		return nil, ErrNothingToErase
	}
	return plan, nil
}

// refused is the plan of an erasure of which nothing comes: what no law and no contract keeps stays on the ground given.
func refused(plan []Plan, ground string) []Plan {
	for i := range plan {
		if plan[i].Erase {
			plan[i].Erase, plan[i].Ground = false, ground
		}
	}
	return plan
}

// erase destroys what an accepted erasure says: records, and the keys that they were sealed under, which makes every
// copy unreadable. Archives hold copies, and go too. The proof of what the customer chose and asked stays.
func (s *Service) erase(ctx context.Context, r *Request) error {
	plan := r.plan()
	var names []string
	for _, p := range plan {
		if p.Erase {
			names = append(names, p.Category)
		}
	}
	if err := s.deleteRecords(ctx, r.Customer, names); err != nil {
		return err
	}
	if err := s.EndArchives(ctx, r.Customer); err != nil {
		return err
	}
	scopes, err := s.cfg.Ring.Scopes(ctx, r.Customer)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	for _, name := range scopes {
		if keys.OfArchive(name) || name == keys.LookUpsScope { // reasons of staff may repeat what goes
			names = append(names, name)
		}
	}
	if err := s.cfg.Log.Erase(ctx, r.Customer, names); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if err := s.deleteRecords(ctx, r.Customer, names); err != nil { // what was written meanwhile cannot be read any more
		return err
	}
	if s.cfg.SignIns != nil && slices.Contains(names, billing.Identity) {
		return s.cfg.SignIns.Forget(ctx, r.Customer)
	}
	return nil
}

func (s *Service) deleteRecords(ctx context.Context, customer string, categories []string) error {
	for _, category := range categories {
		if keys.OfArchive(category) || category == keys.LookUpsScope {
			continue
		}
		if err := s.cfg.Records.DeleteRecords(ctx, customer, category, ""); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return nil
}

// EndArchives ends a customer's downloads: whoever makes one finds that it is another's.
func (s *Service) EndArchives(ctx context.Context, customer string) error {
	archives, err := s.cfg.Archives.Archives(ctx, customer)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	for _, a := range archives {
		if a.State == "expired" {
			continue
		}
		attempt := a.Attempt
		a.State, a.Attempt, a.Chunks = "expired", attempt+"/erased", 0
		if err := s.cfg.Archives.DeleteChunks(ctx, attempt); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if err := s.cfg.Archives.UpdateArchive(ctx, a, attempt); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return nil
}

// plan is what was decided to be erased and kept.
func (r *Request) plan() []Plan {
	if d, ok := r.Decision(); ok {
		return d.Plan
	}
	return nil
}
