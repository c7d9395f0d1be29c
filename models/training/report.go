package training

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"candor/models"
	"candor/models/store"
)

// Row says where one member of staff stands on one requirement.
type Row struct {
	Member models.Staff
	Standing
}

// Report says where each of these members stands on what binds them, by name and requirement.
func (s *Service) Report(ctx context.Context, members []models.Staff) ([]Row, error) {
	if err := s.recent(ctx); err != nil {
		return nil, err
	}
	there, err := s.stored(ctx)
	if err != nil {
		return nil, err
	}
	of := map[string][]store.Attestation{}
	for _, a := range there {
		of[a.Staff] = append(of[a.Staff], a)
	}
	var rows []Row
	for _, m := range members {
		since, err := s.since(ctx, m.ID)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(of[m.ID], func(a, b store.Attestation) int { return cmp.Compare(a.Seq, b.Seq) })
		for _, st := range s.judgeAll(m.Roles, since, of[m.ID]) {
			rows = append(rows, Row{m, st})
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(strings.Compare(a.Member.Name, b.Member.Name), strings.Compare(a.Member.ID, b.Member.ID),
			strings.Compare(a.Requirement.Key, b.Requirement.Key))
	})
	return rows, nil
}

// reportColumns head the export.
var reportColumns = []string{
	"staff", "name", "roles", "requirement", "kind", "version_in_force", "state", "reason", "until",
	"attested_version", "attested_at", "language", "score", "text_sha256", "log_entry",
}

// formulaStarts are the characters with which a spreadsheet takes a cell for a formula (OWASP, CSV injection).
const formulaStarts = "=+-@\t\r"

// WriteCSV writes a report for an auditor, a line for each row, with the entries of the log that say so (RFC 4180). Cells
// that a spreadsheet would run as a formula begin with an apostrophe.
func WriteCSV(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(reportColumns); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	for _, r := range rows {
		a := r.Attested
		line := []string{
			r.Member.ID, r.Member.Name, strings.Join(r.Member.Roles, " "), r.Requirement.Key, string(r.Requirement.Kind),
			strconv.Itoa(r.Requirement.Version), string(r.State), string(r.Reason), written(r.Until), "", written(a.At), a.Locale, "", a.SHA256, "",
		}
		if a.Seq > 0 {
			line[9], line[14] = strconv.Itoa(a.Version), strconv.FormatUint(a.Seq, 10)
			if r.Requirement.Kind == Training {
				line[12] = strconv.Itoa(a.Score)
			}
		}
		for i, cell := range line {
			if cell != "" && strings.ContainsRune(formulaStarts, rune(cell[0])) {
				line[i] = "'" + cell
			}
		}
		if err := out.Write(line); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// written is a time in RFC 3339; empty for none.
func written(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
