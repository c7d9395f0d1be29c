package storetest

import (
	"fmt"
	"slices"
	"testing"

	"candor/models"
	"candor/models/store"
)

func standing(customer string, seq uint64, state models.State) models.Standing {
	return models.Standing{
		Customer: customer, Seq: seq, Pseudonym: append([]byte(nil), awkward...),
		Choices: models.Choices{
			{Purpose: "marketing_email", State: models.Refused, Seq: seq, Since: noon, HappenedAt: noon},
			{
				Purpose: "usage_analytics", State: state, Seq: seq, Since: noon, HappenedAt: noon,
				Notice: models.NoticeRef{Key: "privacy", Version: 3, Locale: "ar", SHA256: "x"},
			},
		},
	}
}

func testStandings(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	t.Run("nothing is known at first", func(t *testing.T) {
		s := fresh(t, open)
		_, err := s.Standing(ctx, "cus_1")
		want(t, err, store.ErrNotFound)
		same(t, give(s.Applied(ctx))(t), 0)
		same(t, len(give(s.PageStandings(ctx, "", 10))(t)), 0)
		same(t, len(give(s.StandingsOf(ctx, []string{"cus_1"}))(t)), 0)
	})
	t.Run("several are given at once", func(t *testing.T) {
		s := fresh(t, open)
		one, two, three := standing("cus_1", 1, models.Given), standing("cus_2", 2, models.Refused), standing(`cus "3" é$`, 3, models.Given)
		must(t, s.SaveStandings(ctx, 4, []models.Standing{one, two, three}))
		got := give(s.StandingsOf(ctx, []string{three.Customer, "cus_9", "cus_1"}))(t)
		slices.SortFunc(got, func(a, b models.Standing) int { return int(a.Seq) - int(b.Seq) })
		same(t, got, []models.Standing{one, three})
		same(t, len(give(s.StandingsOf(ctx, nil))(t)), 0)
	})
	t.Run("only what is about some purposes is given, if they are named", func(t *testing.T) {
		s := fresh(t, open)
		one, two := standing("cus_1", 1, models.Given), standing("cus_2", 2, models.Refused)
		must(t, s.SaveStandings(ctx, 3, []models.Standing{one, two, {Customer: "cus_3", Seq: 2}}))
		one.Choices, two.Choices = one.Choices[1:], two.Choices[1:]
		got := give(s.StandingsOf(ctx, []string{"cus_1", "cus_2"}, "usage_analytics", "*"))(t)
		slices.SortFunc(got, func(a, b models.Standing) int { return int(a.Seq) - int(b.Seq) })
		same(t, got, []models.Standing{one, two})
		same(t, give(s.PageStandings(ctx, "", 2, "*", "usage_analytics"))(t), []models.Standing{one, two})
		for _, st := range give(s.PageStandings(ctx, "", 3, "nonsense"))(t) {
			same(t, len(st.Choices), 0)
		}
	})
	t.Run("what was saved is given back", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.SaveStandings(ctx, 8, []models.Standing{standing("cus_1", 7, models.Given), {Customer: "cus_2", Seq: 6}}))
		same(t, give(s.Standing(ctx, "cus_1"))(t), standing("cus_1", 7, models.Given))
		bare := give(s.Standing(ctx, "cus_2"))(t)
		same(t, len(bare.Choices)+len(bare.Pseudonym), 0)
		same(t, give(s.Applied(ctx))(t), 8)
	})
	t.Run("only a newer one replaces, and applied never goes back", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.SaveStandings(ctx, 8, []models.Standing{standing("cus_1", 7, models.Withdrawn)}))
		must(t, s.SaveStandings(ctx, 5, []models.Standing{standing("cus_1", 4, models.Given), standing("cus_2", 3, models.Given)}))
		must(t, s.SaveStandings(ctx, 8, []models.Standing{standing("cus_1", 7, models.Given)}))
		same(t, give(s.Standing(ctx, "cus_1"))(t), standing("cus_1", 7, models.Withdrawn))
		same(t, give(s.Standing(ctx, "cus_2"))(t), standing("cus_2", 3, models.Given))
		same(t, give(s.Applied(ctx))(t), 8)
		must(t, s.SaveStandings(ctx, 10, []models.Standing{standing("cus_1", 9, models.Given)}))
		same(t, give(s.Standing(ctx, "cus_1"))(t), standing("cus_1", 9, models.Given))
		must(t, s.SaveStandings(ctx, 12, nil))
		same(t, give(s.Applied(ctx))(t), 12)
	})
	t.Run("servers that apply at different speeds end with the newest", func(t *testing.T) {
		s := fresh(t, open)
		for _, err := range race(8, func(i int) error {
			seq := uint64(i)
			return s.SaveStandings(ctx, seq+1, []models.Standing{standing("cus_1", seq, models.Given)})
		}) {
			must(t, err)
		}
		same(t, give(s.Standing(ctx, "cus_1"))(t).Seq, 7)
		same(t, give(s.Applied(ctx))(t), 8)
	})
	t.Run("pages follow the customers' references", func(t *testing.T) {
		s := fresh(t, open)
		var all []models.Standing
		for i := range 7 {
			all = append(all, standing(fmt.Sprintf("cus_%d", i), uint64(i), models.Given))
		}
		must(t, s.SaveStandings(ctx, 7, []models.Standing{all[3], all[0], all[6], all[2], all[5], all[1], all[4]}))
		same(t, give(s.PageStandings(ctx, "", 3))(t), all[:3])
		same(t, give(s.PageStandings(ctx, "cus_2", 3))(t), all[3:6])
		same(t, give(s.PageStandings(ctx, "cus_5", 3))(t), all[6:])
		same(t, len(give(s.PageStandings(ctx, "cus_6", 3))(t)), 0)
		same(t, len(give(s.PageStandings(ctx, "", 0))(t)), 0)
	})
	t.Run("a reset empties it", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.SaveStandings(ctx, 8, []models.Standing{standing("cus_1", 7, models.Given)}))
		must(t, s.ResetStandings(ctx))
		_, err := s.Standing(ctx, "cus_1")
		want(t, err, store.ErrNotFound)
		same(t, give(s.Applied(ctx))(t), 0)
		must(t, s.SaveStandings(ctx, 1, []models.Standing{standing("cus_1", 0, models.Refused)}))
		same(t, give(s.Standing(ctx, "cus_1"))(t), standing("cus_1", 0, models.Refused))
	})
}
