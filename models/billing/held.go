package billing

import (
	"context"

	"candor/models"
	"candor/models/datamap"
)

// Holding is how much of one category is held about a customer.
type Holding struct {
	Category *datamap.Category
	models.Tally
}

// Held says how much is held about a customer, for every category of the data map in its order.
// Its cost does not grow with the number of records.
func (s *Service) Held(ctx context.Context, customer string) ([]Holding, error) {
	tallies, err := s.records.Tallies(ctx, customer)
	if err != nil {
		return nil, models.Wrap("count records", err)
	}
	m := s.maps.In(ctx)
	out := make([]Holding, len(m.Categories))
	for i := range m.Categories {
		c := &m.Categories[i]
		out[i] = Holding{Category: c, Tally: tallies[c.Key]}
	}
	return out, nil
}
