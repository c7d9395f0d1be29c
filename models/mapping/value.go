package mapping

import (
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"candor/models"
)

// value says where a member's value comes from, and what is made of it.
type value struct {
	column   string
	constant string
	// values are words for words; without an entry for it a cell is refused.
	values map[string]string
	// layout is Go's form of a date's or a time's format; empty if it is neither.
	layout, format string
	date           bool // and not a time
	zone           *time.Location
	// decimal is the decimal separator of an amount, which becomes minor units; 0 if it is none.
	decimal byte
	digits  int // of an amount's minor unit
}

// value reads what a member is: the name of a column, or more than that.
func (p *parsing) value(name string, n ast.Node) value {
	v := value{zone: p.zone, digits: 2}
	if _, ok := n.(ast.ScalarNode); ok {
		v.column = p.text(n, name)
		p.source(name, n, v)
		return v
	}
	for _, pair := range p.pairs(n, name) {
		p.valueMember(name, pair, &v)
	}
	p.source(name, n, v)
	return v
}

// source wants a value to come from one place.
func (p *parsing) source(name string, n ast.Node, v value) {
	if (v.column == "") == (v.constant == "") {
		p.bad(n, "%s needs a column or a constant, and not both", name)
	}
}

func (p *parsing) valueMember(name string, pair *ast.MappingValueNode, v *value) {
	key := pair.Key.String()
	switch at := name + "." + key; key {
	case "column":
		v.column = p.text(pair.Value, at)
	case "constant":
		v.constant = p.text(pair.Value, at)
	case "values":
		v.values = map[string]string{}
		for _, word := range p.pairs(pair.Value, at) {
			v.values[unquoted(word.Key)] = p.text(word.Value, at)
		}
	case "date", "time":
		v.format, v.date = p.text(pair.Value, at), key == "date"
		layout, ok := layoutOf(v.format)
		if !ok {
			p.bad(pair.Value, "%s must be made of YYYY, YY, MM, M, DD, D, HH, H, mm, ss, T, Z and what stands between them, such as DD.MM.YYYY", at)
		}
		v.layout = layout
	case "zone":
		zone, err := time.LoadLocation(p.text(pair.Value, at))
		if err != nil {
			p.bad(pair.Value, "%s is not an IANA time zone such as Europe/Berlin", at)
			return
		}
		v.zone = zone
	case "decimal":
		text := p.text(pair.Value, at)
		if text != "," && text != "." {
			p.bad(pair.Value, `%s must be "," or ".": what stands before the cents`, at)
			return
		}
		v.decimal = text[0]
	case "digits":
		v.digits = p.number(pair.Value, at, 4)
	default:
		p.bad(pair, "%s is not known; a value has column or constant, and values, date, time, zone, decimal, digits", at)
	}
}

func unquoted(key ast.MapKeyNode) string {
	if s, ok := key.(*ast.StringNode); ok {
		return s.Value
	}
	return key.GetToken().Value
}

// tokens are the parts of a format, the longer ones first, with Go's own.
var tokens = []struct{ written, layout string }{
	{"YYYY", "2006"},
	{"YY", "06"},
	{"MM", "01"},
	{"M", "1"},
	{"DD", "02"},
	{"D", "2"},
	{"HH", "15"},
	{"H", "15"},
	{"mm", "04"},
	{"ss", "05"},
	{"T", "T"},
	{"Z", "Z07:00"},
}

// layoutOf turns a format into Go's form of it. It must say year, month and day.
func layoutOf(format string) (string, bool) {
	var b strings.Builder
	said := map[string]bool{}
	for rest := format; rest != ""; {
		found := false
		for _, t := range tokens {
			if after, ok := strings.CutPrefix(rest, t.written); ok {
				b.WriteString(t.layout)
				said[t.written[:1]] = true
				rest, found = after, true
				break
			}
		}
		if found {
			continue
		}
		if !strings.ContainsRune(" .-/:,", rune(rest[0])) {
			return "", false
		}
		b.WriteByte(rest[0])
		rest = rest[1:]
	}
	return b.String(), said["Y"] && said["M"] && said["D"]
}

// of gives the value of a member; empty if the cell is.
func (v *value) of(name, cell string) (string, error) {
	if v.constant != "" {
		return v.constant, nil
	}
	if v.values != nil && cell != "" {
		word, ok := v.values[cell]
		if !ok {
			return "", models.Fail(models.Invalid, "value_not_mapped", "column", v.column).In(name)
		}
		cell = word
	}
	switch {
	case cell == "":
		return "", nil
	case v.layout != "":
		return v.moment(name, cell)
	case v.decimal != 0:
		minor, ok := minorUnits(cell, v.decimal, v.digits)
		if !ok {
			return "", models.Fail(models.Invalid, "not_an_amount", "column", v.column, "digits", v.digits, "separator", string(v.decimal)).In(name)
		}
		return minor, nil
	}
	return cell, nil
}

// moment reads a date or a time. A date is written as one, but where a line wants a time: there it is its first moment.
func (v *value) moment(name, cell string) (string, error) {
	t, err := time.ParseInLocation(v.layout, cell, v.zone)
	if err != nil { // which quotes the cell
		return "", models.Fail(models.Invalid, "not_a_date", "column", v.column, "format", v.format).In(name)
	}
	if v.date && name != "occurred_at" {
		return t.Format(time.DateOnly), nil
	}
	return t.UTC().Format(time.RFC3339), nil
}

// minorUnits turns "1.234,5" into "123450". Groups of three may be separated, and a sign may stand before.
func minorUnits(cell string, decimal byte, digits int) (string, bool) {
	sign := ""
	switch {
	case strings.HasPrefix(cell, "-"):
		sign, cell = "-", cell[1:]
	case strings.HasPrefix(cell, "+"):
		cell = cell[1:]
	case strings.HasPrefix(cell, "−"): // U+2212, as some programs write it
		sign, cell = "-", strings.TrimPrefix(cell, "−")
	}
	whole, part, _ := strings.Cut(cell, string(decimal))
	whole, ok := ungrouped(whole, decimal)
	if !ok || !onlyDigits(part) || len(part) > digits || len(whole) > 15 || strings.HasSuffix(cell, string(decimal)) {
		return "", false
	}
	all := strings.TrimLeft(whole+part+strings.Repeat("0", digits-len(part)), "0")
	if all == "" {
		return "0", true
	}
	return sign + all, true
}

// ungrouped takes the separators out of 1.234.567: the same one each time, and three digits after each.
func ungrouped(whole string, decimal byte) (string, bool) {
	for _, separator := range []string{".", ",", " ", "\u00a0", "\u202f", "'", "’"} {
		if separator == string(decimal) || !strings.Contains(whole, separator) {
			continue
		}
		groups := strings.Split(whole, separator)
		for i, group := range groups {
			if len(group) > 3 || i > 0 && len(group) != 3 {
				return "", false
			}
		}
		whole = strings.Join(groups, "")
		break
	}
	return whole, whole != "" && onlyDigits(whole)
}

func onlyDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
