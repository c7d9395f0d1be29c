package billing_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/store"
)

// withInvoices is a world with n invoices, i000 the oldest; two share each moment.
func withInvoices(tb testing.TB, n int) *world {
	tb.Helper()
	w := withCustomer(tb)
	for i := range n {
		status := "paid"
		if i%10 == 0 {
			status = "open"
		}
		r := invoice(fmt.Sprintf("i%03d", i), map[string]string{"number": fmt.Sprintf("R-%03d", i), "total": strconv.Itoa(10000 + i), "status": status, "note": "Straße İstanbul"})
		r.OccurredAt = now.Add(time.Duration(i/2) * time.Hour)
		put(tb, w, r)
	}
	return w
}

func ids(records []models.Record) []string {
	out := []string{}
	for _, r := range records {
		out = append(out, r.ID)
	}
	return out
}

// readAll follows the cursors to the end.
func readAll(t *testing.T, w *world, q billing.Query) []string {
	t.Helper()
	var out []string
	for range 100_000 {
		page, err := w.Page(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if q.Limit > 0 && len(page.Records) > q.Limit {
			t.Fatalf("a page of %d records; the limit is %d", len(page.Records), q.Limit)
		}
		out = append(out, ids(page.Records)...)
		if page.Next == "" {
			return out
		}
		q.Cursor = page.Next
	}
	t.Fatal("no end")
	return nil
}

func TestPagesJoinWithoutGapOrRepeat(t *testing.T) {
	w := withInvoices(t, 23)
	var newest []string
	for i := 22; i >= 0; i-- {
		newest = append(newest, fmt.Sprintf("i%03d", i))
	}
	oldest := slices.Clone(newest)
	slices.Reverse(oldest)
	for _, limit := range []int{1, 2, 5, 22, 23, 24} {
		q := billing.Query{Customer: "cus_1001", Category: "invoices", Limit: limit}
		if got := readAll(t, w, q); !slices.Equal(got, newest) {
			t.Errorf("limit %d, newest first: %v", limit, got)
		}
		q.Oldest = true
		if got := readAll(t, w, q); !slices.Equal(got, oldest) {
			t.Errorf("limit %d, oldest first: %v", limit, got)
		}
	}
}

func TestPageIsBoundedByTime(t *testing.T) {
	w := withInvoices(t, 10)
	q := billing.Query{Customer: "cus_1001", Category: "invoices", From: now.Add(time.Hour), To: now.Add(3 * time.Hour), Oldest: true}
	if got := readAll(t, w, q); !slices.Equal(got, []string{"i002", "i003", "i004", "i005"}) {
		t.Error(got)
	}
}

func TestSearch(t *testing.T) {
	w := withInvoices(t, 120)
	for search, want := range map[string]int{
		"r-007":         1,   // whatever the case
		"R-00":          10,  // part of a value
		"100.42":        1,   // an amount as it is written
		"100,42":        1,   // …
		"settled":       108, // the word for a code
		"open":          12,
		"open r-11":     1, // every word
		"STRASSE":       120,
		"İSTANBUL":      120,
		"nothing there": 0,
		"  ":            120,
	} {
		q := billing.Query{Customer: "cus_1001", Category: "invoices", Search: search, Limit: 7}
		if got := readAll(t, w, q); len(got) != want || !slices.IsSortedFunc(got, func(a, b string) int { return -compare(a, b) }) {
			t.Errorf("%q found %d, want %d: %v", search, len(got), want, got)
		}
	}
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func TestSearchStopsAfterSoMuchWork(t *testing.T) {
	w := withCustomer(t)
	r := invoice("x", map[string]string{"note": "hay"})
	sealed := sealOne(t, w, r)
	w.Service = withRecords(t, w, &endless{memory: w.memory, record: sealed})
	page, err := w.Page(t.Context(), billing.Query{Customer: "cus_1001", Category: "invoices", Search: "needle"})
	if err != nil || len(page.Records) != 0 || page.Next == "" {
		t.Errorf("%d records, next %q, %v; want none, and where to go on", len(page.Records), page.Next, err)
	}
}

// endless is a store in which a category has no end.
type endless struct {
	*memory
	record store.Record
	given  int
}

func TestBadCursors(t *testing.T) {
	w := withInvoices(t, 5)
	q := billing.Query{Customer: "cus_1001", Category: "invoices", Limit: 2}
	page, err := w.Page(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	altered := []byte(page.Next)
	altered[len(altered)-1] ^= 1
	for name, c := range map[string]struct {
		cursor string
		oldest bool
	}{
		"nonsense":       {"nonsense", false},
		"not base64":     {"%%%", false},
		"other order":    {page.Next, true},
		"padding":        {page.Next + "=", false},
		"line break":     {page.Next[:4] + "\n" + page.Next[4:], false},
		"time too large": {encode("n99999999999999999|i1"), false},
		"no id":          {encode("n1|"), false},
		"id":             {encode("n1|a b"), false},
		"plus":           {encode("n+1|a"), false},
	} {
		q.Cursor, q.Oldest = c.cursor, c.oldest
		if _, err := w.Page(t.Context(), q); !errors.Is(err, billing.ErrBadCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestPageNamesDocuments(t *testing.T) {
	w := withInvoices(t, 3)
	document(t, w, "i001", "bill.pdf", []byte("12345"))
	page, err := w.Page(t.Context(), billing.Query{Customer: "cus_1001", Category: "invoices"})
	want := billing.File{Record: "i001", Name: "bill.pdf", MediaType: "application/pdf", Size: 5}
	if err != nil || len(page.Files) != 1 || page.Files[0] != want || !slices.Equal(page.Records[1].Documents, []string{"bill.pdf"}) {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestEachGoesThroughAllOldestFirst(t *testing.T) {
	w := withInvoices(t, 2100)
	document(t, w, "i001", "bill.pdf", []byte("12345"))
	var got []string
	documents := 0
	err := w.Each(t.Context(), "cus_1001", "invoices", time.Time{}, now.Add(1000*time.Hour), func(r models.Record) error {
		got = append(got, r.ID)
		documents += len(r.Documents)
		return nil
	})
	if err != nil || len(got) != 2000 || got[0] != "i000" || documents != 1 {
		t.Errorf("%d records from %s with %d documents, %v", len(got), got[0], documents, err)
	}
	stop := errors.New("stop")
	if err := w.Each(t.Context(), "cus_1001", "invoices", time.Time{}, time.Time{}, func(models.Record) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}
