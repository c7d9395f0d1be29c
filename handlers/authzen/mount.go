package authzen

import (
	"github.com/gofiber/fiber/v2"

	"candor/handlers/bearer"
	"candor/handlers/problem"
)

// maxBody is the longest request that is read, in bytes; maxEvaluations how many one call may hold.
const (
	maxBody        = 1 << 20
	maxEvaluations = 1000
)

// Deps is what the handlers work with.
type Deps struct {
	Decider Decider
	Auth    bearer.Authorizer
	// Scope is what a client needs to ask for decisions, by the table of handlers/api; without one, nobody may.
	Scope    string
	Problems *problem.Writer
	// BaseURL is the identifier of this policy decision point, without a trailing slash.
	BaseURL string
	// MaxAge is how many seconds old the state may be that a decision rests on.
	MaxAge int
}

type handler struct{ Deps }

// Mount adds the routes.
func Mount(r fiber.Router, d Deps) {
	h := &handler{d}
	for _, route := range []struct {
		method, path string
		action       fiber.Handler
	}{
		{fiber.MethodPost, "/access/v1/evaluation", h.evaluation},
		{fiber.MethodPost, "/access/v1/evaluations", h.evaluations},
		{fiber.MethodPost, "/access/v1/search/subject", h.searchSubjects},
		{fiber.MethodPost, "/access/v1/search/resource", h.searchResources},
		{fiber.MethodPost, "/access/v1/search/action", h.searchActions},
		{fiber.MethodGet, "/.well-known/authzen-configuration", h.configuration},
	} {
		r.Add(route.method, route.path, route.action)
		if route.method == fiber.MethodGet {
			r.Head(route.path, route.action)
		}
		problem.OtherMethods(r, route.path, route.method)
	}
}
