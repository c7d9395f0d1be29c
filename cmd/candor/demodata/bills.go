package demodata

import (
	"fmt"
	"strconv"
	"time"
)

// bill is one month's. Amounts are minor units, usage thousandths of the meter's unit.
type bill struct {
	number       string
	start, end   time.Time // the month
	issued, due  time.Time
	usage        int64
	base, used   int64
	vat, total   int64
	status       string
	paid         time.Time // zero while it is not
	refunded     int64     // of a payment that was taken twice
	withDocument bool
}

func (b *bill) id() string { return b.start.Format("2006-01") }

// late says whether it was paid after it was due.
func (b *bill) late() bool { return !b.paid.IsZero() && b.paid.After(b.due) }

// How far back the first customer's bill that was paid late is, and the one that was paid twice.
const (
	lateBill  = 15
	twiceBill = 8
)

func (a *account) newBills(months int) []bill {
	documents := a.chance(15)
	out := make([]bill, 0, months)
	for ago := months; ago >= 1; ago-- {
		b := a.newBill(ago)
		b.withDocument = documents
		a.settle(&b, ago)
		out = append(out, b)
	}
	return out
}

func (a *account) newBill(ago int) bill {
	b := bill{start: a.month.AddDate(0, -ago, 0), end: a.month.AddDate(0, 1-ago, 0)}
	b.number = fmt.Sprintf("%s-%s-%d", a.prefix, b.start.Format("200601"), 1001+a.n)
	b.issued = b.end
	b.due = b.end.AddDate(0, 1, -1) // the last day of the month in which it is issued
	b.usage = a.meter.total(a, b.start, b.end)
	b.base = a.plan.base
	b.used = (b.usage*a.plan.unit + 50_000) / 100_000
	net := b.base + b.used
	b.vat = (net*a.vat + 50) / 100
	b.total = net + b.vat
	return b
}

// settle says how the bill was paid: the newest not yet, one in twelve of the one before not in
// time, all others a few days before they were due, with the exceptions of the first customer.
func (a *account) settle(b *bill, ago int) {
	b.status = "paid"
	b.paid = b.due.AddDate(0, 0, -a.f.Number(2, 9)).Add(10 * time.Hour)
	switch {
	case ago == 1:
		b.status, b.paid = "open", time.Time{}
	case a.first() && ago == lateBill:
		b.paid = b.due.AddDate(0, 0, 19)
	case a.first() && ago == twiceBill:
		b.refunded = b.total
	case !a.first() && ago == 2 && a.f.Number(1, 12) == 1:
		b.status, b.paid = "overdue", time.Time{}
	}
}

func (a *account) writeBills(f *lineFile) {
	for i := range a.bills {
		b := &a.bills[i]
		var documents []documentPart
		if b.withDocument {
			content, err := a.pdf(i)
			f.fail(err)
			documents = append(documents, documentPart{Name: b.number + ".pdf", MediaType: "application/pdf", Base64: content})
		}
		a.record(f, "invoices", b.id(), b.issued, "billing", map[string]string{
			"number": b.number, "issued_on": day(b.issued), "due_on": day(b.due),
			"total": strconv.FormatInt(b.total, 10), "currency": a.currency, "status": b.status,
		}, documents...)
		a.record(f, "usage_summary", b.id(), b.issued, "billing", map[string]string{
			"from": day(b.start), "to": day(b.end.AddDate(0, 0, -1)), "quantity": thousandths(b.usage), "unit": a.meter.unit(),
		})
		if !b.paid.IsZero() {
			a.writePayments(f, b)
		}
	}
}

func (a *account) writePayments(f *lineFile, b *bill) {
	pay := func(id string, at time.Time, status string) {
		a.record(f, "payments", id, at, "bank", map[string]string{
			"amount": strconv.FormatInt(b.total, 10), "currency": a.currency, "paid_on": day(at), "status": status, "method": a.method.code,
		})
	}
	pay(b.id(), b.paid, "settled")
	if b.refunded > 0 {
		pay(b.id()+"-2", b.paid.Add(time.Hour), "refunded")
	}
}

// thousandths writes a decimal of three places.
func thousandths(n int64) string { return fmt.Sprintf("%d.%03d", n/1000, n%1000) }
