package staff

import (
	"bytes"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/training"
)

// reportPath is where it is seen who has acknowledged and passed what.
const reportPath = "/staff/attestations"

// Attestations is GET /staff/attestations: who is current, whose renewal is due, and who is kept out, by role.
func (s *Staff) Attestations(c *fiber.Ctx) error {
	rows, err := s.trainingReport(c)
	if err != nil {
		return err
	}
	tag := session.From(c).Words.Tag()
	page := frontend.AttestationsPage{CSV: reportPath + ".csv"}
	for _, role := range auth.Roles() {
		count := frontend.RoleCount{Role: role}
		for _, r := range rows {
			if !r.Member.In(role) {
				continue
			}
			switch r.State {
			case training.Missing:
				count.Missing++
			case training.Due:
				count.Due++
			case training.Current:
				count.Current++
			}
		}
		page.Roles = append(page.Roles, count)
	}
	for _, state := range []training.State{training.Missing, training.Due, training.Current} { // what needs doing first
		for _, r := range rows {
			if r.State == state {
				page.Rows = append(page.Rows, frontend.AttestationRow{Name: r.Member.Name, Roles: r.Member.Roles, Item: requirementItem(r.Standing, tag)})
			}
		}
	}
	return s.Show(c, http.StatusOK, page)
}

// AttestationsCSV is GET /staff/attestations.csv: the same for an auditor, with the entries of the log.
func (s *Staff) AttestationsCSV(c *fiber.Ctx) error {
	rows, err := s.trainingReport(c)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := training.WriteCSV(&out, rows); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="attestations.csv"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(out.Bytes())
}

// trainingReport is that of everybody who is on the staff.
func (s *Staff) trainingReport(c *fiber.Ctx) ([]training.Row, error) {
	members, err := s.Members.Members(c.UserContext())
	if err != nil {
		return nil, err
	}
	var staff []models.Staff
	for _, m := range members {
		if !m.Ended() {
			staff = append(staff, m.Staff)
		}
	}
	return s.Required.Report(c.UserContext(), staff)
}
