package frontend

// peopleStories are the pages about the staff itself in every state.
func peopleStories() []story {
	menu := []NavEntry{{NavStaffHome, "/staff"}, {NavStaffClients, "/staff/clients"}, {NavStaffPeople, "/staff/people"}}
	admin := Frame{URL: "/staff/people", SignedInAs: "Sam Okafor", Staff: true, CSRF: "c5rf", Demo: true, Now: now, Menu: menu}
	door := Frame{URL: "/staff/sign-in", Now: now}
	sam := StaffMember{ID: "Qm7xk2Vn0aTzL4Rd", Name: "Sam Okafor", Email: "sam.okafor@nordlicht.example", URL: "/staff/people/Qm7xk2Vn0aTzL4Rd", Roles: []string{"admin"}, Origin: "local", AddedAt: ago(400, 0), SeenAt: ago(0, 0), Sessions: 2, Passkeys: 2, Oneself: true}
	nadia := StaffMember{ID: "a81Hc0QeYw3Ntu5K", Name: "Nadia <b>Feld</b>", Email: "nadia.feld@nordlicht.example", URL: "/staff/people/a81Hc0QeYw3Ntu5K", Roles: []string{"legal_editor", "privacy_officer"}, Origin: "local", AddedAt: ago(90, 0), SeenAt: ago(2, 3), Passkeys: 1}
	marc := StaffMember{ID: "Zp0Lw8dUe6Jk1Bxs", Name: "Marc Delacroix", Email: "marc.delacroix@nordlicht.example", URL: "/staff/people/Zp0Lw8dUe6Jk1Bxs", Roles: []string{"auditor"}, Origin: "oidc", AddedAt: ago(30, 0)}
	old := StaffMember{ID: "t5Rf9VbGq2Mh7XyC", Name: "Ingrid Solheim", Email: "ingrid.solheim@nordlicht.example", URL: "/staff/people/t5Rf9VbGq2Mh7XyC", Roles: []string{"legal_approver"}, Origin: "local", AddedAt: ago(700, 0), SeenAt: ago(120, 0), EndedAt: ago(119, 0)}
	keys := []StaffPasskey{{ID: "k1", Name: "Work laptop", AddedAt: ago(90, 0), UsedAt: ago(2, 3)}, {ID: "k2", Name: "Phone", AddedAt: ago(30, 0), Copied: true}}
	sessions := []SignedInSession{
		{ID: "s1", Method: "passkey", CreatedAt: ago(0, 2), SeenAt: ago(0, 0), ExpiresAt: now, Current: true},
		{ID: "s2", Method: "passkey", CreatedAt: ago(0, 6), SeenAt: ago(0, 1), ExpiresAt: now},
	}
	roles := []RoleChoice{{"legal_editor", true}, {"legal_approver", false}, {"privacy_officer", true}, {"auditor", false}, {"admin", false}}
	gone := marc
	gone.EndedAt = ago(3, 0)
	return []story{
		{"staff-sign-in", door, StaffSignInPage{ByPasskey: true, ByCompany: true}},
		{"staff-sign-in-passkey", door, StaffSignInPage{ByPasskey: true, Elsewhere: "http://localhost:8080/staff/sign-in", Problem: StaffPasskeyFailed}},
		{"staff-sign-in-no-role", door, StaffSignInPage{ByCompany: true, Problem: StaffNoRole}},
		{"staff-enrol", door, EnrolPage{Name: "Nadia Feld", Action: "/staff/enrol/x", ExpiresAt: now}},
		{"staff-enrol-wrong", door, EnrolPage{Name: "Nadia Feld", Action: "/staff/enrol/x", ExpiresAt: now, Problem: "A passkey’s name has 1 to 60 characters."}},
		{"people", admin, StaffPeoplePage{People: []StaffMember{sam, nadia, marc}, Former: []StaffMember{old}, MayManage: true}},
		{"people-read", admin, StaffPeoplePage{People: []StaffMember{nadia}}},
		{"member-new", admin, NewMemberPage{Roles: roles}},
		{"member-new-wrong", admin, NewMemberPage{Name: "Nadia", Email: "nadia", Roles: roles, Field: "email", Problem: "email is not an e-mail address."}},
		{"member", admin, MemberPage{Member: nadia, Roles: roles, Passkeys: keys, Sessions: sessions[1:], MayManage: true, Done: StaffRolesChanged}},
		{"member-link", admin, MemberPage{Member: nadia, Roles: roles, MayManage: true, Link: "https://privacy.nordlicht.example/staff/enrol/Yk3mQZ0pW1xT7uVb5nR2sL8dHfGjKeAoCiEtMwUqXzI", LinkEnds: now}},
		{"member-oidc", admin, MemberPage{Member: marc, Roles: roles, MayManage: true, Problem: "Nobody else could let people in afterwards."}},
		{"member-oneself", admin, MemberPage{Member: sam, Roles: roles, Passkeys: keys[:1], Sessions: sessions, MayManage: true}},
		{"member-ended", admin, MemberPage{Member: old, Roles: roles, MayManage: true, Done: StaffMemberEnded}},
		{"member-ended-oidc", admin, MemberPage{Member: gone, Roles: roles, MayManage: true}},
		{"staff-account", admin, AccountPage{Member: sam, Passkeys: keys, Sessions: sessions, MayAdd: true, Done: StaffPasskeyAdded}},
		{"staff-account-oidc", admin, AccountPage{Member: marc, Sessions: sessions[:1]}},
		{"staff-account-elsewhere", admin, AccountPage{Member: sam, Passkeys: keys[:1], Sessions: sessions[:1], MayAdd: true, Elsewhere: "http://localhost:8080/staff/account", Problem: "This is the last passkey."}},
	}
}
