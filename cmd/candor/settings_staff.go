package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"candor/models/auth"
)

// staffSettings say how members of staff sign in elsewhere, and how long they stay signed in.
type staffSettings struct {
	StaffIssuer, StaffClientID, StaffClientSecret string // the company's own sign-in; none without
	StaffRolesClaim, StaffScopes, StaffACR        string
	StaffRoles                                    map[string][]string // group → roles
	StaffMaxAge                                   time.Duration       // 0 for any time
	StaffSession, StaffIdle                       time.Duration
}

func staffRows() []setting {
	return []setting{
		{"staff-oidc-issuer", "", "`URL` of the OpenID Connect provider at which staff sign in; without it they have local accounts with passkeys alone", text(func(s *settings) *string { return &s.StaffIssuer })},
		{"staff-oidc-client-id", "", "`id` of this site at the staff's provider", text(func(s *settings) *string { return &s.StaffClientID })},
		{"staff-oidc-client-secret", "", "`secret` of this site at the staff's provider", text(func(s *settings) *string { return &s.StaffClientSecret })},
		{"staff-oidc-scopes", "profile email", "`scopes` to ask for beside openid, separated by spaces; name and e-mail address are among what they must give", text(func(s *settings) *string { return &s.StaffScopes })},
		{"staff-oidc-roles-claim", "groups", "`name` of the claim of the ID token that lists groups or roles; a dot leads into an object, as in realm_access.roles", text(func(s *settings) *string { return &s.StaffRolesClaim })},
		{"staff-oidc-roles", "", "`GROUP=ROLE`, separated by commas: the role here that each group gives; a group may stand more than once, and who is in none is not let in", setStaffRoles},
		{"staff-oidc-acr", "", "`acr` value that the staff's provider must vouch for, such as phr; any if not set", text(func(s *settings) *string { return &s.StaffACR })},
		{"staff-oidc-max-age", "0", "`minutes`, up to 1440, since a member of staff signed in at the provider, after which it must ask them again; 0 for any time", setMinutes(0, 1440, func(s *settings) *time.Duration { return &s.StaffMaxAge })},
		{"staff-session", "480", "`minutes`, 5 to 480, after which a member of staff signs in again, whatever they do", setMinutes(5, 480, func(s *settings) *time.Duration { return &s.StaffSession })},
		{"staff-idle", "30", "`minutes`, 5 to 480, without a request after which a member of staff signs in again", setMinutes(5, 480, func(s *settings) *time.Duration { return &s.StaffIdle })},
	}
}

func setMinutes(least, most int, field func(*settings) *time.Duration) func(*settings, string) error {
	return func(s *settings, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return fmt.Errorf("%q is not a whole number of minutes from %d to %d", v, least, most)
		}
		*field(s) = time.Duration(n) * time.Minute
		return nil
	}
}

func setStaffRoles(s *settings, v string) error {
	s.StaffRoles = nil
	for _, pair := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' }) {
		group, role, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || group == "" || !slices.Contains(auth.Roles(), role) {
			return fmt.Errorf("%q is not GROUP=ROLE with a role of %s", strings.TrimSpace(pair), strings.Join(auth.Roles(), ", "))
		}
		if s.StaffRoles == nil {
			s.StaffRoles = map[string][]string{}
		}
		s.StaffRoles[group] = append(s.StaffRoles[group], role)
	}
	return nil
}

// validate says what is missing or unsafe.
func (s *staffSettings) validate(bad func(name, format string, args ...any)) {
	if s.StaffIssuer == "" {
		if s.StaffClientID != "" || s.StaffClientSecret != "" || s.StaffRoles != nil {
			bad("staff-oidc-issuer", "is missing; set it to the provider's URL, or take the other staff-oidc settings away")
		}
		return
	}
	validateProvider(bad, "staff-oidc", "/staff/sign-in/company/callback", s.StaffIssuer, s.StaffClientID, s.StaffClientSecret)
	if s.StaffRolesClaim == "" {
		bad("staff-oidc-roles-claim", "is empty; write groups, or the name of the claim that lists groups or roles")
	}
	if len(s.StaffRoles) == 0 {
		bad("staff-oidc-roles", "is missing; say which role each group gives, as in privacy-admins=admin, or nobody is let in")
	}
}
