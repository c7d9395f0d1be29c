package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

func record(customer, category, id string, occurred time.Time) store.Record {
	return store.Record{Customer: customer, Category: category, ID: id, OccurredAt: occurred, Source: "billing", Sealed: []byte(id + string(awkward))}
}

func key(r store.Record) store.RecordKey {
	return store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}
}

func testRecords(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	t.Run("one is replaced under the same key", func(t *testing.T) {
		s := fresh(t, open)
		r := record("cus_1", "invoices", "1", noon)
		_, err := s.Record(ctx, key(r))
		want(t, err, store.ErrNotFound)
		must(t, s.PutRecords(ctx, nil))
		must(t, s.PutRecords(ctx, []store.Record{r}))
		same(t, give(s.Record(ctx, key(r)))(t), r)
		r.OccurredAt, r.Source, r.Sealed = noon.Add(time.Millisecond), "import", bytes.Repeat(awkward, 5000)
		must(t, s.PutRecords(ctx, []store.Record{r}))
		same(t, give(s.Record(ctx, key(r)))(t), r)
		for _, other := range []store.RecordKey{{Customer: "cus_2", Category: "invoices", ID: "1"}, {Customer: "cus_1", Category: "payments", ID: "1"}, {Customer: "cus_1", Category: "invoices", ID: "2"}} {
			_, err := s.Record(ctx, other)
			want(t, err, store.ErrNotFound)
		}
	})
	t.Run("of two in one call the later stays", func(t *testing.T) {
		s := fresh(t, open)
		first, second := record("cus_1", "invoices", "1", noon), record("cus_1", "invoices", "1", noon.AddDate(0, 0, -1))
		must(t, s.PutRecords(ctx, []store.Record{first, second}))
		same(t, give(s.Record(ctx, key(first)))(t), second)
		same(t, give(s.Tallies(ctx, "cus_1"))(t), map[string]models.Tally{"invoices": {Records: 1, Newest: second.OccurredAt}})
		same(t, give(s.Holds(ctx, "invoices"))(t), true)
		same(t, give(s.Holds(ctx, "payments"))(t), false)
		must(t, s.DeleteRecords(ctx, []store.RecordKey{key(first)}))
		same(t, give(s.Holds(ctx, "invoices"))(t), false)
	})
	t.Run("times are kept to the millisecond, those before 1970 too", func(t *testing.T) {
		s := fresh(t, open)
		r := record("cus_1", "contract", "1", time.Date(1969, 7, 20, 20, 17, 39, 999_999_999, time.UTC))
		must(t, s.PutRecords(ctx, []store.Record{r}))
		same(t, give(s.Record(ctx, key(r)))(t).OccurredAt, r.OccurredAt.Truncate(time.Millisecond))
	})
	t.Run("tallies follow every change", func(t *testing.T) {
		s := fresh(t, open)
		same(t, len(give(s.Tallies(ctx, "cus_1"))(t)), 0)
		day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
		r1, r2, r3 := record("cus_1", "invoices", "1", day(1)), record("cus_1", "invoices", "2", day(2)), record("cus_1", "payments", "1", day(3))
		tally := func(expected map[string]models.Tally) {
			t.Helper()
			same(t, give(s.Tallies(ctx, "cus_1"))(t), expected)
		}
		must(t, s.PutRecords(ctx, []store.Record{r2, r1, r3, record("cus_2", "invoices", "1", day(9))}))
		tally(map[string]models.Tally{"invoices": {Records: 2, Newest: day(2)}, "payments": {Records: 1, Newest: day(3)}})

		r2.OccurredAt = day(0) // the newest becomes the oldest
		must(t, s.PutRecords(ctx, []store.Record{r2}))
		tally(map[string]models.Tally{"invoices": {Records: 2, Newest: day(1)}, "payments": {Records: 1, Newest: day(3)}})

		r2.OccurredAt = day(5)
		must(t, s.PutRecords(ctx, []store.Record{r2}))
		must(t, s.PutRecords(ctx, []store.Record{r2}))
		tally(map[string]models.Tally{"invoices": {Records: 2, Newest: day(5)}, "payments": {Records: 1, Newest: day(3)}})

		must(t, s.DeleteRecords(ctx, []store.RecordKey{key(r2), key(r3), {Customer: "cus_1", Category: "invoices", ID: "none"}}))
		tally(map[string]models.Tally{"invoices": {Records: 1, Newest: day(1)}})
		must(t, s.DeleteRecords(ctx, []store.RecordKey{key(r1), key(r1)}))
		tally(map[string]models.Tally{})
		must(t, s.DeleteRecords(ctx, nil))
		same(t, give(s.Tallies(ctx, "cus_2"))(t), map[string]models.Tally{"invoices": {Records: 1, Newest: day(9)}})
	})
	t.Run("tallies are right after writers have raced", func(t *testing.T) {
		s := fresh(t, open)
		for _, err := range race(6, func(i int) error {
			r := record("cus_1", "invoices", strconv.Itoa(i/2), noon)
			if i%2 == 0 {
				return s.PutRecords(ctx, []store.Record{r})
			}
			return s.DeleteRecords(ctx, []store.RecordKey{key(r)})
		}) {
			must(t, err)
		}
		page := give(s.PageRecords(ctx, store.RecordQuery{Customer: "cus_1", Category: "invoices", Limit: 10}))(t)
		same(t, give(s.Tallies(ctx, "cus_1"))(t)["invoices"].Records, int64(len(page)))
	})
	t.Run("many at once", func(t *testing.T) {
		s := fresh(t, open)
		many := make([]store.Record, 1100) // more than one transaction or command takes
		var keys []store.RecordKey
		for i := range many {
			many[i] = record("cus_1", "usage_detail", strconv.Itoa(i), noon.Add(time.Duration(i)*time.Minute))
			keys = append(keys, key(many[i]))
		}
		must(t, s.PutRecords(ctx, many))
		same(t, give(s.Tallies(ctx, "cus_1"))(t)["usage_detail"], models.Tally{Records: int64(len(many)), Newest: many[len(many)-1].OccurredAt})
		must(t, s.DeleteRecords(ctx, keys))
		same(t, len(give(s.Tallies(ctx, "cus_1"))(t)), 0)
	})
}

func testRecordPages(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	// Ids that share a time, in an order that is not the one of writing.
	var all []store.Record // oldest first
	for minute := range 4 {
		for _, id := range []string{"a", "b", "c"} {
			all = append(all, record("cus_1", "usage_detail", fmt.Sprint(id, minute), noon.Add(time.Duration(minute)*time.Minute)))
		}
	}
	shuffled := append(slices.Clone(all[5:]), all[:5]...)
	slices.Reverse(shuffled)
	must(t, s.PutRecords(ctx, append(shuffled, record("cus_1", "invoices", "x", noon), record("cus_2", "usage_detail", "y", noon))))
	newest := slices.Clone(all)
	slices.Reverse(newest)
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	ask := store.RecordQuery{Customer: "cus_1", Category: "usage_detail"}

	queries := []struct {
		name     string
		from, to time.Time
		oldest   bool
		expected []store.Record
	}{
		{"newest first", time.Time{}, time.Time{}, false, newest},
		{"oldest first", time.Time{}, time.Time{}, true, all},
		{"from", minute(1), time.Time{}, true, all[3:]},
		{"from just after", minute(1).Add(1), time.Time{}, true, all[6:]},
		{"to", time.Time{}, minute(3), true, all[:9]},
		{"to just after", time.Time{}, minute(2).Add(1), true, all[:9]},
		{"from and to", minute(1), minute(3), false, newest[3:9]},
		{"nothing between", minute(1), minute(1), false, nil},
		{"to before from", minute(3), minute(1), true, nil},
	}
	for _, q := range queries {
		for _, limit := range []int{1, 2, 5, 100} {
			t.Run(fmt.Sprint(q.name, " by ", limit), func(t *testing.T) {
				ask := ask
				ask.From, ask.To, ask.OldestFirst, ask.Limit = q.from, q.to, q.oldest, limit
				var got []store.Record
				for {
					page := give(s.PageRecords(ctx, ask))(t)
					if len(page) == 0 {
						break
					}
					if len(page) > limit {
						t.Fatalf("a page of %d records, asked for %d", len(page), limit)
					}
					got = append(got, page...)
					last := page[len(page)-1]
					ask.AfterTime, ask.AfterID = last.OccurredAt, last.ID
				}
				same(t, got, q.expected)
			})
		}
	}
	t.Run("a position outside the bounds", func(t *testing.T) {
		ask := ask
		ask.From, ask.To, ask.Limit = minute(1), minute(3), 100
		ask.OldestFirst, ask.AfterTime, ask.AfterID = true, minute(0), "c0"
		same(t, give(s.PageRecords(ctx, ask))(t), all[3:9])
		ask.AfterTime, ask.AfterID = minute(3), "a3"
		same(t, len(give(s.PageRecords(ctx, ask))(t)), 0)
		ask.OldestFirst = false
		same(t, give(s.PageRecords(ctx, ask))(t), newest[3:9])
	})
	t.Run("no limit is nothing", func(t *testing.T) {
		same(t, len(give(s.PageRecords(ctx, ask))(t)), 0)
	})
}

func testDocuments(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	document := func(id, name string) store.Document {
		return store.Document{
			RecordKey: store.RecordKey{Customer: "cus_1", Category: "invoices", ID: id},
			Name:      name, MediaType: "application/pdf", Size: 5, Sealed: append([]byte(name), awkward...),
		}
	}
	withRecords := func(t *testing.T) store.Data {
		s := fresh(t, open)
		must(t, s.PutRecords(ctx, []store.Record{record("cus_1", "invoices", "1", noon), record("cus_1", "invoices", "2", noon), record("cus_2", "invoices", "1", noon)}))
		return s
	}
	t.Run("a file needs its record", func(t *testing.T) {
		s := withRecords(t)
		want(t, s.PutDocuments(ctx, []store.Document{document("none", "bill.pdf")}), store.ErrNotFound)
		_, err := s.Document(ctx, document("none", "").RecordKey, "bill.pdf")
		want(t, err, store.ErrNotFound)
	})
	t.Run("one is replaced under the same name", func(t *testing.T) {
		s := withRecords(t)
		d := document("1", "bill.pdf")
		must(t, s.PutDocuments(ctx, []store.Document{d}))
		same(t, give(s.Document(ctx, d.RecordKey, d.Name))(t), d)
		d.MediaType, d.Size, d.Sealed = "text/html", 6, bytes.Repeat([]byte{0, 1}, 5<<20)
		must(t, s.PutDocuments(ctx, []store.Document{d}))
		same(t, give(s.Document(ctx, d.RecordKey, d.Name))(t), d)
		_, err := s.Document(ctx, d.RecordKey, "other.pdf")
		want(t, err, store.ErrNotFound)
		same(t, len(give(s.Documents(ctx, []store.RecordKey{d.RecordKey}))(t)), 1)
	})
	t.Run("a list has everything but the content, in order", func(t *testing.T) {
		s := withRecords(t)
		b, a, c := document("1", "b.pdf"), document("1", "a.pdf"), document("2", "a.pdf")
		foreign := document("1", "a.pdf")
		foreign.Customer = "cus_2"
		must(t, s.PutDocuments(ctx, []store.Document{b, c, a, foreign}))
		a.Sealed, b.Sealed, c.Sealed = nil, nil, nil
		same(t, give(s.Documents(ctx, []store.RecordKey{c.RecordKey, a.RecordKey, document("none", "").RecordKey}))(t), []store.Document{a, b, c})
		same(t, give(s.Documents(ctx, []store.RecordKey{c.RecordKey}))(t), []store.Document{c})
		same(t, len(give(s.Documents(ctx, nil))(t)), 0)
	})
	t.Run("they stay when their record is replaced and go when it is deleted", func(t *testing.T) {
		s := withRecords(t)
		d := document("1", "bill.pdf")
		must(t, s.PutDocuments(ctx, []store.Document{d}))
		r := record("cus_1", "invoices", "1", noon.AddDate(0, 1, 0))
		must(t, s.PutRecords(ctx, []store.Record{r}))
		same(t, give(s.Document(ctx, d.RecordKey, d.Name))(t), d)
		must(t, s.DeleteRecords(ctx, []store.RecordKey{d.RecordKey}))
		_, err := s.Document(ctx, d.RecordKey, d.Name)
		want(t, err, store.ErrNotFound)
		must(t, s.PutRecords(ctx, []store.Record{r}))
		same(t, len(give(s.Documents(ctx, []store.RecordKey{d.RecordKey}))(t)), 0)
	})
}
