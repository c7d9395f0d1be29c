package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A table of another system is imported, what is refused is mended in the report, and the report is imported.
func TestCSVIsImportedAndWhatWasRefusedIsMended(t *testing.T) {
	s := newServer(t)
	operator, err := filepath.Abs("operators/utility")
	must(t, err)
	s.extra = []string{"CANDOR_OPERATOR=" + operator}
	dir := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	customers := at("customers.jsonl", `{"type":"customer","ref":"cus_1","name":"Test Person"}`+"\n")
	_, err = s.run("import", customers)
	must(t, err)
	mapping := at("map.yaml", `type: record
category: invoices
customer: Kunde
id: Nr
occurred_at: {column: Datum, date: DD.MM.YYYY}
source: {constant: billing}
fields:
  number: Nr
  total: {column: Betrag, decimal: ","}
  currency: {constant: EUR}
  status: {column: Status, values: {bezahlt: paid}}
file: {delimiter: ";"}
`)
	table := at("invoices.csv", "Kunde;Nr;Datum;Betrag;Status\ncus_1;R1;05.02.2026;12,50;bezahlt\ncus_1;R2;05.02.2026;secret1;bezahlt\n"+
		"cus_9;R3;05.02.2026;1,00;bezahlt\ncus_1;4111111111111111;05.02.2026;1,00;bezahlt\n")
	rejects := filepath.Join(dir, "refused.csv")

	out, err := s.run("import", table)
	if err == nil || !strings.Contains(out, "--mapping") {
		t.Errorf("without a mapping: %v, %s", err, out)
	}
	out, err = s.run("import", "--mapping", mapping, "--dry-run", table)
	if err == nil || !strings.Contains(out, "would import 0 customers, 1 records, 0 documents, 0 deletions; 3 of 4 lines rejected") {
		t.Errorf("dry run: %v, %s", err, out)
	}
	out, err = s.run("import", "--mapping", mapping, "--rejects", rejects, table)
	if err == nil || !strings.Contains(out, "imported 0 customers, 1 records, 0 documents, 0 deletions; 3 of 4 lines rejected") {
		t.Errorf("%v, %s", err, out)
	}
	for _, said := range []string{":3: fields.total: The column Betrag must hold an amount", ":4: customer: There is no customer", ":5: id: "} {
		if !strings.Contains(out, said) {
			t.Errorf("%q is not said:\n%s", said, out)
		}
	}
	if strings.Contains(out, "secret1") || strings.Contains(out, "4111") {
		t.Errorf("a cell is told of:\n%s", out)
	}
	raw, err := os.ReadFile(rejects)
	must(t, err)
	if info, err := os.Stat(rejects); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	report := string(raw)
	if !strings.HasPrefix(report, "Kunde;Nr;Datum;Betrag;Status;candor_line;candor_field;candor_reason\ncus_1;R2;05.02.2026;secret1;bezahlt;3;fields.total;") ||
		strings.Contains(report, "4111") || strings.Count(report, "\n") != 4 {
		t.Errorf("%s", report)
	}

	out, err = s.run("import", "--mapping", mapping, "--rejects", rejects, table)
	if err == nil || !strings.Contains(out, "is there already") {
		t.Errorf("an earlier report is written over: %v, %s", err, out)
	}
	mended := at("mended.csv", strings.NewReplacer("secret1", "7,00", "cus_9", "cus_1", "cus_1;;", "cus_1;R4;").Replace(report))
	out, err = s.run("import", "--mapping", mapping, mended)
	if err != nil || !strings.Contains(out, "3 records") || !strings.Contains(out, "0 of 3 lines rejected") {
		t.Errorf("mended: %v, %s", err, out)
	}
	out, err = s.run("import", "--mapping", at("bad.yaml", "type: record\ncolour: x\n"), table)
	if err == nil || !strings.Contains(out, "bad.yaml:2: colour is not known here") {
		t.Errorf("a mapping with a mistake: %v, %s", err, out)
	}
}

// Refused JSON Lines come back with the reason, as lines that can be mended and imported.
func TestRefusedLinesAreMended(t *testing.T) {
	s := newServer(t)
	dir := t.TempDir()
	file, rejects := filepath.Join(dir, "lines.jsonl"), filepath.Join(dir, "refused.jsonl")
	must(t, os.WriteFile(file, []byte(`{"type":"customer","ref":"cus_1","nickname":"x"}`+"\n{bad\n"+
		`{"type":"customer","ref":"cus_2","name":"4111 1111 1111 1111"}`+"\n"), 0o600))
	if out, err := s.run("import", "--rejects", rejects, file); err == nil || !strings.Contains(out, "3 of 3 lines rejected") {
		t.Fatalf("%v, %s", err, out)
	}
	raw, err := os.ReadFile(rejects)
	must(t, err)
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], `{"rejected":"line 1: nickname: `) || !strings.HasSuffix(lines[0], `"nickname":"x","ref":"cus_1","type":"customer"}`) ||
		!strings.HasSuffix(lines[1], `"text":"{bad"}`) || !strings.HasPrefix(lines[2], `{"rejected":"line 3: name: `) || strings.Contains(lines[2], "4111") {
		t.Fatalf("%s", raw)
	}
	must(t, os.WriteFile(file, []byte(strings.Replace(lines[0], "nickname\":\"x", "name\":\"X", 1)), 0o600))
	if out, err := s.run("import", file); err != nil || !strings.Contains(out, "imported 1 customers") {
		t.Errorf("mended: %v, %s", err, out)
	}
}
