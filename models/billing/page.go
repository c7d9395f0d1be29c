package billing

import (
	"context"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/store"
)

// The limits of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 500
	// maxScan is how many records one search opens before it answers with what it has.
	maxScan = 50_000
	// scanStep is how many a search, or Each, asks the store for at once.
	scanStep = 1000
)

// Query asks for a page of one customer's records of one category.
type Query struct {
	Customer, Category string
	// Search keeps the records in which every word of it is found, whatever the case.
	Search string
	// Oldest puts the oldest first; it is the newest otherwise.
	Oldest bool
	// From and To bound when it occurred: From ≤ it < To; zero is no bound.
	From, To time.Time
	// Cursor is the Next of the page before; empty for the first.
	Cursor string
	// Limit is 1 to MaxLimit; 0 is DefaultLimit, more is MaxLimit.
	Limit int
}

// Page is an answer to a Query.
type Page struct {
	Records []models.Record
	// Files are the documents of those records, without their content.
	Files []File
	// Next is the cursor of the page after; empty at the end. A search that found little may give
	// a page that is not full, or empty, and a Next from which it goes on.
	Next string
}

// File is a document without its content.
type File struct {
	Record, Name, MediaType string
	Size                    int64 // in bytes
}

// Page gives a page of records, opened. ErrBadCursor if the cursor is not one of this order.
func (s *Service) Page(ctx context.Context, q Query) (Page, error) {
	c, ok := s.maps.In(ctx).Category(q.Category)
	if !ok {
		return Page{}, invalid(codeUndeclaredCategory, "category")
	}
	from, err := storeQuery(q)
	if err != nil {
		return Page{}, err
	}
	w := walk{service: s, query: from, match: newMatcher(c, q.Search), limit: pageLimit(q.Limit)}
	page, err := w.run(ctx)
	if err != nil || !c.Documents {
		return page, err
	}
	page.Files, err = s.attach(ctx, page.Records)
	return page, err
}

func pageLimit(n int) int {
	if n <= 0 {
		return DefaultLimit
	}
	return min(n, MaxLimit)
}

func storeQuery(q Query) (store.RecordQuery, error) {
	out := store.RecordQuery{Customer: q.Customer, Category: q.Category, From: q.From, To: q.To, OldestFirst: q.Oldest}
	if q.Cursor == "" {
		return out, nil
	}
	at, err := parseCursor(q.Cursor, q.Oldest)
	out.AfterTime, out.AfterID = at.time, at.id
	return out, err
}

// walk goes through records in order until a page is full, the end is reached or maxScan is.
type walk struct {
	service *Service
	query   store.RecordQuery
	match   matcher
	limit   int
	scanned int
	page    Page
}

func (w *walk) run(ctx context.Context) (Page, error) {
	w.query.Limit = w.limit + 1 // one more tells whether there is a next page
	if w.match.filters() {
		w.query.Limit = scanStep
	}
	for {
		batch, err := w.service.records.PageRecords(ctx, w.query)
		if err != nil {
			return Page{}, models.Wrap("list records", err)
		}
		for i, r := range batch {
			if len(w.page.Records) == w.limit || w.scanned == maxScan {
				w.page.Next = w.cursor()
				return w.page, nil
			}
			if err := w.visit(ctx, r); err != nil {
				return Page{}, err
			}
			w.query.AfterTime, w.query.AfterID = batch[i].OccurredAt, batch[i].ID
		}
		if len(batch) < w.query.Limit {
			return w.page, nil
		}
	}
}

func (w *walk) visit(ctx context.Context, kept store.Record) error {
	w.scanned++
	r, err := w.service.open(ctx, kept)
	if isDestroyed(err) { // erased: nothing can be shown, and nothing is wrong
		return nil
	}
	if err == nil && w.match.matches(r) {
		w.page.Records = append(w.page.Records, r)
	}
	return err
}

func (w *walk) cursor() string {
	return cursor{time: w.query.AfterTime, id: w.query.AfterID}.String(w.query.OldestFirst)
}

// attach names the documents of each record in it, and gives them.
func (s *Service) attach(ctx context.Context, records []models.Record) ([]File, error) {
	if len(records) == 0 {
		return nil, nil
	}
	keys := make([]store.RecordKey, len(records))
	at := make(map[string]int, len(records))
	for i, r := range records {
		keys[i] = store.RecordKey{Customer: r.Customer, Category: r.Category, ID: r.ID}
		at[r.ID] = i
	}
	documents, err := s.records.Documents(ctx, keys)
	if err != nil {
		return nil, models.Wrap("list documents", err)
	}
	files := make([]File, 0, len(documents))
	for _, d := range documents {
		r := &records[at[d.ID]]
		r.Documents = append(r.Documents, d.Name)
		files = append(files, File{Record: d.ID, Name: d.Name, MediaType: d.MediaType, Size: d.Size})
	}
	return files, nil
}

// Each calls fn with every record of a category from (inclusive) to (exclusive; zero is no bound),
// oldest first, opened, with the names of its documents; it stops at fn's first error and gives it.
// It holds no more than a few hundred records at a time. Records whose key was destroyed are left out.
func (s *Service) Each(ctx context.Context, customer, category string, from, to time.Time, fn func(models.Record) error) error {
	c, ok := s.maps.In(ctx).Category(category)
	if !ok {
		return invalid(codeUndeclaredCategory, "category")
	}
	q := store.RecordQuery{Customer: customer, Category: category, From: from, To: to, OldestFirst: true, Limit: scanStep}
	for {
		batch, err := s.records.PageRecords(ctx, q)
		if err != nil {
			return models.Wrap("list records", err)
		}
		if err := s.eachOf(ctx, c, batch, fn); err != nil {
			return err
		}
		if len(batch) < q.Limit {
			return nil
		}
		last := batch[len(batch)-1]
		q.AfterTime, q.AfterID = last.OccurredAt, last.ID
	}
}

func (s *Service) eachOf(ctx context.Context, c *datamap.Category, batch []store.Record, fn func(models.Record) error) error {
	records := make([]models.Record, 0, len(batch))
	for _, kept := range batch {
		r, err := s.open(ctx, kept)
		if isDestroyed(err) {
			continue
		}
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	if c.Documents {
		if _, err := s.attach(ctx, records); err != nil {
			return err
		}
	}
	for _, r := range records {
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}
