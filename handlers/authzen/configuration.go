package authzen

import "github.com/gofiber/fiber/v2"

// configuration says what is offered, and where (AuthZEN 1.0, policy decision point metadata).
func (h *handler) configuration(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.JSON(struct {
		PDP         string `json:"policy_decision_point"`
		Evaluation  string `json:"access_evaluation_endpoint"`
		Evaluations string `json:"access_evaluations_endpoint"`
	}{h.BaseURL, h.BaseURL + "/access/v1/evaluation", h.BaseURL + "/access/v1/evaluations"})
}
