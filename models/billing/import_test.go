package billing_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
)

// load imports lines and gives the report with what was rejected, as "line: field: code".
func load(tb testing.TB, w *world, opts billing.ImportOptions, lines ...string) (billing.ImportReport, []string) {
	tb.Helper()
	var rejected []string
	opts.Rejected = func(e billing.LineError) {
		var m *models.Error
		if !errors.As(e, &m) {
			tb.Fatalf("%v is no *models.Error", e.Err)
		}
		rejected = append(rejected, fmt.Sprintf("%d: %s: %s", e.Line, m.Field, m.Code))
	}
	report, err := w.Import(context.Background(), strings.NewReader(strings.Join(lines, "\n")), opts)
	if err != nil {
		tb.Fatal(err)
	}
	return report, rejected
}

const (
	customerLine = `{"type":"customer","ref":"cus_1","name":"Ada","email":"ada@example.test","locale":"en","jurisdiction":"GB"}`
	recordLine   = `{"type":"record","customer":"cus_1","category":"invoices","id":"i1","occurred_at":"2026-10-01T00:00:00Z","source":"billing","fields":{"number":"R-1"}}`
)

func TestImport(t *testing.T) {
	w := newWorld(t)
	withDocument := strings.Replace(recordLine, `"i1"`, `"i2"`, 1)
	withDocument = withDocument[:len(withDocument)-1] + `,"documents":[{"name":"bill.pdf","media_type":"application/pdf","base64":"` +
		strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte{0xff, 0xff, 0xfe}), "/", `\/`) + `"}]}`
	report, rejected := load(t, w, billing.ImportOptions{}, "\uFEFF"+customerLine, "", "  \r", recordLine+"\r", withDocument, "")
	if want := (billing.ImportReport{Lines: 3, Customers: 1, Records: 2, Documents: 1}); report != want || rejected != nil {
		t.Errorf("report %+v, rejected %v; want %+v", report, rejected, want)
	}
	p, err := w.Customer(t.Context(), "cus_1")
	if err != nil || p.Name != "Ada" || p.Jurisdiction != "GB" {
		t.Errorf("profile %+v, %v", p, err)
	}
	d, err := w.Document(t.Context(), "cus_1", "invoices", "i2", "bill.pdf")
	if err != nil || !bytes.Equal(d.Content, []byte{0xff, 0xff, 0xfe}) {
		t.Errorf("document %x, %v", d.Content, err)
	}
}

func TestImportRejectsLinesByName(t *testing.T) {
	replace := func(old, other string) string {
		if !strings.Contains(recordLine, old) {
			t.Fatalf("%s is not in the line", old)
		}
		return strings.Replace(recordLine, old, other, 1)
	}
	doc := func(members string) string {
		return recordLine[:len(recordLine)-1] + `,"documents":[{` + members + `}]}`
	}
	for line, want := range map[string]string{
		`nonsense`:                          ": bad_json",
		`[]`:                                ": bad_json",
		`"text"`:                            ": bad_json",
		`null`:                              ": bad_json",
		`{`:                                 ": bad_json",
		`{"type":}`:                         ": bad_json",
		`{}{}`:                              ": bad_json",
		`{"type":"record",}`:                ": bad_json",
		`{'type':'record'}`:                 ": bad_json",
		"{\"type\":\"rec\tord\"}":           ": bad_json",
		`{"type":"\ud800"}`:                 ": bad_json",
		`{"type":"\udc00\ud800"}`:           ": bad_json",
		`{"type":"\x"}`:                     ": bad_json",
		"{\"type\":\"\xff\"}":               ": bad_utf8",
		`{}`:                                "type: required",
		`{"type":"invoice"}`:                "type: unknown_type",
		`{"type":1}`:                        "type: wrong_type",
		`{"type":null}`:                     "type: wrong_type",
		`{"type":"record","type":"record"}`: "type: duplicate_member",
		`{"type":"record","\u0074ype":"x"}`: "type: duplicate_member",
		`{"Type":"record"}`:                 "Type: unknown_member",
		`{"type":"record","color":"red"}`:   "color: unknown_member",
		`{"type":"record","cvv":"123"}`:     "cvv: card_data",
		`{"type":"record","4111111111111111":"x"}`:                           "members: unknown_member",
		`{"type":"customer"}`:                                                "ref: required",
		`{"type":"customer","ref":"a","id":"b"}`:                             "id: unknown_member",
		`{"type":"customer","ref":"a","fields":{}}`:                          "fields: unknown_member",
		`{"type":"customer","ref":"a","name":7}`:                             "name: wrong_type",
		`{"type":"delete","customer":"cus_1","name":"b"}`:                    "name: unknown_member",
		`{"type":"delete"}`:                                                  "customer: required",
		`{"type":"delete","customer":"cus_1","id":"b"}`:                      "id: id_without_category",
		`{"type":"delete","customer":"cus_1","category":""}`:                 "category: required",
		`{"type":"delete","customer":"cus_1","category":"invoices","id":""}`: "id: required",
		`{"type":"delete","customer":"cus_9"}`:                               "customer: unknown_customer",
		replace(`"cus_1"`, `"cus_9"`):                                        "customer: unknown_customer",
		replace(`"cus_1"`, `["cus_1"]`):                                      "customer: wrong_type",
		replace(`"invoices"`, `"shoes"`):                                     "category: undeclared_category",
		replace(`"id":"i1",`, ``):                                            "id: required",
		replace(`"2026-10-01T00:00:00Z"`, `"yesterday"`):                     "occurred_at: bad_time",
		replace(`"2026-10-01T00:00:00Z"`, `"2026-10-01"`):                    "occurred_at: bad_time",
		replace(`"2026-10-01T00:00:00Z"`, `"2026-02-30T00:00:00Z"`):          "occurred_at: bad_time",
		replace(`"2026-10-01T00:00:00Z"`, `"0026-10-01T00:00:00Z"`):          "occurred_at: time_out_of_range",
		replace(`"occurred_at":"2026-10-01T00:00:00Z",`, ``):                 "occurred_at: required",
		replace(`"source":"billing",`, ``):                                   "source: required",
		replace(`,"fields":{"number":"R-1"}`, ``):                            "fields: required",
		replace(`{"number":"R-1"}`, `[]`):                                    "fields: wrong_type",
		replace(`{"number":"R-1"}`, `null`):                                  "fields: wrong_type",
		replace(`"R-1"`, `1`):                                                "fields.number: wrong_type",
		replace(`"R-1"`, `{"a":"b"}`):                                        "fields.number: wrong_type",
		replace(`"R-1"`, `"R-1","number":"R-2"`):                             "fields.number: duplicate_member",
		replace(`"R-1"`, `"R-1","color":"red"`):                              "fields.color: undeclared_field",
		replace(`"R-1"`, `"4111111111111111"`):                               "fields.number: card_data",
		replace(`"R-1"`, `"\u0034111 1111 1111 1111"`):                       "fields.number: card_data",
		replace(`"R-1"`, `"\u0000"`):                                         "fields.number: control_character",
		doc(`"name":"a.pdf","media_type":"application/pdf"`):                 "documents.0.base64: required",
		doc(`"name":"a.pdf","media_type":"application/pdf","base64":""`):     "documents.0.content: required",
		doc(`"name":"a.pdf","media_type":"application/pdf","base64":"*"`):    "documents.0.base64: bad_base64",
		doc(`"name":"a.pdf","media_type":"application/pdf","base64":"QQ"`):   "documents.0.base64: bad_base64",
		doc(`"name":"a.pdf","media_type":"application/pdf","base64":"QR=="`): "documents.0.base64: bad_base64",
		doc(`"name":"a/b","media_type":"application/pdf","base64":"QQ=="`):   "documents.0.name: bad_file_name",
		doc(`"name":"a.pdf","media_type":"x","base64":"QQ=="`):               "documents.0.media_type: bad_media_type",
		doc(`"name":"a.pdf","media_type":"a/b","base64":"QQ==","size":"1"`):  "documents.0.size: unknown_member",
		recordLine[:len(recordLine)-1] + `,"documents":{}}`:                  "documents: wrong_type",
		recordLine[:len(recordLine)-1] + `,"documents":[1]}`:                 "documents.0: wrong_type",
	} {
		t.Run(line, func(t *testing.T) {
			w := newWorld(t)
			load(t, w, billing.ImportOptions{}, customerLine)
			before := len(w.memory.records)
			report, rejected := load(t, w, billing.ImportOptions{}, customerLine, line, customerLine)
			if len(rejected) != 1 || rejected[0] != "2: "+want {
				t.Errorf("rejected %q; want 2: %s", rejected, want)
			}
			if report.Rejected != 1 || report.Customers != 2 || report.Records+report.Documents+report.Deleted != 0 || len(w.memory.records) != before {
				t.Errorf("report %+v, %d records", report, len(w.memory.records))
			}
		})
	}
}

func TestImportKeepsTheOrderOfLines(t *testing.T) {
	second := strings.Replace(recordLine, "R-1", "R-2", 1)
	remove := `{"type":"delete","customer":"cus_1","category":"invoices","id":"i1"}`
	removeAll := `{"type":"delete","customer":"cus_1"}`
	for name, c := range map[string]struct {
		lines []string
		want  string // the number of i1; empty if it is not there
	}{
		"the last put wins":         {[]string{recordLine, second}, "R-2"},
		"delete after put":          {[]string{recordLine, remove}, ""},
		"put after delete":          {[]string{recordLine, remove, second}, "R-2"},
		"delete of all after put":   {[]string{recordLine, removeAll}, ""},
		"put after a delete of all": {[]string{recordLine, removeAll, second}, "R-2"},
		"deletes, then put":         {[]string{recordLine, remove, removeAll, remove, second}, "R-2"},
		"delete before the record":  {[]string{remove, recordLine}, "R-1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			report, rejected := load(t, w, billing.ImportOptions{}, append([]string{customerLine}, c.lines...)...)
			if rejected != nil || report.Customers+report.Records+report.Deleted != int64(len(c.lines)+1) {
				t.Fatalf("%+v, rejected %v", report, rejected)
			}
			r, err := w.Record(t.Context(), "cus_1", "invoices", "i1")
			if errors.Is(err, billing.ErrUnknownRecord) {
				err = nil
			}
			if err != nil || r.Fields["number"] != c.want {
				t.Errorf("number %q, %v; want %q", r.Fields["number"], err, c.want)
			}
		})
	}
}

func TestDryRunWritesNothingAndFindsTheSame(t *testing.T) {
	lines := []string{customerLine, recordLine, `{"type":"delete","customer":"cus_1"}`, "nonsense", strings.Replace(recordLine, "cus_1", "cus_2", 1)}
	dry, wet := newWorld(t), newWorld(t)
	dryReport, dryRejected := load(t, dry, billing.ImportOptions{DryRun: true}, lines...)
	wetReport, wetRejected := load(t, wet, billing.ImportOptions{}, lines...)
	if dryReport != wetReport || fmt.Sprint(dryRejected) != fmt.Sprint(wetRejected) {
		t.Errorf("dry: %+v %v\nwet: %+v %v", dryReport, dryRejected, wetReport, wetRejected)
	}
	if dry.memory.writes > 0 || len(dry.ring.keys) > 0 {
		t.Errorf("%d writes, %d keys made", dry.memory.writes, len(dry.ring.keys))
	}
	before := wet.memory.writes
	load(t, wet, billing.ImportOptions{DryRun: true}, `{"type":"delete","customer":"cus_1"}`, `{"type":"delete","customer":"cus_1","category":"invoices"}`)
	load(t, wet, billing.ImportOptions{}, recordLine)
	load(t, wet, billing.ImportOptions{DryRun: true}, `{"type":"delete","customer":"cus_1"}`)
	if wet.memory.writes != before+1 {
		t.Errorf("%d writes; want that of the record only", wet.memory.writes-before)
	}
}

func TestImportNamesItsSource(t *testing.T) {
	w := newWorld(t)
	load(t, w, billing.ImportOptions{Source: "erp"}, customerLine, strings.Replace(recordLine, `"source":"billing",`, "", 1), strings.Replace(recordLine, "i1", "i2", 1))
	for id, want := range map[string]string{"i1": "erp", "i2": "billing"} {
		if r, err := w.Record(t.Context(), "cus_1", "invoices", id); err != nil || r.Source != want {
			t.Errorf("%s: source %q, %v; want %q", id, r.Source, err, want)
		}
	}
}

func TestKeysAreMadeOnceABatch(t *testing.T) {
	w := newWorld(t)
	var lines []string
	for i := range 200 {
		ref := fmt.Sprint("cus_", i)
		lines = append(lines, strings.Replace(customerLine, "cus_1", ref, 1), strings.Replace(recordLine, "cus_1", ref, 1))
	}
	load(t, w, billing.ImportOptions{}, lines...)
	if w.ring.ensured != 1 || w.ring.made != 0 || len(w.ring.keys) != 600 {
		t.Errorf("%d calls, %d made outside, %d keys; want 1, 0, 600", w.ring.ensured, w.ring.made, len(w.ring.keys))
	}
}

func TestLinesThatAreTooLongAreRejectedAndPassedOver(t *testing.T) {
	w := newWorld(t)
	long := `{"type":"` + strings.Repeat("x", billing.MaxLine) + `"}`
	report, rejected := load(t, w, billing.ImportOptions{}, customerLine, long, recordLine, long)
	if fmt.Sprint(rejected) != "[2: : line_too_long 4: : line_too_long]" || report.Records != 1 || report.Lines != 4 {
		t.Errorf("%+v, rejected %v", report, rejected)
	}
}

func TestLargestDocumentFitsALine(t *testing.T) {
	w := newWorld(t)
	line := func(size int) string {
		return recordLine[:len(recordLine)-1] + `,"documents":[{"name":"a.pdf","media_type":"application/pdf","base64":"` +
			base64.StdEncoding.EncodeToString(make([]byte, size)) + `"}]}`
	}
	report, rejected := load(t, w, billing.ImportOptions{}, customerLine, line(models.MaxDocument), line(models.MaxDocument+1), line(models.MaxDocument+4))
	if report.Documents != 1 || fmt.Sprint(rejected) != "[3: documents.0.content: document_too_large 4: documents.0.base64: document_too_large]" {
		t.Errorf("%+v, rejected %v", report, rejected)
	}
}

// broken fails after what it holds.
type broken struct{ io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestImportStopsWhenItsInputBreaks(t *testing.T) {
	w := newWorld(t)
	report, err := w.Import(t.Context(), broken{strings.NewReader(customerLine + "\n" + recordLine[:40])}, billing.ImportOptions{})
	if !errors.Is(err, io.ErrUnexpectedEOF) || report.Rejected != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestImportStopsWhenAskedTo(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	opts := billing.ImportOptions{Progress: func(_, _ int64) { cancel() }}
	if _, err := w.Import(ctx, &generator{lines: 10_000}, opts); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if len(w.memory.records) > 1000 {
		t.Errorf("%d records were written after that", len(w.memory.records))
	}
}

func TestImportTellsItsProgress(t *testing.T) {
	w := newWorld(t)
	var bytes, lines, calls int64
	g := &generator{lines: 2000}
	_, err := w.Import(t.Context(), g, billing.ImportOptions{Progress: func(b, l int64) {
		if b < bytes || l < lines {
			t.Errorf("went back from %d, %d to %d, %d", bytes, lines, b, l)
		}
		bytes, lines, calls = b, l, calls+1
	}})
	if err != nil || bytes != g.bytes || lines != 2000 || calls < 4 {
		t.Errorf("%d of %d bytes, %d lines, %d calls, %v", bytes, g.bytes, lines, calls, err)
	}
}

func TestMemoryDoesNotGrowWithTheInput(t *testing.T) {
	w := newWorld(t)
	w.memory.discard = true
	g := &generator{lines: 300_000} // some 60 MB
	before, most := heap(), uint64(0)
	calls := 0
	report, err := w.Import(t.Context(), g, billing.ImportOptions{Progress: func(_, _ int64) {
		if calls++; calls%100 == 0 {
			most = max(most, heap())
		}
	}})
	if err != nil || report.Rejected > 0 || g.bytes < 50<<20 {
		t.Fatalf("%+v of %d bytes, %v", report, g.bytes, err)
	}
	if most > before+64<<20 {
		t.Errorf("heap grew from %d to %d bytes", before, most)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// generator is an import of one customer's meter readings, made as it is read.
type generator struct {
	lines, made int
	bytes       int64
	rest        []byte
}

func (g *generator) Read(p []byte) (int, error) {
	if len(g.rest) == 0 {
		if g.made == g.lines {
			return 0, io.EOF
		}
		g.rest = g.line(g.rest[:0])
		g.made++
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	g.bytes += int64(n)
	return n, nil
}

func (g *generator) line(b []byte) []byte {
	if g.made == 0 {
		return append(b, customerLine+"\n"...)
	}
	from := now.Add(time.Duration(g.made) * 15 * time.Minute).Format(time.RFC3339)
	return fmt.Appendf(b, `{"type":"record","customer":"cus_1","category":"usage_detail","id":"%d","occurred_at":"%s","source":"meter",`+
		`"fields":{"from":"%s","to":"%s","quantity":"0.%03d","unit":"kWh"}}`+"\n", g.made, from, from, from, g.made%1000)
}

func BenchmarkImport(b *testing.B) {
	w := newWorld(b)
	w.memory.discard = true
	const lines = 20_000
	var size int64
	for b.Loop() {
		g := &generator{lines: lines}
		if _, err := w.Import(b.Context(), g, billing.ImportOptions{}); err != nil {
			b.Fatal(err)
		}
		size = g.bytes
	}
	b.SetBytes(size)
	b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "records/s")
}
