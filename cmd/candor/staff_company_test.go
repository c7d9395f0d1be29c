package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/signin"
	"candor/models/staff"
	"candor/models/staffact"
)

// comes signs somebody in for whom the company's provider vouches, in those roles.
func (s *site) comes(roles ...string) (*visitor, error) {
	secret, _, err := s.program.staff.EnterFrom(s.t.Context(), signin.StaffClaims{
		Issuer: "https://login.example.com", Subject: "s1", Name: "Nadia Feld", Email: "nadia@example.test", Roles: roles,
	})
	return &visitor{site: s, cookie: "candor_session=" + secret}, err
}

// What the provider says at a later sign-in counts from then on, in every session: a group that is gone takes its role along,
// and whom no group lets in any more is not let in.
func TestRolesFollowTheProvider(t *testing.T) {
	s := newSite(t)
	first, err := s.comes(auth.RoleAuditor, auth.RoleAdmin)
	check(t, err)
	expect(t, "an admin's page", first.status(http.MethodGet, "/staff/clients", nil), http.StatusOK)
	second, err := s.comes(auth.RoleAuditor)
	check(t, err)
	for _, v := range []*visitor{first, second} {
		expect(t, "an admin's page without the group", v.status(http.MethodGet, "/staff/clients", nil), http.StatusForbidden)
		expect(t, "an auditor's page", v.status(http.MethodGet, "/staff/evidence", nil), http.StatusOK)
	}
	if _, err := s.comes(); !errors.Is(err, staff.ErrNoRole) {
		t.Errorf("without a group: %v", err)
	}
	id := s.program.staff.AccountID("https://login.example.com", "s1")
	if kinds := s.said(id); !slices.Contains(kinds, ledger.StaffChanged) {
		t.Errorf("the log says %q", kinds)
	}
	if err := s.program.staff.SetRoles(t.Context(), staffact.CommandLine, id, []string{auth.RoleAdmin}); !errors.Is(err, staff.ErrRolesElsewhere) {
		t.Errorf("giving roles here: %v", err)
	}
}

// Whoever was taken off the staff stays off it, whatever the provider says, until an administrator lets them back; then
// their roles are the provider's. The log has each step, and who adds members anew has passkeys of now.
func TestAnAdministratorLetsSomebodyBack(t *testing.T) {
	s := newSite(t)
	first, err := s.comes(auth.RoleAdmin)
	check(t, err)
	id := s.program.staff.AccountID("https://login.example.com", "s1")
	page := "/staff/people/" + id
	admin, auditor := s.signIn("staff", auth.RoleAdmin), s.signIn("staff", auth.RoleAuditor)
	post := func(v *visitor, path string) int {
		return v.status(http.MethodPost, path, url.Values{"csrf": {v.field("/staff/account", csrfField)}})
	}
	expect(t, "ending", post(admin, page+"/end"), http.StatusSeeOther)
	expect(t, "their session", first.status(http.MethodGet, "/staff", nil), http.StatusUnauthorized)
	if _, err := s.comes(auth.RoleAdmin); !errors.Is(err, staff.ErrEnded) {
		t.Errorf("signing in after the end: %v", err)
	}
	_, shown := admin.do(http.MethodGet, page, nil)
	pageShows(t, "the page", shown, page+"/reopen")
	_, shown = auditor.do(http.MethodGet, page, nil)
	pageShows(t, "an auditor's page", shown, "not", page+"/reopen")
	expect(t, "an auditor reopening", post(auditor, page+"/reopen"), http.StatusForbidden)
	for range 2 { // a double click
		expect(t, "reopening", post(admin, page+"/reopen"), http.StatusSeeOther)
	}
	expect(t, "their old session", first.status(http.MethodGet, "/staff", nil), http.StatusUnauthorized)
	back, err := s.comes(auth.RoleAuditor)
	check(t, err)
	expect(t, "an auditor's page", back.status(http.MethodGet, "/staff/evidence", nil), http.StatusOK)
	expect(t, "an admin's page", back.status(http.MethodGet, "/staff/clients", nil), http.StatusForbidden)
	added := 0
	for _, kind := range s.said(id) {
		if kind == ledger.StaffAdded {
			added++
		}
	}
	if added != 2 {
		t.Errorf("the log says %d times that they were put on the staff", added)
	}

	local, _ := s.join("Marc Roy", auth.RoleAuditor)
	check(t, s.program.staff.End(t.Context(), staffact.CommandLine, local.ID))
	expect(t, "reopening who has passkeys", post(admin, "/staff/people/"+local.ID+"/reopen"), http.StatusGone)
}

// The customers' door leads the staff to theirs where there is a way in for them, and only there.
func TestTheDoorLeadsStaffToTheirs(t *testing.T) {
	for base, there := range map[string]bool{"http://localhost": true, "http://192.0.2.7": false} {
		s := newSiteAt(t, base)
		if _, page := s.anonymous().do(http.MethodGet, "/", nil); strings.Contains(page, `href="/staff/sign-in"`) != there {
			t.Errorf("at %s the link to the staff's door is there: %t", base, !there)
		}
	}
}

// newSiteAt is a program at an address of its own: at a bare one there are no passkeys, and it names no provider.
func newSiteAt(t *testing.T, base string) *site {
	t.Helper()
	s := settings{BaseURL: base, Origin: "privacy.example.com/log", Store: "sqlite:" + filepath.Join(t.TempDir(), "candor.db"), PerSecond: 1000}
	s.complete()
	p, err := open(t.Context(), s, os.DirFS("operators/utility"), slog.New(slog.DiscardHandler))
	check(t, err)
	t.Cleanup(func() { check(t, p.close()) })
	app, err := p.site(nil)
	check(t, err)
	return &site{t, p, app}
}
