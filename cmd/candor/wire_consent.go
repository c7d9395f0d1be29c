package main

import (
	"context"

	"candor/models/consent"
)

// serveConsents has one server say in the log which consents have ended.
func (p *program) serveConsents(ctx context.Context) {
	lapses := &consent.Lapses{Consents: p.consent, Logger: p.logger}
	p.once(ctx, "lapses", lapses.Run)
}
