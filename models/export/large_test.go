package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

// many is how many records a large archive has.
const many = 100_000

// reading is one 15-minute meter reading.
func reading(i int) models.Record {
	at := time.Date(2024, 1, 1, 0, 15*i, 0, 0, time.UTC)
	return models.Record{
		Customer: ada, Category: "usage_detail", ID: "reading-" + strconv.Itoa(i), OccurredAt: at, Source: "meter_operator",
		Fields: map[string]string{
			"from": at.Format(time.RFC3339), "to": at.Add(15 * time.Minute).Format(time.RFC3339),
			"quantity": fmt.Sprintf("0.%03d", i*7919%1000), "unit": "kWh",
		},
	}
}

// generated is records that are made as they are read, so that the source holds none of them.
type generated struct {
	Records
	n int
}

func (g generated) Each(ctx context.Context, customer, category string, from, to time.Time, fn func(models.Record) error) error {
	if category != "usage_detail" {
		return g.Records.Each(ctx, customer, category, from, to, fn)
	}
	for i := range g.n {
		if err := fn(reading(i)); err != nil {
			return err
		}
	}
	return nil
}

// What is in memory while an archive of 100,000 records is written grows by far less than the 64 MB that it
// may grow by: by no more than some 150 bytes a record, so that larger archives need little more.
func TestFlatMemory(t *testing.T) {
	r := newRig(t)
	for _, n := range []int{many / 5, many} {
		r.sources.Records = generated{r.billing, n}
		before, peak, done := live(), uint64(0), 0
		check(t, Write(t.Context(), io.Discard, r.sources, Request{Customer: ada}, r.Time(), func(records int) {
			if before := done; before/5_000 != (before+records)/5_000 {
				peak = max(peak, live())
			}
			done += records
		}))
		if done < n {
			t.Errorf("only %d records were written", done)
		}
		const limit = 16 << 20
		if peak > before+limit {
			t.Errorf("with %d records the heap grew by %d MB", n, (peak-before)>>20)
		}
		t.Logf("with %d records the heap grew by %d KB", n, (int64(peak)-int64(before))>>10) // far below 2^63
	}
}

// live is what the heap holds that is still in use, in bytes.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkArchive makes an archive of 100,000 records beside marshalling the same records to JSON and
// throwing that away; the metric marshal-ratio is marshalling's time by the archive's: 0.3 is the goal.
func BenchmarkArchive(b *testing.B) {
	r := newRig(b)
	var lines bytes.Buffer
	for i := range many {
		m := reading(i)
		fields, err := json.Marshal(m.Fields)
		check(b, err)
		fmt.Fprintf(&lines, `{"type":"record","customer":%q,"category":%q,"id":%q,"occurred_at":%q,"source":%q,"fields":%s}`+"\n",
			m.Customer, m.Category, m.ID, m.OccurredAt.Format(time.RFC3339), m.Source, fields)
	}
	r.load(b.Context(), &lines)
	records := make([]models.Record, many)
	for i := range records {
		records[i] = reading(i)
	}

	b.Run("written from memory", func(b *testing.B) {
		kept := r.sources.Records
		defer func() { r.sources.Records = kept }()
		r.sources.Records = fromMemory{r.billing, records}
		compare(b, records, func() {
			check(b, Write(b.Context(), io.Discard, r.sources, Request{Customer: ada}, r.Time(), func(int) {}))
		})
	})
	b.Run("made from the store and kept in it", func(b *testing.B) {
		s := r.service()
		compare(b, records, func() {
			must[store.Archive](b)(s.Ask(b.Context(), Request{Customer: ada}))
			if !s.makeOne(b.Context()) {
				b.Fatal(r.logged)
			}
			if a := r.await(); a.State != StateReady {
				b.Fatal(a.State, r.logged)
			}
		})
	})
}

// fromMemory is records from memory.
type fromMemory struct {
	Records
	records []models.Record
}

func (l fromMemory) Each(ctx context.Context, customer, category string, from, to time.Time, fn func(models.Record) error) error {
	if category != "usage_detail" {
		return l.Records.Each(ctx, customer, category, from, to, fn)
	}
	for _, r := range l.records {
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// compare times work beside marshalling the records, in turn.
func compare(b *testing.B, records []models.Record, work func()) {
	b.Helper()
	var marshalling, working time.Duration
	for b.Loop() {
		from := time.Now()
		for i := range records {
			if _, err := json.Marshal(&records[i]); err != nil {
				b.Fatal(err)
			}
		}
		half := time.Now()
		work()
		marshalling += half.Sub(from)
		working += time.Since(half)
	}
	b.ReportMetric(marshalling.Seconds()/working.Seconds(), "marshal-ratio")
	b.ReportMetric(float64(working.Milliseconds())/float64(b.N), "ms/archive")
	b.ReportMetric(float64(len(records)*b.N)/working.Seconds(), "records/s")
}
