package pages

import (
	"strings"
	"time"

	"candor/frontend"
	"candor/models"
	"candor/models/datamap"
)

// Cell is a value in the form that its kind is written in; one that is not of the kind is text.
func Cell(f *datamap.Field, r models.Record, tag string) frontend.Cell {
	value := r.Fields[f.Key]
	cell := frontend.Cell{Text: value}
	switch f.Kind {
	case datamap.MoneyField:
		if currency := r.Fields["currency"]; currency != "" && IsInteger(value) {
			cell.Kind, cell.Currency = frontend.KindMoney, currency
		}
	case datamap.QuantityField:
		cell.Kind, cell.Unit = frontend.KindNumber, r.Fields["unit"]
	case datamap.DateField:
		if t, err := time.Parse(time.DateOnly, value); err == nil {
			cell.Kind, cell.Time = frontend.KindDate, t
		}
	case datamap.TimeField:
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			cell.Kind, cell.Time = frontend.KindTime, t
		}
	case datamap.CountryField:
		cell.Kind = frontend.KindCountry
	case datamap.CodeField:
		if words, ok := f.Values[value]; ok {
			cell.Text = words.In(tag)
		}
	case datamap.IBANField, datamap.Last4Field:
		cell.Kind = frontend.KindCode
	case datamap.TextField:
	}
	if value == "" {
		return frontend.Cell{}
	}
	return cell
}

// IsInteger says whether text is a whole number in digits, as amounts in minor units are.
func IsInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}
