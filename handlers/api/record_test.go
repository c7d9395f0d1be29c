package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"candor/models"
	"candor/models/billing"
)

const (
	record   = "/api/v1/customers/cus_1/records/invoices/in_1"
	document = record + "/documents/"
	invoice  = `{"occurred_at":"2026-02-01T00:00:00Z","source":"billing","fields":{"number":"R-1","total":"1250","currency":"EUR"}}`
)

func TestRecord(t *testing.T) {
	r := newRig(t)
	for range 2 {
		if a := r.do(t, put(record, invoice)); a.status != http.StatusNoContent || a.body != "" {
			t.Fatalf("put: %d %s", a.status, a.body)
		}
	}
	got, err := r.Billing.Record(t.Context(), "cus_1", "invoices", "in_1")
	if err != nil || got.Fields["total"] != "1250" || got.Source != "billing" {
		t.Errorf("held: %+v, %v", got, err)
	}
	if a := r.do(t, put("/api/v1/customers/cus_9/records/invoices/in_1", invoice)); a.status != http.StatusNotFound || a.code(t) != "unknown_customer" {
		t.Errorf("of an unknown customer: %d %s", a.status, a.body)
	}
	for range 2 {
		if a := r.do(t, call{method: http.MethodDelete, path: record}); a.status != http.StatusNoContent {
			t.Errorf("delete: %d %s", a.status, a.body)
		}
	}
	if _, err := r.Billing.Record(t.Context(), "cus_1", "invoices", "in_1"); !errors.Is(err, billing.ErrUnknownRecord) {
		t.Errorf("after it was deleted: %v", err)
	}
}

func TestRecordIsReadAsItIsHeld(t *testing.T) {
	r := newRig(t)
	r.do(t, put(record, invoice))
	r.do(t, put(document+"a.pdf", "%PDF").with("Content-Type", "application/pdf"))
	type held struct {
		Customer, Category, ID, Source string
		OccurredAt                     string `json:"occurred_at"`
		Fields                         map[string]string
		Documents                      []string
	}
	got := decode[held](t, r.do(t, get(record)))
	if got.Customer != "cus_1" || got.Category != "invoices" || got.ID != "in_1" || got.Source != "billing" ||
		got.OccurredAt != "2026-02-01T00:00:00.000Z" || len(got.Fields) != 3 || got.Fields["total"] != "1250" || len(got.Documents) != 1 || got.Documents[0] != "a.pdf" {
		t.Errorf("%+v", got)
	}
	if a := r.do(t, get(record+"0")); a.status != http.StatusNotFound || a.code(t) != "unknown_record" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestDocument(t *testing.T) {
	r := newRig(t)
	if a := r.do(t, put(document+"b.pdf", "%PDF").with("Content-Type", "application/pdf")); a.status != http.StatusNotFound || a.code(t) != "unknown_record" {
		t.Errorf("before its record: %d %s", a.status, a.body)
	}
	r.do(t, put(record, invoice))
	content := strings.Repeat("%PDF-1.7\x00\xff", models.MaxDocument/10)
	name := "Rechnung%20M%C3%A4rz.pdf"
	if a := r.do(t, put(document+name, content).with("Content-Type", "application/pdf")); a.status != http.StatusNoContent {
		t.Fatalf("%d %s", a.status, a.body)
	}
	d, err := r.Billing.Document(t.Context(), "cus_1", "invoices", "in_1", "Rechnung März.pdf")
	if err != nil || string(d.Content) != content || d.MediaType != "application/pdf" {
		t.Errorf("held: %d bytes of %s, %v", len(d.Content), d.MediaType, err)
	}
	tooLarge := strings.Repeat("a", models.MaxDocument+1)
	if a := r.do(t, put(document+"c.pdf", tooLarge).with("Content-Type", "application/pdf")); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("10 MB and a byte: %d %s", a.status, a.body)
	}
}
