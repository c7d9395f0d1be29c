package authzen

import "github.com/gofiber/fiber/v2"

// configuration says what is offered, and where (AuthZEN 1.0, policy decision point metadata). What is not
// offered is not there: capabilities, of which none is registered that would apply, and signed metadata.
func (h *handler) configuration(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.JSON(struct {
		PDP            string `json:"policy_decision_point"`
		Evaluation     string `json:"access_evaluation_endpoint"`
		Evaluations    string `json:"access_evaluations_endpoint"`
		SubjectSearch  string `json:"search_subject_endpoint"`
		ResourceSearch string `json:"search_resource_endpoint"`
		ActionSearch   string `json:"search_action_endpoint"`
	}{
		h.BaseURL, h.BaseURL + "/access/v1/evaluation", h.BaseURL + "/access/v1/evaluations",
		h.BaseURL + "/access/v1/search/subject", h.BaseURL + "/access/v1/search/resource", h.BaseURL + "/access/v1/search/action",
	})
}
