package main

import (
	"candor/handlers/pages"
	"candor/handlers/staff"
)

// staffPages are the pages that members of staff see.
func (p *program) staffPages(shell *pages.Shell, asked *pages.Asked) *staff.Staff {
	return &staff.Staff{
		Shell: shell, Customers: p.data, Notices: p.notices, Requests: p.requests, Asked: asked, Log: p.log,
		VKey: p.keys.CheckpointVerifier, Logger: p.logger,
	}
}
