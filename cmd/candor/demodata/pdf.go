package demodata

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-pdf/fpdf"
)

// The page, in millimetres: A4 with a margin.
const (
	margin = 20.0
	width  = 210 - 2*margin
)

var (
	black = rgb{28, 32, 36}
	grey  = rgb{105, 112, 120}
	pale  = rgb{241, 243, 244}
	white = rgb{255, 255, 255}
)

// sheet is a page that is being written.
type sheet struct {
	*fpdf.Fpdf
	a *account
	w *words
}

// pdf writes bill i on one page. The same bill gives the same bytes.
func (a *account) pdf(i int) ([]byte, error) {
	b := &a.bills[i]
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), a: a, w: a.words()}
	s.SetCompression(false) // so that the bytes do not depend on the version of a compressor
	s.SetCatalogSort(true)
	s.SetCreationDate(b.issued.UTC())
	s.SetModificationDate(b.issued.UTC())
	s.SetTitle(s.w.bill+" "+b.number, true)
	s.SetAuthor(a.name, true)
	s.SetLang(s.language())
	s.SetMargins(margin, margin, margin)
	s.SetCellMargin(0)
	s.SetAutoPageBreak(false, 0)
	s.AddPage()
	s.head(b)
	s.addressee()
	s.facts(b)
	s.lines(b)
	s.payment(b)
	s.chart(i)
	s.foot()
	var out bytes.Buffer
	if err := s.Output(&out); err != nil {
		return nil, fmt.Errorf("write bill %s: %w", b.number, err)
	}
	return out.Bytes(), nil
}

func (s *sheet) language() string {
	if s.a.p.home.locale == "ar" { // see words
		return "en"
	}
	return s.a.p.home.locale
}

// text writes one line with its top left corner at x, y; align is L, C or R in a cell of width w.
func (s *sheet) text(x, y, w float64, size float64, bold bool, ink rgb, align, text string) {
	style := ""
	if bold {
		style = "B"
	}
	s.SetFont("Helvetica", style, size)
	s.SetTextColor(ink.r, ink.g, ink.b)
	s.SetXY(x, y)
	s.CellFormat(w, size*0.5, winAnsi(text), "", 0, align+"M", false, 0, "")
}

func (s *sheet) box(x, y, w, h float64, ink rgb) {
	s.SetFillColor(ink.r, ink.g, ink.b)
	s.Rect(x, y, w, h, "F")
}

func (s *sheet) head(b *bill) {
	s.box(0, 0, 210, 34, s.a.ink)
	s.SetFillColor(255, 255, 255)
	s.Circle(margin+5, 17, 5, "F") // the company's mark: a rising light
	s.box(margin, 17, 10, 5.2, s.a.ink)
	s.box(margin-1, 18.2, 12, 0.7, white)
	s.text(margin+15, 12.5, 90, 18, true, white, "L", s.a.name)
	s.text(margin, 12.5, width, 18, false, white, "R", s.w.bill)
	s.text(margin, 21, width, 9, false, white, "R", b.number)
}

func (s *sheet) addressee() {
	s.text(margin, 46, 85, 7, false, grey, "L", strings.ReplaceAll(s.a.address, "\n", " · "))
	for i, line := range append([]string{s.a.p.latin}, strings.Split(s.a.p.address, "\n")...) {
		s.text(margin, 53+float64(i)*5.5, 85, 11, i == 0, black, "L", line)
	}
}

func (s *sheet) facts(b *bill) {
	period := s.w.on(b.start) + " – " + s.w.on(b.end.AddDate(0, 0, -1))
	facts := [][2]string{
		{s.w.number, b.number},
		{s.w.customer, s.a.number},
		{s.w.date, s.w.on(b.issued)},
		{s.w.period, period},
		{s.w.due, s.w.on(b.due)},
	}
	for i, f := range facts {
		y := 46 + float64(i)*6.2
		s.text(112, y, 30, 8, false, grey, "L", f[0])
		s.text(112, y, 78, 8.5, i == len(facts)-1, black, "R", f[1])
	}
}

// The right edges of the table's columns.
const (
	quantityEdge = 118.0
	priceEdge    = 150.0
	amountEdge   = margin + width
)

func (s *sheet) lines(b *bill) {
	y := 92.0
	s.box(margin, y, width, 8, pale)
	s.row(y+2, 8, true, grey, s.w.description, s.w.quantity, s.w.price, s.w.amount)
	s.row(y+12, 10, false, black, s.w.base+" "+s.a.plan.name, "1", s.money(b.base), s.money(b.base))
	s.row(y+20, 10, false, black, s.w.usage, s.number(thousandths(b.usage))+" "+s.a.meter.unit(), s.price(), s.money(b.used))
	s.rule(y + 29)
	s.row(y+32, 9, false, grey, "", "", s.w.net, s.money(b.base+b.used))
	s.row(y+39, 9, false, grey, "", "", fmt.Sprintf("%s %d %%", s.w.vat, s.a.vat), s.money(b.vat))
	s.box(112, y+46, 78, 12, s.a.ink)
	s.text(116, y+49, 40, 11, true, white, "L", s.w.total)
	s.text(116, y+49, 70, 13, true, white, "R", s.money(b.total)+" "+s.a.currency)
}

func (s *sheet) row(y, size float64, bold bool, ink rgb, what, quantity, price, amount string) {
	s.text(margin+2, y, 70, size, bold, ink, "L", what)
	s.text(quantityEdge-45, y, 45, size, bold, ink, "R", quantity)
	s.text(priceEdge-40, y, 40, size, bold, ink, "R", price)
	s.text(amountEdge-42, y, 40, size, bold, ink, "R", amount)
}

func (s *sheet) rule(y float64) {
	s.SetDrawColor(grey.r, grey.g, grey.b)
	s.SetLineWidth(0.15)
	s.Line(margin, y, margin+width, y)
}

func (s *sheet) payment(b *bill) {
	text := s.w.byTransfer
	switch s.a.method.code {
	case "direct_debit":
		text = s.w.byDebit
	case "card":
		text = s.w.byCard
	}
	s.text(margin, 160, width, 9.5, false, black, "L", fmt.Sprintf(text, s.a.method.last4, s.w.on(b.due)))
}

// chart draws the usage of up to twelve months, this bill's last.
func (s *sheet) chart(i int) {
	bills := s.a.bills[max(0, i-11) : i+1]
	most := int64(1)
	for _, b := range bills {
		most = max(most, b.usage)
	}
	const top, height = 186.0, 48.0
	s.text(margin, 175, width, 10, true, s.a.ink, "L", s.w.history+", "+s.a.meter.unit())
	step := width / 12
	for n, b := range bills {
		x := margin + float64(n)*step
		h := height * float64(b.usage) / float64(most)
		ink := rgb{196, 206, 210}
		if n == len(bills)-1 {
			ink = s.a.ink
		}
		s.box(x+1.5, top+height-h, step-3, h, ink)
		s.text(x, top+height-h-4.5, step, 6.5, false, grey, "C", s.number(rounded(b.usage)))
		s.text(x, top+height+1.5, step, 6.5, false, grey, "C", b.start.Format("01/06"))
	}
	s.rule(top + height)
}

// rounded is a number for a chart: whole, or with one decimal if it is small.
func rounded(thousandths int64) string {
	if thousandths >= 100_000 {
		return strconv.FormatInt((thousandths+500)/1000, 10)
	}
	return fmt.Sprintf("%d.%d", thousandths/1000, thousandths%1000/100)
}

func (s *sheet) foot() {
	s.rule(266)
	s.text(margin, 270, width, 7.5, false, grey, "L", strings.ReplaceAll(s.a.address, "\n", " · "))
	s.text(margin, 270, width, 7.5, false, grey, "R", strings.TrimPrefix(s.a.website, "https://"))
	s.text(margin, 276, width, 7.5, false, grey, "L", s.w.invented)
}

// number writes a decimal with the language's comma.
func (s *sheet) number(decimal string) string {
	if s.w.comma {
		return strings.Replace(decimal, ".", ",", 1)
	}
	return decimal
}

func (s *sheet) money(minor int64) string {
	return s.number(fmt.Sprintf("%d.%02d", minor/100, minor%100))
}

// price is that of one unit of usage, in hundredths of the minor unit.
func (s *sheet) price() string {
	return s.number(fmt.Sprintf("%d.%04d", s.a.plan.unit/10_000, s.a.plan.unit%10_000))
}
