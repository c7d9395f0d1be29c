package authzen

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/bearer"
	"candor/handlers/problem"
	"candor/models/consent"
)

// maxBody is the longest request that is read, in bytes; maxEvaluations how many one call may hold.
const (
	maxBody        = 1 << 20
	maxEvaluations = 1000
)

// Decider answers for a customer, a purpose and, unless it is empty, a category. On an error nothing
// may be used. It keeps no reference to its arguments.
type Decider interface {
	Decide(ctx context.Context, customer, purpose, category string) (consent.Decision, error)
}

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
		{fiber.MethodGet, "/.well-known/authzen-configuration", h.configuration},
	} {
		r.Add(route.method, route.path, route.action)
		if route.method == fiber.MethodGet {
			r.Head(route.path, route.action)
		}
		problem.OtherMethods(r, route.path, route.method)
	}
}
