package frontend

// clientStories are the pages of API clients in every state.
func clientStories() []story {
	admin := Frame{
		URL: "/staff/clients", SignedInAs: "admin", Staff: true, CSRF: "c5rf", Demo: true, Now: now,
		Menu: []NavEntry{{NavStaffHome, "/staff"}, {NavStaffClients, "/staff/clients"}},
	}
	billing := Client{
		ID: "client_6vKzZ2RkqkWc5m7B1Q0i3A", Name: "Billing, production", URL: "/staff/clients/client_6vKzZ2RkqkWc5m7B1Q0i3A", Shows: ShowsSecret,
		Scopes: []string{"customers", "records", "sessions", "consents:read", "webhooks"}, AddedAt: ago(400, 2), UsedOn: ago(0, 8), OldEndsAt: now.AddDate(0, 0, 5),
	}
	rating := Client{ID: "client_9yHfEo4bT1qO2mVw8sXkLw", Name: "Rating engine", URL: "/staff/clients/client_9yHfEo4bT1qO2mVw8sXkLw", Shows: ShowsKeys, Scopes: []string{"consents:read"}, AddedAt: ago(90, 0), UsedOn: ago(1, 0)}
	crm := Client{ID: "outside:crm-prod", Name: "<b>CRM</b>", URL: "/staff/clients/outside:crm-prod", Shows: ShowsOutside, Scopes: []string{"customers", "consents:write"}, AddedAt: ago(3, 0)}
	old := Client{ID: "client_0pQrStUvWxYz0123456789", Name: "Newsletter tool", URL: "/staff/clients/client_0pQrStUvWxYz0123456789", Shows: ShowsSecret, Scopes: []string{"consents:read"}, AddedAt: ago(700, 0), UsedOn: ago(210, 0), RevokedAt: ago(200, 0)}
	secrets := []ClientCredential{{ID: "s2", AddedAt: ago(2, 0), UsedOn: ago(0, 8)}, {ID: "s1", AddedAt: ago(400, 2), EndsAt: now.AddDate(0, 0, 5), UsedOn: ago(1, 8)}}
	form := NewClientPage{Name: "Billing", Issuer: "https://login.nordlicht.example", Scopes: []ScopeChoice{
		{"customers", true}, {"records", false}, {"sessions", false}, {"consents:read", true}, {"consents:write", false}, {"notices:read", false}, {"notices:write", false}, {"webhooks", false},
	}}
	wrong := form
	wrong.Keys, wrong.Field, wrong.Problem = `{"keys":[]}`, "jwks", "This is not a set of keys."
	page := func(c Client, change func(p *ClientPage)) ClientPage {
		p := ClientPage{Client: c, Days: 7, MaxDays: 90, TokenURL: "https://privacy.nordlicht.example/oauth/token"}
		change(&p)
		return p
	}
	return []story{
		{"clients", admin, ClientsPage{Clients: []Client{billing, crm, rating}, Revoked: []Client{old}}},
		{"clients-none", admin, ClientsPage{}},
		{"client-new", admin, form},
		{"client-new-wrong", admin, wrong},
		{"client-secret", admin, page(billing, func(p *ClientPage) {
			p.Secrets, p.NewSecret, p.Done = secrets, "Yk3mQZ0pW1xT7uVb5nR2sL8dHfGjKeAoCiEtMwUqXzI", ClientNewSecret
		})},
		{"client-one-secret", admin, page(billing, func(p *ClientPage) { p.Secrets = secrets[:1] })},
		{"client-keys", admin, page(rating, func(p *ClientPage) {
			p.Keys, p.Done = []ClientCredential{{ID: "2026-11", AddedAt: ago(90, 0), UsedOn: ago(1, 0)}, {ID: "2026-12", AddedAt: ago(1, 0)}}, ClientKeysChanged
		})},
		{"client-outside", admin, page(crm, func(*ClientPage) {})},
		{"client-problem", admin, page(billing, func(p *ClientPage) {
			p.Secrets, p.Problem, p.Field = secrets[:1], "days must be a whole number from 0 to 90.", "days"
		})},
		{"client-revoked", admin, page(old, func(p *ClientPage) { p.Done = ClientRevoked })},
		{"client-revoke", admin, RevokeClientPage{Client: billing, StopsWithin: 1e9}},
	}
}
