// Package connectors owns the paths at which other billing systems say that something has changed there. Who may say so,
// each connector finds out by itself, from a signature over what was sent.
package connectors

import (
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/body"
	"candor/handlers/problem"
	"candor/models/connector"
)

// maxBody is the longest delivery that is read, in bytes.
const maxBody = 1 << 20

// Deps is what the handlers work with.
type Deps struct {
	// Connectors are those that are on. What is off has no path.
	Connectors []connector.Connector
	// Received, if set, is told of each delivery that was taken in, and of those that were not.
	Received func(connector string, r connector.Received, err error)
	Problems *problem.Writer
}

type handler struct{ Deps }

// Mount adds the routes.
func Mount(r fiber.Router, d Deps) {
	h := &handler{d}
	routes := map[string]fiber.Handler{}
	for _, c := range d.Connectors {
		routes["/connectors/"+c.Name()+"/webhook"] = h.webhook(c)
	}
	for _, path := range slices.Sorted(maps.Keys(routes)) {
		r.Post(path, body.Limit(maxBody), routes[path])
		problem.OtherMethods(r, path, fiber.MethodPost)
	}
}
