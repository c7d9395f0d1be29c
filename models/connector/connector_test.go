package connector_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/connector"
	"candor/models/datamap"
	"candor/models/sequencer/sequencertest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// books is the invented system.
type books struct{ customers, bills []string }

func listed(ids []string, after string) ([]string, string, error) {
	for i, id := range ids {
		if id <= after {
			continue
		}
		if i+1 < len(ids) {
			return ids[i : i+1], id, nil
		}
		return ids[i:], "", nil
	}
	return nil, "", nil
}

func (b *books) Customers(_ context.Context, after string) ([]string, string, error) {
	return listed(b.customers, after)
}

func (b *books) Bills(_ context.Context, after string) ([]string, string, error) {
	return listed(b.bills, after)
}

func has(ids []string, id string) bool {
	return strings.Contains(" "+strings.Join(ids, " ")+" ", " "+id+" ")
}

func (b *books) Customer(_ context.Context, id string) (c struct{ Number, Name string }, found bool, err error) {
	c.Number, c.Name = "K-"+id, "Jane"
	return c, has(b.customers, id), nil
}

func (b *books) Bill(_ context.Context, id string) (bill struct {
	Customer, Number, Cents string
	Issued                  time.Time
}, found bool, err error,
) {
	bill.Customer, bill.Number, bill.Cents, bill.Issued = b.customers[0], "R"+id, "4290", noon
	return bill, has(b.bills, id), nil
}

func newIntake(t *testing.T, source string) (*connector.Intake, *billing.Service, error) {
	t.Helper()
	raw, err := os.ReadFile("../../cmd/candor/operators/utility/datamap.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := datamap.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	base := sequencertest.New(t, noon)
	b := billing.New(billing.Config{Map: datamap.Hold(m), Customers: base.Data, Records: base.Data, Ring: base.Ring(), Clock: base.Time})
	in, err := connector.NewIntake(connector.Config{
		Name: "bookkeeper", Source: source, Map: datamap.Hold(m), Billing: b, Store: base.Data, Clock: base.Time,
	})
	return in, b, err
}

// The example of the guide is a connector, and touches nothing but its own package.
func TestTheExampleOfTheGuideWorks(t *testing.T) {
	in, held, err := newIntake(t, "billing")
	if err != nil {
		t.Fatal(err)
	}
	system := &books{customers: []string{"1", "2"}, bills: []string{"7", "8", "9"}}
	c := &bookkeeper{intake: in, secret: []byte("secret"), system: system}
	p, err := in.Backfill(t.Context(), c, connector.Options{})
	if err != nil || p.Counts["customers"][connector.Held] != 2 || p.Counts["bills"][connector.Held] != 3 {
		t.Fatalf("%+v, %v", p.Counts, err)
	}
	r, err := held.Record(t.Context(), "K-1", "invoices", "8")
	if err != nil || fmt.Sprint(r.Fields) != "map[currency:EUR issued_on:2026-03-01 number:R8 status:open total:4290]" || r.Source != "billing" {
		t.Errorf("%+v, %v", r, err)
	}
	system.bills = []string{"7", "9"}
	body := []byte(`{"event":"e1","type":"bill","id":"8"}`)
	for _, want := range []connector.Outcome{connector.Removed, connector.Repeated} {
		got, err := c.Receive(t.Context(), connector.Delivery{Body: body, Header: func(string) string { return signed(body) }})
		if err != nil || got.Outcome != want {
			t.Errorf("%+v, %v; want %s", got, err, want)
		}
	}
	if _, err := c.Receive(t.Context(), connector.Delivery{Body: body, Header: func(string) string { return "00" }}); models.KindOf(err) != models.Malformed {
		t.Errorf("a false signature: %v", err)
	}
	system.customers = []string{"1"}
	if p, err = in.Backfill(t.Context(), c, connector.Options{}); err != nil || p.Counts["bills"][connector.Held] != 2 {
		t.Errorf("%+v, %v", p.Counts, err)
	}
}

func signed(body []byte) string {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func TestTheGuideShowsTheExample(t *testing.T) {
	code, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../docs/connectors.md")
	if err != nil {
		t.Fatal(err)
	}
	if shown := "```go\n" + source(string(code)) + "```\n"; !strings.Contains(string(guide), shown) {
		t.Errorf("docs/connectors.md does not show the example of example_test.go:\n%s", shown)
	}
}

func TestASourceThatTheMapDoesNotNameIsRefused(t *testing.T) {
	if _, _, err := newIntake(t, "stripe"); err == nil || !strings.Contains(err.Error(), `names no source "stripe"`) {
		t.Errorf("got %v", err)
	}
}
