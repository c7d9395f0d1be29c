package staff

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/datamap"
)

// record is the record of processing as JSON (GDPR Art. 30(1)).
type record struct {
	Version    int                `json:"version"`
	Controller controller         `json:"controller"`
	Subjects   []string           `json:"data_subjects"`
	Security   string             `json:"security"`
	Activities []datamap.Activity `json:"activities"`
}

type controller struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Email   string `json:"email"`
	DPO     string `json:"data_protection_officer"`
}

// ProcessingRecord is GET /staff/data-map/record, and .csv and .json: the record of processing, from the map in force.
func (s *Staff) ProcessingRecord(c *fiber.Ctx) error {
	v := session.From(c)
	m, version := s.Map.In(c.UserContext()), s.Map.Version()
	words, tag := v.Words, v.Words.Tag()
	activities := m.Activities(tag)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if strings.HasSuffix(c.Path(), ".json") {
		return c.JSON(record{
			Version:    version.Number,
			Controller: controller{m.Operator.Name.In(tag), m.Operator.Address, m.Operator.Email, m.Operator.DPO},
			Subjects:   []string{words.T("map.customers")}, Security: words.T("map.security_text"), Activities: activities,
		})
	}
	field := func(name string) string { return words.T("map.field." + name) }
	page := frontend.MapRecordPage{
		Version: frontend.MapVersion{Number: version.Number, EffectiveAt: version.EffectiveAt},
		CSV:     dataMapPath + "/record.csv", JSON: dataMapPath + "/record.json",
		Columns: []string{
			words.T("map.kind.purposes"), field("summary"), field("basis"), words.T("map.subjects"), field("categories"), field("recipients"),
			words.T("map.transfers"), words.T("map.retention"), words.T("map.security"),
		},
	}
	for _, a := range activities {
		basis := basisWord(v, a.LegalBasis)
		if a.Because != "" {
			basis += ": " + a.Because
		}
		page.Rows = append(page.Rows, []string{
			a.Purpose, a.Summary, basis, words.T("map.customers"), strings.Join(a.Categories, "; "), strings.Join(a.Recipients, "; "),
			strings.Join(a.Transfers, "; "), strings.Join(a.Retention, "; "), words.T("map.security_text"),
		})
	}
	if !strings.HasSuffix(c.Path(), ".csv") {
		return s.Show(c, http.StatusOK, page)
	}
	raw, err := recordCSV(page)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="record-of-processing.csv"`)
	return c.Send(raw)
}

// recordCSV writes the record for spreadsheets: no cell of it is run as a formula.
func recordCSV(p frontend.MapRecordPage) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range append([][]string{p.Columns}, p.Rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				cell = "'" + cell
			}
			cells[i] = cell
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
