package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"candor/models"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
)

type dataFile struct {
	Category, Label string
	Records         []struct {
		ID         string            `json:"id"`
		OccurredAt time.Time         `json:"occurred_at"`
		Source     string            `json:"source"`
		Fields     map[string]string `json:"fields"`
		Withheld   []string          `json:"withheld"`
		Documents  []struct{ Name, Path string }
	}
}

// The archive has what it promises, and every list of what it has agrees with every other.
func TestArchiveIsWhole(t *testing.T) {
	r := newRig(t)
	r.choose(ada, "usage_analytics", consent.Give)
	r.choose(ada, "fraud_prevention", consent.Object)
	u := r.write(Request{Customer: ada, Locale: "en"})

	for _, name := range []string{
		"index.html", "README.txt", "manifest.json", "manifest.jws", "SHA256SUMS", "data/invoices.json", "data/invoices.csv",
		"documents/invoices/inv_1/bill 1.pdf", "documents/invoices/inv_2/bill 1.pdf", "consents/log.jsonl", "consents/keys.jsonl",
		"consents/receipts/usage_analytics.jwt", "consents/receipts/fraud_prevention.jwt", "consents/notices.json",
		"consents/checkpoint", "consents/vkey", "consents/jwks.json", "processing.json", "schema/manifest.schema.json",
	} {
		u.file(name)
	}
	if u.manifest.Customer != ada || u.manifest.Origin != "privacy.example.test/log" || len(u.manifest.Withheld) != 0 {
		t.Errorf("manifest: %+v", u.manifest)
	}
	listed := map[string]string{}
	for _, f := range u.manifest.Files {
		listed[f.Path] = f.SHA256
		if int64(len(u.file(f.Path))) != f.Bytes || sum(u.file(f.Path)) != f.SHA256 {
			t.Errorf("%s is not what the manifest says", f.Path)
		}
		if strings.HasPrefix(f.Path, "data/") && (f.Category == "" || f.Records == nil) {
			t.Errorf("%s: the manifest does not say its category and number of records", f.Path)
		}
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(u.file("SHA256SUMS"))) {
		hash, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		sums[name] = hash
	}
	for name, content := range u.files {
		if !ledger.Unlisted(name) && listed[name] == "" {
			t.Errorf("%s is not in the manifest", name)
		}
		if name != "SHA256SUMS" && sums[name] != sum(content) {
			t.Errorf("%s: SHA256SUMS says otherwise", name)
		}
	}
	if len(sums) != len(u.files)-1 {
		t.Errorf("SHA256SUMS has %d lines for %d files", len(sums), len(u.files))
	}
}

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

func TestRecordsInBothForms(t *testing.T) {
	r := newRig(t)
	u := r.write(Request{Customer: ada})
	var d dataFile
	u.json("data/usage_detail.json", &d)
	if d.Category != "usage_detail" || len(d.Records) != 500 || d.Records[0].ID != "u0000" || d.Records[7].Fields["quantity"] != "0.007" {
		t.Fatalf("usage_detail.json: %d records of %s, %+v", len(d.Records), d.Category, d.Records[0])
	}
	rows := readCSV(t, u.file("data/usage_detail.csv"))
	if len(rows) != 501 || rows[0]["quantity"] != "quantity" || rows[8]["quantity"] != "0.007" || rows[8]["occurred_at"] != "2026-01-01T01:45:00.000Z" {
		t.Fatalf("usage_detail.csv: %d rows, %v", len(rows), rows[8])
	}

	u.json("data/support_notes.json", &d)
	note := "He said \"hello\",\nthen left — 早"
	if got := d.Records[0].Fields["note"]; got != note {
		t.Errorf("the note is %q", got)
	}
	if got := readCSV(t, u.file("data/support_notes.csv"))[1]["note"]; got != note {
		t.Errorf("the note is %q in CSV", got)
	}

	u.json("data/invoices.json", &d)
	formula := `=HYPERLINK("https://evil.example")`
	if got := d.Records[1].Fields["number"]; got != formula {
		t.Errorf("JSON must hold the exact value, not %q", got)
	}
	row := readCSV(t, u.file("data/invoices.csv"))[2]
	if row["number"] != "'"+formula || row["total"] != "-500" || row["documents"] != "documents/invoices/inv_2/bill 1.pdf" {
		t.Errorf("the second bill's row is %v", row)
	}
	if docs := d.Records[0].Documents; len(docs) != 1 || string(u.file(docs[0].Path)) != "%PDF-1.7\n% a bill\n" {
		t.Errorf("the first bill's documents: %+v", docs)
	}
	u.json("data/marketing.json", &d)
	if len(d.Records) != 0 || len(readCSV(t, u.file("data/marketing.csv"))) != 1 {
		t.Error("a category of which nothing is held has empty files")
	}
}

// readCSV gives the rows, the header first, by the name of the column.
func readCSV(t *testing.T, raw []byte) []map[string]string {
	t.Helper()
	text, marked := bytes.CutPrefix(raw, []byte(byteOrderMark))
	if !marked {
		t.Fatal("no byte order mark")
	}
	if bytes.Contains(bytes.ReplaceAll(text, []byte("\r\n"), nil), []byte("\r")) || !bytes.HasSuffix(text, []byte("\r\n")) {
		t.Fatal("lines do not end as RFC 4180 has it")
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	check(t, err)
	out := make([]map[string]string, len(rows))
	for i, row := range rows {
		out[i] = map[string]string{}
		for j, cell := range row {
			out[i][rows[0][j]] = cell
		}
	}
	return out
}

// Both forms are the same bytes whether the CSV fitted into memory or the source was read again.
func TestSpoolThatOverflows(t *testing.T) {
	r := newRig(t)
	want := r.write(Request{Customer: ada})
	a := &archive{Sources: r.sources, request: Request{Customer: ada}, at: r.Time(), progress: func(int) {}, spoolLimit: 100}
	var out bytes.Buffer
	check(t, a.write(t.Context(), &out))
	got := unzip(t, out.Bytes())
	for name := range want.files {
		if strings.HasPrefix(name, "data/") && !bytes.Equal(want.file(name), got.file(name)) {
			t.Errorf("%s differs:\n%s\n%s", name, want.file(name), got.file(name))
		}
	}
	if !slices.EqualFunc(want.manifest.Files, got.manifest.Files, func(a, b ledger.ManifestFile) bool { return a.Path == b.Path }) {
		t.Error("the files are others")
	}
}

func TestChosenCategoriesAndDates(t *testing.T) {
	r := newRig(t)
	u := r.write(Request{
		Customer: ada, Categories: []string{"usage_detail", "invoices", "invoices"},
		From: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC),
	})
	var data []string
	for _, name := range slices.Sorted(maps.Keys(u.files)) {
		if strings.HasPrefix(name, "data/") || strings.HasPrefix(name, "documents/") {
			data = append(data, name)
		}
	}
	want := []string{"data/invoices.csv", "data/invoices.json", "data/usage_detail.csv", "data/usage_detail.json"}
	if !slices.Equal(data, want) {
		t.Errorf("files: %v", data)
	}
	var d dataFile
	u.json("data/usage_detail.json", &d)
	if len(d.Records) != 4 || d.Records[0].ID != "u0004" || d.Records[3].ID != "u0007" {
		t.Errorf("records: %+v", d.Records)
	}
	if len(u.manifest.Withheld) != 0 {
		t.Error("what was not asked for is not withheld")
	}
}

// A6: a Californian copy says that a number is held, never what it is; not in any file.
func TestCalifornianCopy(t *testing.T) {
	r := newRig(t)
	u := r.write(Request{Customer: bo, Locale: "en"})
	for name, content := range u.files {
		for _, number := range []string{"912-34-5678", "4242", "3000", "DE89"} {
			if bytes.Contains(content, []byte(number)) && strings.HasPrefix(name, "data/") || bytes.Contains(content, []byte("912-34-5678")) {
				t.Errorf("%s discloses %s", name, number)
			}
		}
	}
	var d dataFile
	u.json("data/tax.json", &d)
	if got := d.Records[0]; !slices.Equal(got.Withheld, []string{"tax_id"}) || got.Fields["country"] != "US" {
		t.Errorf("tax record: %+v", got)
	}
	u.json("data/payment_method.json", &d)
	if got := d.Records[0]; !slices.Equal(got.Withheld, []string{"last4", "iban"}) || got.Fields["brand"] != "Visa" {
		t.Errorf("payment method: %+v", got)
	}
	var grounds []string
	for _, w := range u.manifest.Withheld {
		grounds = append(grounds, w.Category+": "+w.Ground)
	}
	if len(grounds) != 3 || !strings.Contains(grounds[0], "11 CCR § 7024(d)") {
		t.Errorf("withheld: %q", grounds)
	}
	if !bytes.Contains(u.file("index.html"), []byte("held, not shown")) || !bytes.Contains(u.file("index.html"), []byte("7024(d)")) {
		t.Error("index.html does not say that numbers are held")
	}
	// Elsewhere the same fields are in the copy.
	if u := r.write(Request{Customer: ada}); !bytes.Contains(u.file("data/tax.json"), []byte("DE 123 456 78")) {
		t.Error("a German copy holds the tax number")
	}
}

// What was erased is said to be missing, and the archive is made all the same.
func TestErasedCategory(t *testing.T) {
	r := newRig(t)
	check(t, r.ring.Destroy(t.Context(), storeScope(ada, "tax")))
	u := r.write(Request{Customer: ada, Locale: "en"})
	if len(u.manifest.Withheld) != 1 || u.manifest.Withheld[0].Category != "tax" {
		t.Errorf("withheld: %+v", u.manifest.Withheld)
	}
}

func TestConsentsAreProved(t *testing.T) {
	r := newRig(t)
	r.choose(bo, "marketing_email", consent.Give)
	var mine []uint64
	for i := range 3 * pageSize / 2 {
		mine = append(mine, r.choose(ada, "usage_analytics", []consent.Action{consent.Give, consent.Withdraw}[i%2]))
	}
	u := r.write(Request{Customer: ada})
	verifier := must[note.Verifier](t)(ledger.NewVerifierKey(strings.TrimSpace(string(u.file("consents/vkey")))))
	var ring ledger.Keyring
	for _, e := range evidence(t, u.file("consents/keys.jsonl")) {
		must[ledger.Opened](t)(ring.Learn(e, u.manifest.Origin, verifier))
	}
	var got []uint64
	for _, e := range evidence(t, u.file("consents/log.jsonl")) {
		got = append(got, must[ledger.Opened](t)(e.Open(u.manifest.Origin, &ring, verifier)).Entry.Payload.Seq)
	}
	if !slices.Equal(got, mine) {
		t.Errorf("log.jsonl has entries %v, not %v", got, mine)
	}
	if _, err := ledger.VerifyManifest(u.file("manifest.json"), u.file("manifest.jws"), &ring, 1<<40); err != nil {
		t.Error(err)
	}
	var notices struct {
		Notices []noticeText `json:"notices"`
	}
	u.json("consents/notices.json", &notices)
	shown := notices.Notices[0]
	if shown.Key == "" || shown.SHA256 != sum([]byte(shown.Title+"\n\n"+shown.Summary+"\n\n"+shown.Body)) {
		t.Errorf("the text shown: %+v", shown)
	}
}

func evidence(t *testing.T, raw []byte) []ledger.Evidence {
	t.Helper()
	var out []ledger.Evidence
	for line := range bytes.Lines(raw) {
		out = append(out, must[ledger.Evidence](t)(ledger.ParseEvidence(bytes.TrimSuffix(line, []byte("\n")))))
	}
	return out
}

func TestProcessingTellsArticle15(t *testing.T) {
	r := newRig(t)
	r.choose(ada, "usage_analytics", consent.Give)
	u := r.write(Request{Customer: ada, Locale: "de"})
	var p processing
	u.json("processing.json", &p)
	if len(p.Categories) != len(r.sources.Map.Current().Categories) || p.Language != "de" || p.Controller.DPO == "" ||
		len(p.Rights) != len(rights) || p.Complaint.Website == "" || p.Automated.Notice == "" {
		t.Fatalf("processing.json: %+v", p)
	}
	for _, c := range p.Categories {
		if c.What == "" || c.Why == "" || len(c.Bases) == 0 || len(c.Purposes) == 0 || len(c.Sources) == 0 || c.Retention.Rule == "" {
			t.Errorf("%s: something of Art. 15(1) is missing: %+v", c.Key, c)
		}
	}
	if len(p.Standing) != 1 || p.Standing[0].State != "given" {
		t.Errorf("choices: %+v", p.Standing)
	}
}

// index.html holds everything to read, runs nothing and loads nothing.
func TestIndex(t *testing.T) {
	r := newRig(t)
	r.choose(ada, "usage_analytics", consent.Give)
	for _, locale := range []string{"en", "ar"} {
		page := string(r.write(Request{Customer: ada, Locale: locale}).file("index.html"))
		for _, want := range []string{
			`<html lang="` + locale + `"`, "Ada &lt;b&gt;Łovelace&lt;/b&gt;", "R-1", "documents/invoices/inv_1/bill%201.pdf",
			`href="data/usage_detail.json"`, `content="default-src 'none'`, "We do <em>this</em> &amp; nothing else.",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: %q is not on the page", locale, want)
			}
		}
		for _, never := range []string{"<script", "onclick", "url(", "@import", "<img", "<link", "<iframe", "http-equiv=\"refresh\""} {
			if strings.Contains(page, never) {
				t.Errorf("%s: %q is on the page", locale, never)
			}
		}
		if remote := regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//`).FindString(page); remote != "" {
			t.Errorf("%s: the page refers to %s", locale, remote)
		}
		if rows := strings.Count(page, "<tr>"); rows < onPage || rows > onPage+50 {
			t.Errorf("%s: the page has %d rows", locale, rows)
		}
	}
}

// Every message that archives name is in the catalogue.
func TestMessages(t *testing.T) {
	catalogue := string(must[[]byte](t)(os.ReadFile("../../i18n/en.yaml")))
	used := map[string]bool{}
	for _, name := range []string{"page.html", "page.go", "processing.go", "readme.go", "category.go", "california.go", "consents.go"} {
		source := must[[]byte](t)(os.ReadFile(name))
		for _, id := range regexp.MustCompile(`"((?:archive|category)\.[a-z_0-9]+)"`).FindAllSubmatch(source, -1) {
			used[string(id[1])] = true
			if !strings.Contains(catalogue, "\n"+string(id[1])+":") {
				t.Errorf("%s: message %s is missing", name, id[1])
			}
		}
	}
	if len(used) < 40 {
		t.Errorf("only %d messages were found in use", len(used))
	}
}

// A field that the data map declared once, and no longer does, is still held and so still told.
func TestUndeclaredFields(t *testing.T) {
	category := must[*datamap.Map](t)(datamap.Parse(must[[]byte](t)(os.ReadFile("../../cmd/candor/operators/utility/datamap.yaml"))))
	tax, _ := category.Category("tax")
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	it := &item{Record: models.Record{ID: "t1", OccurredAt: at, Source: "billing", Fields: map[string]string{
		"tax_id": "1", "country": "DE", "zzz": "old", "aaa": "older",
	}}}
	for _, test := range []struct {
		withheld map[string]bool
		want     string
	}{
		{nil, `{"tax_id":"1","country":"DE","aaa":"older","zzz":"old"}}`},
		{map[string]bool{"tax_id": true}, `{"country":"DE","aaa":"older","zzz":"old"},"withheld":["tax_id"]}`},
	} {
		got := string((&table{category: tax, withheld: test.withheld}).appendRecord(nil, it))
		if want := `{"id":"t1","occurred_at":"2026-01-02T03:04:05.678Z","source":"billing","fields":` + test.want; got != want {
			t.Errorf("the record became\n%s, not\n%s", got, want)
		}
	}
}

func TestPathsForEveryFileSystem(t *testing.T) {
	for name, want := range map[string]string{
		"bill.pdf": "bill.pdf", "a/b": "a_b", `..\x`: "_._x", "..": "__", ".": "_", "": "_", "inv:1": "inv_1", "NUL.pdf": "_NUL.pdf",
		"x. ": "x._", "a\x00b": "a_b", "Rechnung März.pdf": "Rechnung März.pdf", "\xff": "_",
	} {
		if got := segment(name); got != want {
			t.Errorf("segment(%q) is %q, not %q", name, got, want)
		}
	}
	b := must[*bundle](t)(newBundle(nil, time.Time{}))
	var got []string
	for _, path := range []string{"d/a.pdf", "d/A.pdf", "d/a.pdf", "d.x/a", "d.x/a"} {
		got = append(got, b.free(path))
	}
	if want := "[d/a.pdf d/A-2.pdf d/a-3.pdf d.x/a d.x/a-2]"; fmt.Sprint(got) != want {
		t.Errorf("paths: %v", got)
	}
}
