package frontend

import (
	"net/url"
	"strings"
)

// columnView is the head of a column: where it leads and how it is sorted now.
type columnView struct {
	Column
	// URL sorts by the column, the other way round if it is sorted by already.
	URL string
	// Sorted is "ascending", "descending" or empty, as aria-sort has it.
	Sorted string
}

// columnLink keeps what was searched for and begins at the first page.
func columnLink(p CategoryPage, c Column) columnView {
	v := columnView{Column: c}
	next := c.Key
	switch {
	case p.Sort == c.Key:
		v.Sorted, next = "ascending", "-"+c.Key
	case strings.TrimPrefix(p.Sort, "-") == c.Key:
		v.Sorted = "descending"
	}
	query := url.Values{"sort": {next}}
	if p.Query != "" {
		query.Set("q", p.Query)
	}
	v.URL = "?" + query.Encode()
	return v
}

// maskedColumns are the labels of the values that a record hides.
func maskedColumns(p CategoryPage, r Record) []string {
	var labels []string
	for i, cell := range r.Cells {
		if cell.Masked {
			labels = append(labels, p.Columns[i].Label)
		}
	}
	return labels
}
