package handlerstest

import (
	"candor/handlers/authzen/consents"
	"candor/models/auth"
)

// Decider answers AuthZEN's questions as production does.
func (r *Rig) Decider() *consents.Decider {
	return &consents.Decider{Decisions: r.Consents, Lists: r.Consents, Clients: r.Auth, Scope: auth.ScopeConsentsRead}
}
