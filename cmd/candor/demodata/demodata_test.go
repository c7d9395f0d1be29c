package demodata_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"candor/cmd/candor/demodata"
	"candor/cmd/candor/operators"
	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
	"candor/models/keys"
	"candor/models/store/sqlite"
)

var now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func operatorMap(tb testing.TB, operator string) *datamap.Map {
	tb.Helper()
	files, err := operators.Open(operator)
	if err != nil {
		tb.Fatal(err)
	}
	raw, err := fs.ReadFile(files, "datamap.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	m, err := datamap.Parse(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func write(tb testing.TB, operator string, now time.Time) []string {
	tb.Helper()
	paths, err := demodata.Write(tb.TempDir(), operator, operatorMap(tb, operator), now, 0, func(int) {})
	if err != nil {
		tb.Fatal(err)
	}
	return paths
}

// service is billing on the embedded store, as the demo runs it.
func service(tb testing.TB, m *datamap.Map) *billing.Service {
	tb.Helper()
	dir := tb.TempDir()
	data, err := sqlite.Open(tb.Context(), filepath.Join(dir, "candor.db"))
	if err != nil {
		tb.Fatal(err)
	}
	keyStore, err := sqlite.OpenKeys(tb.Context(), filepath.Join(dir, "keys.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := data.Close(); err != nil {
			tb.Error(err)
		}
		if err := keyStore.Close(); err != nil {
			tb.Error(err)
		}
	})
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		tb.Fatal(err)
	}
	master, err := aead.New(handle)
	if err != nil {
		tb.Fatal(err)
	}
	return billing.New(billing.Config{
		Map: datamap.Hold(m), Customers: data, Records: data, Clock: func() time.Time { return now },
		Ring: keys.NewRing(keys.RingConfig{Store: keyStore, Master: master}),
	})
}

func load(tb testing.TB, s *billing.Service, paths []string) billing.ImportReport {
	tb.Helper()
	var sum billing.ImportReport
	for _, path := range paths {
		report := loadFile(tb, s, path)
		sum.Lines += report.Lines
		sum.Customers += report.Customers
		sum.Records += report.Records
		sum.Documents += report.Documents
	}
	return sum
}

func loadFile(tb testing.TB, s *billing.Service, path string) billing.ImportReport {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	report, err := s.Import(context.Background(), f, billing.ImportOptions{
		Rejected: func(e billing.LineError) { tb.Errorf("%s: %v", filepath.Base(path), e) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return report
}

func TestEveryLineIsAcceptedByTheImport(t *testing.T) {
	for operator, least := range map[string]billing.ImportReport{
		"utility": {Customers: 200, Records: 50_000, Documents: 300},
		"saas":    {Customers: 120, Records: 10_000, Documents: 100},
		"telecom": {Customers: 120, Records: 5_000, Documents: 100},
	} {
		t.Run(operator, func(t *testing.T) {
			s := service(t, operatorMap(t, operator))
			got := load(t, s, write(t, operator, now))
			if got.Customers < least.Customers || got.Records < least.Records || got.Documents < least.Documents {
				t.Errorf("imported %+v; want at least %+v", got, least)
			}
			firstHasSomethingOfAll(t, s)
			if operator == "utility" {
				firstHasAStory(t, s)
				usageAddsUp(t, s)
			}
		})
	}
}

func firstHasSomethingOfAll(t *testing.T, s *billing.Service) {
	t.Helper()
	held, err := s.Held(t.Context(), "cus_1001")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range held {
		if h.Records == 0 {
			t.Errorf("nothing of %s is held", h.Category.Key)
		}
		if h.Newest.After(now) {
			t.Errorf("%s holds something of the future: %v", h.Category.Key, h.Newest)
		}
	}
}

// firstHasAStory: three years of bills, of which one was paid late and one twice, and a medical priority.
func firstHasAStory(t *testing.T, s *billing.Service) {
	t.Helper()
	bills := each(t, s, "invoices")
	status, due := map[string]int{}, map[string]string{}
	for _, b := range bills {
		status[b.Fields["status"]]++
		due[b.ID] = b.Fields["due_on"]
		if len(b.Documents) != 1 {
			t.Errorf("bill %s has the documents %v", b.ID, b.Documents)
		}
	}
	if len(bills) != 36 || status["open"] != 1 || status["paid"] != 35 {
		t.Errorf("%d bills: %v; want 36, one of them open", len(bills), status)
	}
	late, refunded := 0, 0
	for _, p := range each(t, s, "payments") {
		if p.Fields["status"] == "refunded" {
			refunded++
		} else if p.Fields["paid_on"] > due[p.ID] {
			late++
		}
	}
	if late != 1 || refunded != 1 {
		t.Errorf("%d late payments, %d refunded; want one of each", late, refunded)
	}
	if needs := each(t, s, "special_needs"); len(needs) != 1 || needs[0].Fields["kind"] != "medical_priority" {
		t.Errorf("needs: %v", needs)
	}
}

// usageAddsUp: the readings are a year of quarter hours, and those of a month are the usage on its bill.
func usageAddsUp(t *testing.T, s *billing.Service) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	readings := each(t, s, "usage_detail")
	if len(readings) != 35_040 {
		t.Errorf("%d meter readings; want 35,040", len(readings))
	}
	for _, r := range readings {
		sums[r.OccurredAt.In(berlin).Format("2006-01")] += number(t, r.Fields["quantity"])
	}
	summaries := each(t, s, "usage_summary")
	for _, r := range summaries[len(summaries)-11:] {
		if d := sums[r.ID] - number(t, r.Fields["quantity"]); d > 1e-6 || d < -1e-6 {
			t.Errorf("%s: readings of %f kWh, a bill of %s", r.ID, sums[r.ID], r.Fields["quantity"])
		}
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	whole, thousandths, ok := strings.Cut(s, ".")
	var n float64
	for _, c := range whole + thousandths {
		n = n*10 + float64(c-'0')
	}
	if !ok || len(thousandths) != 3 {
		t.Fatalf("%q is no decimal of three places", s)
	}
	return n / 1000
}

func each(t *testing.T, s *billing.Service, category string) []models.Record {
	t.Helper()
	var out []models.Record
	err := s.Each(t.Context(), "cus_1001", category, time.Time{}, time.Time{}, func(r models.Record) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameMonthGivesTheSameBytes(t *testing.T) {
	for _, operator := range operators.Names() {
		first, second := write(t, operator, now), write(t, operator, now.AddDate(0, 0, -20))
		for i := range first {
			if !bytes.Equal(read(t, first[i]), read(t, second[i])) {
				t.Errorf("%s of %s differs", filepath.Base(first[i]), operator)
			}
		}
		valuesAreSafe(t, first)
	}
}

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// valuesAreSafe: nothing in the data can reach, or pass for, somebody real.
func valuesAreSafe(t *testing.T, paths []string) {
	t.Helper()
	email := regexp.MustCompile(`[\pL\d._-]+@[\pL\d.-]+`)
	phone := regexp.MustCompile(`"phone":"[^"]* 555 01\d\d"`)
	for line := range bytes.SplitSeq(bytes.TrimSpace(read(t, paths[0])), []byte("\n")) {
		if !phone.Match(line) {
			t.Errorf("the telephone number is not 555-01xx: %s", line)
		}
	}
	for _, path := range paths[:2] {
		for _, found := range email.FindAllString(string(read(t, path)), -1) {
			if !strings.HasSuffix(found, "@example.test") {
				t.Errorf("%s is not under example.test", found)
			}
		}
	}
}

// TestEveryMonthOfTheYear: the data can be made whenever the demo is started.
func TestEveryMonthOfTheYear(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC), // a leap year, and March in Berlin
		time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		paths := write(t, "utility", at)
		if n := bytes.Count(read(t, paths[3]), []byte(`"customer":"cus_1001"`)); n != 35_040 {
			t.Errorf("%v: %d meter readings of the first customer", at, n)
		}
	}
}

func TestUnknownOperator(t *testing.T) {
	if _, err := demodata.Write(t.TempDir(), "bakery", operatorMap(t, "utility"), now, 0, func(int) {}); err == nil || !strings.Contains(err.Error(), "utility, saas or telecom") {
		t.Error(err)
	}
}

func BenchmarkWrite(b *testing.B) {
	m := operatorMap(b, "utility")
	dir := b.TempDir()
	for b.Loop() {
		if _, err := demodata.Write(dir, "utility", m, now, 0, func(int) {}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkImport(b *testing.B) {
	m := operatorMap(b, "utility")
	paths := write(b, "utility", now)
	for b.Loop() {
		load(b, service(b, m), paths)
	}
}

// A larger company has the usual customers, to the byte, and then others, about each of whom something is held.
func TestMoreCustomers(t *testing.T) {
	usual, more := write(t, "saas", now), 0
	paths, err := demodata.Write(t.TempDir(), "saas", operatorMap(t, "saas"), now, 150, func(done int) { more = done })
	if err != nil {
		t.Fatal(err)
	}
	if more != 150 {
		t.Errorf("it is told of %d customers written, want 150", more)
	}
	for i, path := range paths {
		first, err := os.ReadFile(usual[i])
		if err != nil {
			t.Fatal(err)
		}
		all, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(all, first) {
			t.Errorf("%s does not begin with the usual customers", filepath.Base(path))
		}
	}
	for _, path := range paths[:2] { // customers, and what is held of their accounts
		all, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1001; n < 1151; n++ {
			if !bytes.Contains(all, fmt.Appendf(nil, `"cus_%d"`, n)) {
				t.Errorf("%s says nothing of cus_%d", filepath.Base(path), n)
			}
		}
	}
}
