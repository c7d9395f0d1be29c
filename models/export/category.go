package export

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"candor/models"
	"candor/models/datamap"
)

// batchSize is how many records go from one goroutine to the next at a time.
const batchSize = 256

// writeCategory writes data/<category>.json and .csv and the documents of a category. One goroutine
// reads, one writes JSON, one writes CSV.
func (a *archive) writeCategory(ctx context.Context, c *datamap.Category) error {
	t := &table{category: c, label: c.Label.In(a.words.Tag()), heldOnly: a.words.T("archive.held_only")}
	a.tables = append(a.tables, t)
	a.withholdNumbers(t)
	if err := a.writeData(ctx, t); err != nil {
		return err
	}
	if err := a.writeCSV(ctx, t); err != nil {
		return err
	}
	a.noteErased(t)
	return a.writeDocuments(ctx, t)
}

// noteErased says so where records stand that nobody can read any more, because their key was destroyed.
func (a *archive) noteErased(t *table) {
	everything := a.request.From.IsZero() && a.request.To.IsZero()
	if everything && t.count == 0 && a.tallies[t.category.Key].Records > 0 {
		a.withhold(t.category.Key, a.words.T("archive.ground_erased"))
	}
}

func (a *archive) writeData(ctx context.Context, t *table) error {
	json, err := a.bundle.create("data/"+t.category.Key+".json", "application/json", t.category.Key)
	if err != nil {
		return err
	}
	a.spool.reset()
	toJSON, toCSV := make(chan []*item, 4), make(chan []*item, 4)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(toJSON)
		defer close(toCSV)
		return a.read(ctx, t, toJSON, toCSV)
	})
	group.Go(func() error { return t.writeJSON(json, toJSON) })
	group.Go(func() error { return t.spoolCSV(a.spool, toCSV) })
	if err := group.Wait(); err != nil {
		return err
	}
	json.Records = &t.count
	return json.Close()
}

// read hands the records out in batches. Nobody changes a batch that was sent.
func (a *archive) read(ctx context.Context, t *table, to ...chan<- []*item) error {
	batch := make([]*item, 0, batchSize)
	send := func() error {
		for _, c := range to {
			select {
			case c <- batch:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		a.progress(len(batch))
		batch = make([]*item, 0, batchSize)
		return nil
	}
	err := a.Records.Each(ctx, a.customer.Ref, t.category.Key, a.request.From, a.request.To, func(r models.Record) error {
		batch = append(batch, a.item(t, r))
		if len(batch) < batchSize {
			return nil
		}
		return send()
	})
	if err != nil {
		return err
	}
	return send()
}

// item settles where the documents of a record go.
func (a *archive) item(t *table, r models.Record) *item {
	it := &item{Record: r}
	if len(t.withheld) > 0 { // a document might show the number
		return it
	}
	for _, name := range r.Documents {
		path := "documents/" + t.category.Key + "/" + segment(r.ID) + "/" + segment(name)
		d := document{record: r.ID, name: name, path: a.bundle.free(path)}
		it.documents = append(it.documents, d)
		t.documents = append(t.documents, d)
	}
	return it
}

func (t *table) writeJSON(m *member, batches <-chan []*item) error {
	b := appendString([]byte(`{"category":`), t.category.Key)
	b = appendString(append(b, `,"label":`...), t.label)
	b = append(b, `,"records":[`...)
	sep := "\n"
	for batch := range batches {
		for _, it := range batch {
			b = t.appendRecord(append(b, sep...), it)
			sep = ",\n"
		}
		if _, err := m.Write(b); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
		b = b[:0]
		t.see(batch)
	}
	_, err := m.WriteString("\n]}\n")
	return err
}

func (t *table) spoolCSV(s *spool, batches <-chan []*item) error {
	b := t.appendHeader(nil)
	for batch := range batches {
		for _, it := range batch {
			b = t.appendRow(b, it)
		}
		if _, err := s.Write(b); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
		b = b[:0]
	}
	return s.Close()
}

// writeCSV adds the spooled file, or if there was too much of it, reads the category once more.
func (a *archive) writeCSV(ctx context.Context, t *table) error {
	path, mediaType := "data/"+t.category.Key+".csv", "text/csv; charset=utf-8"
	if !a.spool.overflowed {
		return a.bundle.putSpool(path, mediaType, t.category.Key, t.count, a.spool)
	}
	m, err := a.bundle.create(path, mediaType, t.category.Key)
	if err != nil {
		return err
	}
	records := int64(0)
	row := t.appendHeader(nil)
	documents := t.documents
	err = a.Records.Each(ctx, a.customer.Ref, t.category.Key, a.request.From, a.request.To, func(r models.Record) error {
		it := &item{Record: r}
		for len(documents) > 0 && documents[0].record == r.ID {
			it.documents, documents = append(it.documents, documents[0]), documents[1:]
		}
		row = t.appendRow(row, it)
		_, err := m.Write(row)
		row, records = row[:0], records+1
		return err
	})
	if err != nil {
		return err
	}
	if _, err := m.Write(row); err != nil { // the header, if there was no record
		return err
	}
	m.Records = &records
	return m.Close()
}
