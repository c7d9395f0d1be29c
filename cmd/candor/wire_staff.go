package main

import (
	"context"
	"crypto/rand"

	"candor/handlers/pages"
	pagesOfStaff "candor/handlers/staff"
	"candor/models/staff"
	"candor/models/staffact"
)

// openStaff makes the service of who is on the staff. Without a log, as in a command beside a running server, what it
// changes has effect when the server comes by.
func (p *program) openStaff(context.Context) error {
	config := staff.Config{
		Store: p.data, Auth: p.auth, Ring: p.ring, Secret: p.keys.Secret, Clock: p.clock, Random: rand.Reader, Logger: p.logger,
	}
	if p.log != nil {
		p.acts = staffact.New(p.log)
		config.Recorder = p.acts
	}
	p.staff = staff.New(config)
	return nil
}

// staffPages are the pages that members of staff see.
func (p *program) staffPages(shell *pages.Shell, asked *pages.Asked) *pagesOfStaff.Staff {
	return &pagesOfStaff.Staff{
		Shell: shell, Customers: p.data, Notices: p.notices, Shown: p.shown, Requests: p.requests, Access: p.access, Map: p.datamap, Asked: asked, Required: p.training, Log: p.log,
		Editorial: p.editorial, Maps: p.maps, MapDrafts: p.mapDrafts(), Languages: p.catalogue.Languages(),
		Members: p.staff, Acts: p.acts, VKey: p.keys.CheckpointVerifier, Logger: p.logger,
		Consent: p.consent, Catalogue: p.catalogue,
	}
}
