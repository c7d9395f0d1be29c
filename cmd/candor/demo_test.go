package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A demo keeps the customers it began with: another number is refused, and so is one that is none.
func TestDemoRefusesAnotherNumberOfCustomers(t *testing.T) {
	s := newServer(t)
	full := t.TempDir()
	card := `{"operator":"saas","customers":[{"ref":"cus_1001","name":"Test Person"}],"api":{"client_id":"c"}}`
	must(t, os.WriteFile(filepath.Join(full, "demo.json"), []byte(card), 0o600))
	for _, args := range [][]string{
		{"--data", t.TempDir(), "--customers", "-1"},
		{"--data", full, "--customers", "5000"},
	} {
		out, err := s.run(append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
		if err == nil || !strings.Contains(out, "--customers: ") {
			t.Errorf("%v: %v, it says %q", args[2:], err, out)
		}
	}
}
