package main

import (
	"context"
	"crypto/rand"

	lookups "candor/models/access"
)

// openAccess makes the service through which staff look customers up.
func (p *program) openAccess(context.Context) error {
	p.access = lookups.New(lookups.Config{
		Map: p.datamap, Log: p.log, LookUps: p.data, Profiles: p.billing, Consents: p.consent, Index: p.data,
		Email: p.signInKeys().Email, Ring: p.ring, Ticket: p.settings.Tickets, Secret: p.keys.Secret, Clock: p.clock, Random: rand.Reader,
	})
	return nil
}
