package billing_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"candor/models/billing"
)

func TestDecodeProfile(t *testing.T) {
	p, err := billing.DecodeProfile("cus_1", []byte(` {"ref":"cus_1","name":"A","email":"a@example.test","phone":"1","address":"b","customer_number":"2","locale":"de","jurisdiction":"DE"} `))
	if err != nil || p.Ref != "cus_1" || p.Name != "A" || p.Email == "" || p.Phone == "" || p.Address == "" || p.CustomerNumber == "" || p.Locale == "" || p.Jurisdiction == "" {
		t.Errorf("%+v, %v", p, err)
	}
	for body, want := range map[string]struct{ code, field string }{
		``:                        {"bad_json", ""},
		`{"ref":"cus_2"}`:         {"reference_mismatch", "ref"},
		`{"type":"customer"}`:     {"unknown_member", "type"},
		`{"name":["A"]}`:          {"wrong_type", "name"},
		`{"name":"A","name":"B"}`: {"duplicate_member", "name"},
		`{"card_number":"4"}`:     {"card_data", "card_number"},
	} {
		_, err := billing.DecodeProfile("cus_1", []byte(body))
		wantInvalid(t, err, want.code, want.field)
	}
}

func TestDecodeRecord(t *testing.T) {
	r, err := billing.DecodeRecord("cus_1", "invoices", "i1", []byte(`{"occurred_at":"2026-10-01T02:00:00+02:00","source":"erp","fields":{"number":"R-1"}}`))
	if err != nil || r.Customer != "cus_1" || r.Category != "invoices" || r.ID != "i1" || r.Source != "erp" || r.Fields["number"] != "R-1" ||
		!r.OccurredAt.Equal(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", r, err)
	}
	for body, want := range map[string]struct{ code, field string }{
		`{}`:                   {"required", "occurred_at"},
		`{"id":"i1"}`:          {"unknown_member", "id"},
		`{"documents":[]}`:     {"unknown_member", "documents"},
		`{"occurred_at":1}`:    {"wrong_type", "occurred_at"},
		`{"fields":{"pan":1}}`: {"card_data", "fields.pan"},
	} {
		_, err := billing.DecodeRecord("cus_1", "invoices", "i1", []byte(body))
		wantInvalid(t, err, want.code, want.field)
	}
}

// FuzzDecodeRecord: what is accepted is JSON to the standard library too, and says the same to it.
func FuzzDecodeRecord(f *testing.F) {
	for _, seed := range []string{
		`{"occurred_at":"2026-10-01T00:00:00Z","source":"a","fields":{"a":"b"}}`,
		`{"occurred_at":"2026-10-01T00:00:00Z","fields":{"a\u00e4":"\ud83d\ude00\n\/"}}`,
		`{"occurred_at":"2026-10-01T00:00:00Z","fields":{"a":"\ud800"}}`,
		`{"occurred_at":"2026-10-01T00:00:00Z","fields":{"a":"\\ud800"}}`,
		`{"fields":{},"fields":{}}`, `{"fields":{"a":"` + "\x80" + `"}}`, `{"a"`, `{"fields":{"a":"b\`, "", "{}", "\u2028{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := billing.DecodeRecord("c", "invoices", "i", body)
		if err != nil {
			return
		}
		var want struct {
			OccurredAt time.Time         `json:"occurred_at"`
			Source     string            `json:"source"`
			Fields     map[string]string `json:"fields"`
		}
		if err := json.Unmarshal(body, &want); err != nil || !utf8.Valid(body) {
			t.Fatalf("accepted what is not JSON: %v", err)
		}
		if want.Source != r.Source || !want.OccurredAt.Truncate(time.Millisecond).Equal(r.OccurredAt) || len(want.Fields) != len(r.Fields) {
			t.Fatalf("read %+v; the standard library reads %+v", r, want)
		}
		for name, value := range want.Fields {
			if r.Fields[name] != value {
				t.Fatalf("%q is %q; the standard library reads %q", name, r.Fields[name], value)
			}
		}
	})
}

// FuzzImport: no input stops the import or makes it panic, and each line is counted once.
func FuzzImport(f *testing.F) {
	f.Add(customerLine + "\n" + recordLine)
	f.Add("\n\r\n{}\n{\"type\":\"delete\",\"customer\":\"cus_1\"}")
	f.Add(`{"type":"record","documents":[{"base64":"QQ=="}]}`)
	f.Add("\uFEFF\n\x00")
	m := testMap(f)
	f.Fuzz(func(t *testing.T, text string) {
		w := worldOf(m)
		report, err := w.Import(context.Background(), strings.NewReader(text), billing.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if report.Lines != report.Customers+report.Records+report.Deleted+report.Rejected {
			t.Fatalf("%+v does not add up", report)
		}
	})
}
