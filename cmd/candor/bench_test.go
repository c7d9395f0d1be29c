package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/cmd/candor/operators"
	"candor/handlers/handlerstest"
	"candor/handlers/web"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// openFolder opens the whole program on a folder, with no limit on requests and nothing logged.
func openFolder(ctx context.Context, dir string) (*program, error) {
	const operator = "utility"
	files, err := operators.Open(operator)
	if err != nil {
		return nil, err
	}
	s := demoSettings(dir, operator, "http://127.0.0.1:1")
	s.PerSecond = 1 << 30
	return open(ctx, s, files, slog.New(slog.DiscardHandler))
}

// openBench opens one that is thrown away.
func openBench(b *testing.B) *program {
	b.Helper()
	p, err := openFolder(b.Context(), b.TempDir())
	must(b, err)
	b.Cleanup(func() { must(b, p.close()) })
	return p
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// listen serves the program's site as it is in production.
func listen(b *testing.B, p *program) string {
	b.Helper()
	app, err := p.site(&web.Demo{})
	must(b, err)
	return handlerstest.Listen(b, app)
}

// put makes customers known, cus_0 and on.
func put(b *testing.B, p *program, customers int) {
	b.Helper()
	for i := range customers {
		must(b, p.billing.PutCustomer(b.Context(), billing.Profile{
			Customer: models.Customer{Ref: reference(i), Locale: "en"}, Name: "Test Person",
		}))
	}
}

func reference(i int) string { return fmt.Sprintf("cus_%d", i) }

// BenchmarkConsentOverHTTP posts the form of the choices page on 64 connections, each a signed-in customer who gives
// and withdraws by turns, beside the same number of durable appends in process by 64 callers, turn by turn in
// one run. It reports changes a second of both, and their ratio: quality.md asks for 0.4.
func BenchmarkConsentOverHTTP(b *testing.B) {
	const callers = 64
	p := openBench(b)
	put(b, p, callers)
	changing := newChanges(b, p, callers)
	bare := openBench(b)
	appendChoices(b, bare.log, callers, callers) // keys made, caches warm
	changing.run(b, callers)
	b.ResetTimer()
	var spent, yardstick time.Duration
	for done := 0; done < b.N; {
		n := min(b.N-done, 16*callers)
		yardstick += appendChoices(b, bare.log, callers, n)
		spent += changing.run(b, n)
		done += n
	}
	b.ReportMetric(float64(b.N)/spent.Seconds(), "changes/s")
	b.ReportMetric(float64(b.N)/yardstick.Seconds(), "appends/s")
	b.ReportMetric(yardstick.Seconds()/spent.Seconds(), "ratio")
}

// changes are customers at their forms.
type changes struct {
	connections handlerstest.Connections
	forms       [][2][]byte // of each: to give, to withdraw
	made        []int
}

func newChanges(b *testing.B, p *program, n int) *changes {
	b.Helper()
	const purpose = "usage_analytics"
	site := listen(b, p)
	current, err := p.notices.Current("usage_analytics")
	must(b, err)
	c := &changes{connections: handlerstest.Dial(b, site, n), forms: make([][2][]byte, n), made: make([]int, n)}
	for i := range c.forms {
		secret, _, err := p.auth.SignIn(b.Context(), reference(i), "", auth.MethodDemo)
		must(b, err)
		served, err := p.auth.Served(secret, auth.Served{Purpose: purpose, Notice: current.Ref("en"), UI: "bench"})
		must(b, err)
		for n, action := range []string{"give", "withdraw"} {
			form := url.Values{"choice": {action}, "csrf": {p.auth.CSRF(secret)}, "served": {served}}
			c.forms[i][n] = handlerstest.Post(site, "/consents/"+purpose, fiber.MIMEApplicationForm, form.Encode(),
				"Cookie: candor_session="+secret, "Origin: "+site, "Sec-Fetch-Site: same-origin")
		}
	}
	return c
}

// run makes n changes.
func (c *changes) run(b *testing.B, n int) time.Duration {
	b.Helper()
	return c.connections.Call(b, n, http.StatusSeeOther, func(i int) []byte {
		c.made[i]++
		return c.forms[i][(c.made[i]-1)%2]
	})
}

// appendChoices makes n durable appends about as many customers as there are callers.
func appendChoices(b *testing.B, log *sequencer.Sequencer, callers, n int) time.Duration {
	b.Helper()
	return appendAbout(b, log, callers, n, func(i int) string { return reference(i % callers) })
}

// appendAbout makes n durable appends, the i-th about a customer that subject names.
func appendAbout(b *testing.B, log *sequencer.Sequencer, callers, n int, subject func(i int) string) time.Duration {
	b.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	start := time.Now()
	for range callers {
		group.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if _, err := log.Append(context.Background(), choiceOf(subject(i-1))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

func choiceOf(customer string) sequencer.Event {
	return sequencer.Event{Subject: customer, Propose: func(at sequencer.Position) (ledger.Detail, error) {
		d := ledger.Detail{
			Kind: ledger.ConsentGiven, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Purpose: "usage_analytics",
			State: string(models.Given), Channel: "web",
		}
		if at.Standing.Choices.Of("usage_analytics").State == models.Given {
			d.Kind, d.State = ledger.ConsentWithdrawn, string(models.Withdrawn)
		}
		return d, nil
	}}
}

// BenchmarkOverview has a customer with 10,000 records and one with 10 open their overview, turn by turn. It reports
// how many times as long the one's takes: quality.md allows 1.5.
func BenchmarkOverview(b *testing.B) {
	p := openBench(b)
	site := listen(b, p)
	var pages [2][]byte
	for i, records := range []int{10, 10_000} {
		hold(b, p, reference(i), records)
		secret, _, err := p.auth.SignIn(b.Context(), reference(i), "", auth.MethodDemo)
		must(b, err)
		pages[i] = []byte("GET / HTTP/1.1\r\nHost: " + strings.TrimPrefix(site, "http://") + "\r\nAccept: text/html\r\nCookie: candor_session=" + secret + "\r\n\r\n")
	}
	connections := handlerstest.Dial(b, site, 4)
	var spent [2]time.Duration
	const turn = 32
	opened := 0
	for b.Loop() {
		for i, page := range pages {
			spent[i] += connections.Call(b, turn, http.StatusOK, func(int) []byte { return page })
		}
		opened += turn
	}
	b.ReportMetric(float64(opened)/spent[1].Seconds(), "pages/s")
	b.ReportMetric(spent[1].Seconds()/spent[0].Seconds(), "times-as-long")
}

// hold imports records of a customer: readings, invoices and payments.
func hold(b *testing.B, p *program, customer string, records int) {
	b.Helper()
	var lines bytes.Buffer
	fmt.Fprintf(&lines, `{"type":"customer","ref":%q,"name":"Test Person","locale":"en"}`+"\n", customer)
	begin := p.clock().Add(-365 * 24 * time.Hour)
	for i := range records {
		at := begin.Add(time.Duration(i) * 15 * time.Minute).UTC().Format(time.RFC3339)
		fields := map[string]string{
			"usage_detail":   `"from":"` + at + `","to":"` + at + `","quantity":"0.1","unit":"kWh"`,
			"usage_summary":  `"from":"2026-01-01","to":"2026-02-01","quantity":"210.5","unit":"kWh"`,
			"support_notes":  `"note":"Called about the meter","topic":"meter"`,
			"marketing":      `"channel":"email","frequency":"monthly"`,
			"payment_method": `"brand":"Visa","last4":"4242","expiry":"01/30"`,
		}
		category := []string{"usage_detail", "usage_summary", "support_notes", "marketing", "payment_method"}[i%5]
		fmt.Fprintf(&lines, `{"type":"record","customer":%q,"category":%q,"id":"r%d","occurred_at":%q,"source":"billing","fields":{%s}}`+"\n",
			customer, category, i, at, fields[category])
	}
	report, err := p.billing.Import(b.Context(), &lines, billing.ImportOptions{
		Rejected: func(line billing.LineError) { b.Error(line) },
	})
	must(b, err)
	if report.Records < int64(records) {
		b.Fatalf("%d of %d records were imported", report.Records, records)
	}
}
