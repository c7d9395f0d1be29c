package main

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"candor/handlers/address"
	"candor/handlers/pages"
	"candor/handlers/session"
	pagesOfStaff "candor/handlers/staff"
	"candor/models/signin"
	"candor/models/staff"
	"candor/models/staffact"
)

// openStaff makes the service of who is on the staff. Without a log, as in a command beside a running server, what it
// changes has effect when the server comes by.
func (p *program) openStaff(context.Context) error {
	config := staff.Config{
		Store: p.data, Challenges: p.data, BaseURL: p.settings.BaseURL, Site: p.operatorName(""), Auth: p.auth, Ring: p.ring, Secret: p.keys.Secret, Clock: p.clock, Random: rand.Reader, Logger: p.logger,
	}
	if p.log != nil {
		p.acts = staffact.New(p.log)
		config.Recorder = p.acts
	}
	var err error
	p.staff, err = staff.New(config)
	return err
}

// staffProvider is where members of staff sign in, if it is elsewhere.
func (p *program) staffProvider() *signin.StaffProvider {
	s := p.settings
	if s.StaffIssuer == "" {
		return nil
	}
	return &signin.StaffProvider{
		Provider: signin.Provider{
			Issuer: s.StaffIssuer, ClientID: s.StaffClientID, ClientSecret: s.StaffClientSecret, Scopes: strings.Fields(s.StaffScopes),
			RedirectURL: s.BaseURL + "/staff/sign-in/company/callback",
		},
		RolesClaim: s.StaffRolesClaim, Roles: s.StaffRoles, ACR: s.StaffACR, MaxAge: s.StaffMaxAge,
	}
}

// settleStaff has the log say what was done by commands beside this server, on one server for all.
func (p *program) settleStaff(ctx context.Context) error {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		if err := p.staff.Settle(ctx); err != nil && ctx.Err() == nil {
			p.logger.Error("what is owed of members of staff was not said in the log", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// settleEvery is how long it takes at most until the log says what a command beside a running server did.
const settleEvery = 30 * time.Second

// staffPages are the pages that members of staff see.
func (p *program) staffPages(shell *pages.Shell, sessions *session.Middleware, asked *pages.Asked) *pagesOfStaff.Staff {
	return &pagesOfStaff.Staff{
		Shell: shell, Customers: p.data, Notices: p.notices, Shown: p.shown, Requests: p.requests, Access: p.access, Map: p.datamap, Asked: asked, Required: p.training, Log: p.log,
		Editorial: p.editorial, Maps: p.maps, MapDrafts: p.mapDrafts(), Languages: p.catalogue.Languages(),
		Members: p.staff, Acts: p.acts, SignIn: p.signIn, Sessions: sessions, Address: address.Finder{Proxies: p.settings.Proxies}, VKey: p.keys.CheckpointVerifier, Logger: p.logger,
		Consent: p.consent, Catalogue: p.catalogue,
	}
}
