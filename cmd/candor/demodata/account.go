package demodata

import (
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// account is everything that is held about one customer. The first customer of a company, cus_1001,
// has a bit of everything.
type account struct {
	*company
	n       int // from 0
	f       *gofakeit.Faker
	p       person
	ref     string
	number  string // the customer's, as the company writes it
	plan    plan
	started time.Time
	method  method
	bills   []bill
}

// method is how a customer pays.
type method struct {
	code    string // direct_debit, card, transfer
	brand   string
	last4   string
	mandate string
}

func newAccount(c *company, n int) *account {
	// Each account has a seed of its own, so that one does not move the others.
	seed := c.seed<<32 + uint64(n) + 1 // n counts customers
	a := &account{company: c, n: n, f: gofakeit.New(seed)}
	a.p = newPerson(a.f, c.homeOf(n))
	a.ref = fmt.Sprintf("cus_%d", 1001+n)
	a.number = fmt.Sprintf("%s-%06d", c.prefix, 300_417+n*37)
	a.plan = pick(a.f, c.plans)
	a.method = newMethod(a.f, a.number, n == 0)
	months := a.f.Number(6, 24)
	if n == 0 {
		months = 36
	}
	a.started = c.month.AddDate(0, -months, 0)
	if n < c.customers {
		a.bills = a.newBills(months)
	}
	return a
}

func newMethod(f *gofakeit.Faker, number string, first bool) method {
	m := method{last4: fmt.Sprintf("%04d", f.Number(0, 9999))}
	switch n := f.Number(1, 10); {
	case n <= 6 || first:
		m.code, m.mandate = "direct_debit", "SEPA-"+number
	case n <= 9:
		m.code, m.brand = "card", pick(f, []string{"Visa", "Mastercard", "American Express"})
	default:
		m.code = "transfer"
	}
	return m
}

// first says whether this is the customer with a bit of everything.
func (a *account) first() bool { return a.n == 0 }

// chance is true for so many customers of a hundred, and for the first.
func (a *account) chance(percent int) bool { return a.f.Number(1, 100) <= percent || a.first() }

func (a *account) write(out *output) {
	a.writeSmall(out)
	a.writeCredit(out.accounts)
	a.writeNotes(out.accounts)
	a.writeWishes(out.accounts)
	a.writeSignIns(out.accounts)
	a.writeBills(out.bills)
	a.meter.detail(a, func(id string, at time.Time, source string, fields map[string]string) {
		a.record(out.usage, "usage_detail", id, at, source, fields)
	})
}

// writeSmall writes the little that is held about everybody.
func (a *account) writeSmall(out *output) {
	out.customers.line(customerLine{
		Type: "customer", Ref: a.ref, Name: a.p.name, CustomerNumber: a.number, Email: a.p.email, Phone: a.p.phone,
		Address: a.p.address, Locale: a.p.home.locale, Jurisdiction: a.p.home.jurisdiction,
	})
	a.writeContract(out.accounts)
	a.writePayer(out.accounts)
}

func (a *account) record(f *lineFile, category, id string, at time.Time, source string, fields map[string]string, documents ...documentPart) {
	maps.DeleteFunc(fields, func(_, value string) bool { return value == "" })
	f.line(recordLine{
		Type: "record", Customer: a.ref, Category: category, ID: id, OccurredAt: at.UTC().Format(time.RFC3339),
		Source: source, Fields: fields, Documents: documents,
	})
}

func (a *account) writeContract(f *lineFile) {
	if a.chance(15) {
		began := a.started.AddDate(-2, -3, 0)
		a.record(f, "contract", "contract-1", began, "billing", map[string]string{
			"plan": a.plans[0].name, "status": "ended", "started_on": day(began), "ended_on": day(a.started.AddDate(0, 0, -1)),
		})
	}
	a.record(f, "contract", "contract-2", a.started, "billing", map[string]string{
		"plan": a.plan.name, "status": "active", "started_on": day(a.started),
	})
}

func (a *account) writePayer(f *lineFile) {
	if a.chance(80) {
		a.record(f, "tax", "tax-1", a.started, "customer", map[string]string{
			"tax_id": fmt.Sprintf("00%09d", a.f.Number(0, 999_999_999)), "country": a.p.country, // none begins with 00
		})
	}
	fields := map[string]string{}
	switch a.method.code {
	case "direct_debit":
		fields["iban"] = a.ibanCountry() + "…" + a.method.last4
		fields["mandate"] = a.method.mandate
	case "card":
		fields["brand"], fields["last4"] = a.method.brand, a.method.last4
		fields["expiry"] = a.month.AddDate(a.f.Number(1, 4), a.f.Number(0, 11), 0).Format("01/06")
	default:
		return
	}
	a.record(f, "payment_method", "method-1", a.started, "customer", fields)
}

// ibanCountry is where the account is: where the person lives, if IBANs are known there.
func (a *account) ibanCountry() string {
	if a.p.country == "US" {
		return "GB"
	}
	return a.p.country
}

func (a *account) writeCredit(f *lineFile) {
	if a.chance(30) {
		score := a.f.Number(61, 98)
		a.record(f, "credit", "score-1", a.started.AddDate(0, 0, -3), "credit_agency", map[string]string{
			"risk_score": fmt.Sprintf("%d / 100", score), "since": day(a.started.AddDate(0, 0, -3)),
		})
	}
	for _, b := range a.bills {
		if b.status != "overdue" && !b.late() {
			continue
		}
		note := a.words().arrears
		if b.late() {
			note = fmt.Sprintf(a.words().settled, day(b.paid))
		}
		a.record(f, "credit", "arrears-"+b.id(), b.due.AddDate(0, 0, 1), "billing", map[string]string{
			"arrears": strconv.FormatInt(b.total, 10), "currency": a.currency, "since": day(b.due.AddDate(0, 0, 1)), "note": note,
		})
	}
}

func (a *account) writeNotes(f *lineFile) {
	notes := a.words().notes
	// Of the first customer's 36 months: two of the notes are about the late bill and the one paid twice.
	months := []int{1, 14, 36 - lateBill + 2, 26, 36 - twiceBill + 2, 33}
	if !a.first() {
		months = []int{2, 4, 6}[:a.f.Number(0, 3)]
	}
	for i, n := range months {
		at := a.started.AddDate(0, n, 19).Add(time.Duration(a.f.Number(9*60, 17*60)) * time.Minute)
		if at.After(a.month) {
			return
		}
		note := notes[(i+a.n)%len(notes)]
		a.record(f, "support_notes", fmt.Sprintf("note-%d", i+1), at, "support", map[string]string{
			"note": note.text, "author_role": note.role, "topic": note.topic,
		})
	}
}

func (a *account) writeWishes(f *lineFile) {
	if a.f.Number(1, 100) <= 6 || a.first() {
		kind := a.special[a.n%len(a.special)]
		a.record(f, "special_needs", "need-1", a.started.AddDate(0, 1, 0), "customer", map[string]string{
			"kind": kind, "since": day(a.started.AddDate(0, 1, 0)), "evidence": a.words().evidence,
		})
	}
	if a.chance(60) {
		a.record(f, "marketing", "channel-1", a.started.AddDate(0, 0, 1), "customer", map[string]string{
			"channel": pick(a.f, []string{"email", "post", "app"}), "frequency": pick(a.f, []string{"monthly", "twice_monthly", "never"}),
		})
	}
}

func (a *account) writeSignIns(f *lineFile) {
	ranges := []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"}
	at := a.month.AddDate(0, -5, 0)
	for i := range a.f.Number(2, 8) {
		at = at.AddDate(0, 0, a.f.Number(2, 17)).Add(time.Duration(a.f.Number(0, 600)) * time.Minute)
		if !at.Before(a.month) {
			return
		}
		a.record(f, "access_log", fmt.Sprintf("sign-in-%d", i+1), at, "candor", map[string]string{
			"action": "signed_in", "method": pick(a.f, []string{"link", "email_code", "oidc"}), "address_range": pick(a.f, ranges),
		})
	}
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
