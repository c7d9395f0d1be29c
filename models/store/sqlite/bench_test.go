package sqlite

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

// BenchmarkAppend is a durable log batch of 64 entries of 600 bytes with all that travels with them.
func BenchmarkAppend(b *testing.B) {
	s := openData(b, filepath.Join(b.TempDir(), "candor.db"))
	defer s.Close()
	batch := make([]store.Entry, 64)
	var seq uint64
	for b.Loop() {
		for i := range batch {
			batch[i] = store.Entry{
				Seq: seq, Raw: bytes.Repeat([]byte{1}, 600), Hashes: make([]byte, 64), Sealed: make([]byte, 300),
				Event: fmt.Sprintf("%08x-0000-8000-8000-%012x", uint32(seq*2654435761), seq), Subject: fmt.Sprintf("cus_%d", seq*48271%100_000),
			}
			seq++
		}
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkBareInsert is the yardstick: 64 rows of 600 bytes in one durable transaction, without
// indexes or anything else of ours.
func BenchmarkBareInsert(b *testing.B) {
	d, err := openDatabase(b.Context(), filepath.Join(b.TempDir(), "bare.db"), layout{steps: []string{`CREATE TABLE rows (id INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT`}})
	if err != nil {
		b.Fatal(err)
	}
	defer d.close() // a benchmark
	row, n := bytes.Repeat([]byte{1}, 600), 0
	for b.Loop() {
		err := d.write(b.Context(), durable, func(w writing) error {
			for range 64 {
				n++
				if _, err := w.exec(`INSERT INTO rows (raw) VALUES (?)`, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkPutRecords is the import: 500 records of 200 bytes a call.
func BenchmarkPutRecords(b *testing.B) {
	s := openData(b, filepath.Join(b.TempDir(), "candor.db"))
	defer s.Close()
	records := make([]store.Record, 500)
	n := 0
	for b.Loop() {
		for i := range records {
			records[i] = store.Record{Customer: fmt.Sprintf("cus_%d", n/35_040), Category: "usage_detail", ID: fmt.Sprintf("r%08d", n), OccurredAt: time.UnixMilli(int64(n) * 900_000), Source: "meters", Sealed: make([]byte, 200)}
			n++
		}
		if err := s.PutRecords(b.Context(), records); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkSaveStandings projects 64 customers of 100,000.
func BenchmarkSaveStandings(b *testing.B) {
	s := openData(b, filepath.Join(b.TempDir(), "candor.db"))
	defer s.Close()
	standings := make([]models.Standing, 64)
	var seq uint64
	for b.Loop() {
		for i := range standings {
			seq++
			standings[i] = models.Standing{
				Customer: fmt.Sprintf("cus_%d", seq*48271%100_000), Seq: seq, Pseudonym: make([]byte, 50),
				Choices: models.Choices{{Purpose: "marketing_email", State: models.Refused}, {Purpose: "usage_analytics", State: models.Given, Seq: seq}},
			}
		}
		if err := s.SaveStandings(b.Context(), seq, standings); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "standings/s")
}

// BenchmarkStanding reads one of 1,000 from all cores.
func BenchmarkStanding(b *testing.B) {
	s := openData(b, filepath.Join(b.TempDir(), "candor.db"))
	defer s.Close()
	standings := make([]models.Standing, 1000)
	for i := range standings {
		standings[i] = models.Standing{Customer: fmt.Sprintf("cus_%d", i), Seq: uint64(i)}
	}
	if err := s.SaveStandings(b.Context(), 1000, standings); err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := s.Standing(b.Context(), standings[i%1000].Customer); err != nil {
				b.Error(err)
			}
		}
	})
}
