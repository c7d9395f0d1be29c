package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"candor/models"
	"candor/models/store"
)

func testCustomers(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	t.Run("one is replaced under the same reference, and counted once", func(t *testing.T) {
		s := fresh(t, open)
		_, err := s.Customer(ctx, "cus_1")
		want(t, err, store.ErrNotFound)
		same(t, give(s.CountCustomers(ctx))(t), 0)
		must(t, s.PutCustomers(ctx, nil))

		first := models.Customer{Ref: "cus_1", Locale: "de", Jurisdiction: "DE", UpdatedAt: noon}
		must(t, s.PutCustomers(ctx, []models.Customer{first, {Ref: "cus_2"}}))
		same(t, give(s.Customer(ctx, "cus_1"))(t), first)
		same(t, give(s.Customer(ctx, "cus_2"))(t), models.Customer{Ref: "cus_2"})

		second := models.Customer{Ref: "cus_1", Locale: "ar", Jurisdiction: "US-CA", UpdatedAt: noon.AddDate(0, 0, 1)}
		must(t, s.PutCustomers(ctx, []models.Customer{second}))
		same(t, give(s.Customer(ctx, "cus_1"))(t), second)
		same(t, give(s.CountCustomers(ctx))(t), 2)
	})
	t.Run("several are given at once", func(t *testing.T) {
		s := fresh(t, open)
		one, two, three := models.Customer{Ref: "cus_1", Locale: "de"}, models.Customer{Ref: "cus_2"}, models.Customer{Ref: `cus "3" é$`}
		must(t, s.PutCustomers(ctx, []models.Customer{one, two, three}))
		got := give(s.CustomersOf(ctx, []string{three.Ref, "cus_9", "cus_1"}))(t)
		slices.SortFunc(got, func(a, b models.Customer) int { return strings.Compare(b.Ref, a.Ref) })
		same(t, got, []models.Customer{one, three})
		same(t, len(give(s.CustomersOf(ctx, nil))(t)), 0)
	})
	t.Run("references differ by case", func(t *testing.T) {
		s := fresh(t, open)
		must(t, s.PutCustomers(ctx, []models.Customer{{Ref: "a"}, {Ref: "A"}}))
		same(t, give(s.Customer(ctx, "A"))(t), models.Customer{Ref: "A"})
		same(t, give(s.CountCustomers(ctx))(t), 2)
	})
	t.Run("pages follow the references, byte by byte", func(t *testing.T) {
		s := fresh(t, open)
		order := []string{"-", ".", "0", "1", "10", "2", ":", "A", "B", "_", "a", "b"}
		var all []models.Customer
		for i := range order {
			all = append(all, models.Customer{Ref: order[len(order)-1-i]})
		}
		must(t, s.PutCustomers(ctx, all))
		var got []string
		for after := ""; ; {
			page := give(s.PageCustomers(ctx, after, 5))(t)
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				got = append(got, c.Ref)
				after = c.Ref
			}
		}
		same(t, got, order)
		same(t, len(give(s.PageCustomers(ctx, "", 0))(t)), 0)
	})
	t.Run("many at once", func(t *testing.T) {
		s := fresh(t, open)
		many := make([]models.Customer, 1100) // more than one transaction or command takes
		for i := range many {
			many[i].Ref = fmt.Sprintf("cus_%05d", i)
		}
		for _, err := range race(3, func(int) error { return s.PutCustomers(ctx, many) }) {
			must(t, err)
		}
		same(t, give(s.CountCustomers(ctx))(t), int64(len(many)))
	})
}
