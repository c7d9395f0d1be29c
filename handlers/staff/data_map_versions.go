package staff

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
)

// inPlace says a broken rule in the person's language, with the status of its answer.
func inPlace(c *fiber.Ctx, cause error) (words string, status int, ok bool) {
	words, _, ok = pages.InWords(c, cause)
	return words, problem.Status(problem.From(cause)), ok
}

// DataMapVersions is GET /staff/data-map/versions: every version, and what two of them say differently.
func (s *Staff) DataMapVersions(c *fiber.Ctx) error {
	versions := s.Maps.Versions()
	page := frontend.MapVersionsPage{B: len(versions), A: len(versions) - 1}
	for _, v := range slices.Backward(versions) {
		page.Versions = append(page.Versions, s.mapVersion(v))
	}
	if n, err := strconv.Atoi(c.Query("a")); err == nil {
		page.A = n
	}
	if n, err := strconv.Atoi(c.Query("b")); err == nil {
		page.B = n
	}
	if page.A < 1 || page.B < 1 || page.A > len(versions) || page.B > len(versions) {
		page.A, page.B = 0, 0
		return s.Show(c, http.StatusOK, page)
	}
	page.Changes = mapChanges(session.From(c), versions[page.A-1].Map, versions[page.B-1].Map)
	return s.Show(c, http.StatusOK, page)
}
