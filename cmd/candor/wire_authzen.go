package main

import (
	"time"

	"candor/handlers/api"
	"candor/handlers/authzen"
	"candor/handlers/authzen/consents"
	"candor/handlers/problem"
)

// authZEN puts decisions, counted, and searches before AuthZEN's callers.
func (p *program) authZEN(problems *problem.Writer) authzen.Deps {
	scope := api.DecisionScope()
	return authzen.Deps{
		Decider: &consents.Decider{
			Decisions: p.metrics.Decisions(p.consent), Lists: p.consent, Clients: p.auth, Scope: scope,
		},
		Auth: p.auth, Scope: scope, Problems: problems, BaseURL: p.settings.BaseURL, MaxAge: int(p.settings.MaxAge / time.Second),
	}
}
