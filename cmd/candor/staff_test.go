package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/staff"
	"candor/models/staffact"
)

// browser is a visitor who keeps cookies, and has a software authenticator.
type browser struct {
	*visitor
	jar map[string]string
}

func (s *site) browser() *browser { return &browser{s.anonymous(), map[string]string{}} }

func (b *browser) do(method, path string, body any) (*http.Response, string) {
	b.t.Helper()
	var all []string
	for name, value := range b.jar {
		all = append(all, name+"="+value)
	}
	b.cookie = strings.Join(all, ",")
	response, page := b.visitor.do(method, path, body)
	for _, c := range response.Cookies() {
		if c.Value == "" {
			delete(b.jar, c.Name)
		} else {
			b.jar[c.Name] = c.Value
		}
	}
	return response, page
}

func (b *browser) form(path string, more url.Values) (*http.Response, string) {
	b.t.Helper()
	_, page := b.do(http.MethodGet, "/staff/account", nil)
	m := csrfField.FindStringSubmatch(page)
	if m == nil {
		b.t.Fatal("nobody is signed in")
	}
	if more == nil {
		more = url.Values{}
	}
	more.Set("csrf", m[1])
	return b.do(http.MethodPost, path, more)
}

// authenticator holds one passkey (WebAuthn Level 3, section 6).
type authenticator struct {
	key      *ecdsa.PrivateKey
	id       []byte
	handle   string
	count    uint32
	flags    byte // of what it says of its user
	origin   string
	tampered func(challenge string) string
}

const userVerified = 0x01 | 0x04 // present, verified

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	id := make([]byte, 16)
	_, err = rand.Read(id)
	check(t, err)
	return &authenticator{key: key, id: id, flags: userVerified, origin: "http://localhost"}
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) clientData(kind, challenge string) []byte {
	if a.tampered != nil {
		challenge = a.tampered(challenge)
	}
	raw, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	return raw
}

// data is authenticator data (section 6.1); the key is in it when it is new (section 6.5.1).
func (a *authenticator) data(fresh bool) []byte {
	rp := sha256.Sum256([]byte("localhost"))
	flags := a.flags
	if fresh {
		flags |= 0x40
	}
	out := binary.BigEndian.AppendUint32(append(rp[:], flags), a.count)
	if !fresh {
		return out
	}
	out = append(out, make([]byte, 16)...)
	out = append(binary.BigEndian.AppendUint16(out, uint16(len(a.id))), a.id...)
	point, _ := a.key.PublicKey.Bytes()
	// CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
	out = append(out, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	out = append(append(out, point[1:33]...), 0x22, 0x58, 0x20)
	return append(out, point[33:]...)
}

// create answers options as navigator.credentials.create does.
func (a *authenticator) create(options string) string {
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			User      struct {
				ID string `json:"id"`
			} `json:"user"`
		} `json:"publicKey"`
	}
	_ = json.Unmarshal([]byte(options), &o)
	a.handle = o.PublicKey.User.ID
	data := a.data(true)
	attestation := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)))
	raw, _ := json.Marshal(map[string]any{
		"id": base64url(a.id), "rawId": base64url(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": base64url(a.clientData("webauthn.create", o.PublicKey.Challenge)), "attestationObject": base64url(append(attestation, data...)),
		},
	})
	return string(raw)
}

// get answers options as navigator.credentials.get does.
func (a *authenticator) get(t *testing.T, options string) string {
	t.Helper()
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	check(t, json.Unmarshal([]byte(options), &o))
	a.count++
	data, client := a.data(false), a.clientData("webauthn.get", o.PublicKey.Challenge)
	sum := sha256.Sum256(client)
	signed := sha256.Sum256(append(slices.Clone(data), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, signed[:])
	check(t, err)
	raw, err := json.Marshal(map[string]any{
		"id": base64url(a.id), "rawId": base64url(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": base64url(client), "authenticatorData": base64url(data), "signature": base64url(signature), "userHandle": a.handle,
		},
	})
	check(t, err)
	return string(raw)
}

// join puts somebody on the staff and gives the path of their link.
func (s *site) join(name string, roles ...string) (staff.Member, string) {
	s.t.Helper()
	m, err := s.program.staff.Add(s.t.Context(), staffact.CommandLine, staff.Joining{Name: name, Email: "x@example.test", Origin: staff.OriginLocal, Roles: roles})
	check(s.t, err)
	link, _, err := s.program.staff.NewLink(s.t.Context(), staffact.CommandLine, m.ID, false)
	check(s.t, err)
	return m, "/staff/enrol/" + link
}

// enrol makes a passkey by a link.
func (b *browser) enrol(path string, a *authenticator) *http.Response {
	b.t.Helper()
	_, options := b.do(http.MethodPost, path+"/options", url.Values{})
	response, _ := b.do(http.MethodPost, path, url.Values{"name": {"Laptop"}, "credential": {a.create(options)}})
	return response
}

func (b *browser) passkey(a *authenticator) *http.Response {
	b.t.Helper()
	_, options := b.do(http.MethodPost, "/staff/sign-in/passkey/options", url.Values{})
	response, _ := b.do(http.MethodPost, "/staff/sign-in/passkey", url.Values{"credential": {a.get(b.t, options)}})
	return response
}

func (b *browser) status(path string) int {
	b.t.Helper()
	response, _ := b.do(http.MethodGet, path, nil)
	return response.StatusCode
}

func expect(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}

// A member makes a passkey by a link that works once and that looking uses not up, and signs in with it.
func TestStaffSignInByPasskey(t *testing.T) {
	s := newSite(t)
	m, link := s.join("Nadia Feld", auth.RoleAdmin, auth.RoleLegalEditor)
	b, a := s.browser(), newAuthenticator(t)
	for range 2 {
		expect(t, "the link's page", b.status(link), http.StatusOK)
	}
	expect(t, "enrolment", b.enrol(link, a).StatusCode, http.StatusSeeOther)
	expect(t, "the staff's page", b.status("/staff"), http.StatusOK)
	expect(t, "an admin's page", b.status("/staff/people"), http.StatusOK)
	expect(t, "the link used again", s.browser().enrol(link, newAuthenticator(t)).StatusCode, http.StatusGone)
	expect(t, "the used link's page", s.browser().status(link), http.StatusGone)

	other := s.browser()
	expect(t, "sign-in", other.passkey(a).StatusCode, http.StatusSeeOther)
	expect(t, "the staff's page", other.status("/staff"), http.StatusOK)

	// Roles are read at each request.
	check(t, s.program.staff.SetRoles(t.Context(), staffact.CommandLine, s.admin(), []string{auth.RoleAdmin}))
	check(t, s.program.staff.SetRoles(t.Context(), staffact.CommandLine, m.ID, []string{auth.RoleLegalEditor}))
	expect(t, "an admin's page without the role", other.status("/staff/people"), http.StatusForbidden)
	check(t, s.program.staff.End(t.Context(), staffact.CommandLine, m.ID))
	expect(t, "the staff's page of somebody who left", other.status("/staff"), http.StatusUnauthorized)
	expect(t, "sign-in of somebody who left", s.browser().passkey(a).StatusCode, http.StatusGone)

	kinds := s.said(m.ID)
	for _, kind := range []string{ledger.StaffAdded, ledger.StaffSignedIn, ledger.StaffChanged, ledger.StaffRemoved} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the log does not say %s", kind)
		}
	}
}

// admin is the ID of an administrator.
func (s *site) admin() string {
	s.t.Helper()
	id, err := s.program.demoStaff(s.t.Context(), auth.RoleAdmin)
	check(s.t, err)
	return id
}

// said are the kinds of the log's entries by or about a member.
func (s *site) said(member string) (kinds []string) {
	s.t.Helper()
	for seq := range s.program.log.Head().Size {
		r, err := s.program.log.Entry(s.t.Context(), seq)
		check(s.t, err)
		if r.Detail.Actor.ID == member || r.Detail.About != nil && r.Detail.About.Key == member {
			kinds = append(kinds, r.Detail.Kind)
		}
	}
	return kinds
}

func TestPasskeysThatLetNobodyIn(t *testing.T) {
	s := newSite(t)
	_, link := s.join("Nadia Feld", auth.RoleAuditor)
	a := newAuthenticator(t)
	expect(t, "enrolment", s.browser().enrol(link, a).StatusCode, http.StatusSeeOther)
	for what, change := range map[string]func(a *authenticator){
		"another site":       func(a *authenticator) { a.origin = "https://elsewhere.example" },
		"another challenge":  func(a *authenticator) { a.tampered = func(string) string { return base64url(make([]byte, 32)) } },
		"nobody verified":    func(a *authenticator) { a.flags = 0x01 },
		"an unknown passkey": func(a *authenticator) { a.id = []byte("0123456789abcdef") },
		"another's key":      func(a *authenticator) { a.key = newAuthenticator(t).key },
		"another's handle":   func(a *authenticator) { a.handle = base64url([]byte("somebody")) },
	} {
		bad := *a
		change(&bad)
		b := s.browser()
		expect(t, what, b.passkey(&bad).StatusCode, http.StatusUnprocessableEntity)
		expect(t, what+": the staff's page", b.status("/staff"), http.StatusUnauthorized)
	}
	b := s.browser() // an answer is good once, and in the browser that was asked
	_, options := b.do(http.MethodPost, "/staff/sign-in/passkey/options", url.Values{})
	answer := url.Values{"credential": {a.get(t, options)}}
	response, _ := s.browser().do(http.MethodPost, "/staff/sign-in/passkey", answer)
	expect(t, "in another browser", response.StatusCode, http.StatusGone)
	pending := b.jar["candor_sign_in"]
	response, _ = b.do(http.MethodPost, "/staff/sign-in/passkey", answer)
	expect(t, "the answer", response.StatusCode, http.StatusSeeOther)
	b.jar["candor_sign_in"] = pending
	response, _ = b.do(http.MethodPost, "/staff/sign-in/passkey", answer)
	expect(t, "the answer again", response.StatusCode, http.StatusGone)
}

// A counter that goes back tells of a copy: the passkey is good no more, in nobody's hands.
func TestACopiedPasskeyLetsNobodyIn(t *testing.T) {
	s := newSite(t)
	_, link := s.join("Nadia Feld", auth.RoleAuditor)
	a := newAuthenticator(t)
	s.browser().enrol(link, a)
	copied := *a
	for range 3 {
		expect(t, "the passkey", s.browser().passkey(a).StatusCode, http.StatusSeeOther)
	}
	expect(t, "its copy", s.browser().passkey(&copied).StatusCode, http.StatusForbidden)
	expect(t, "the passkey after that", s.browser().passkey(a).StatusCode, http.StatusForbidden)
}

// Sessions are listed, ended one by one, and over when their member signs out.
func TestStaffSessions(t *testing.T) {
	s := newSite(t)
	_, link := s.join("Nadia Feld", auth.RoleAuditor)
	one, two, a := s.browser(), s.browser(), newAuthenticator(t)
	one.enrol(link, a)
	two.passkey(a)
	_, page := one.do(http.MethodGet, "/staff/account", nil)
	end := regexp.MustCompile(`/staff/account/sessions/[^/"]+/end`).FindString(page)
	response, _ := one.form(end, nil)
	expect(t, "ending the other", response.StatusCode, http.StatusSeeOther)
	expect(t, "the ended one", two.status("/staff"), http.StatusUnauthorized)
	expect(t, "this one", one.status("/staff"), http.StatusOK)

	response, _ = one.form("/sign-out", nil)
	expect(t, "signing out", response.StatusCode, http.StatusSeeOther)
	expect(t, "afterwards", one.status("/staff"), http.StatusUnauthorized)
}

// Nobody changes their own roles, nobody ends themselves, and the last admin stays.
func TestWhoKeepsTheStaff(t *testing.T) {
	s := newSite(t)
	v := s.signIn("staff", auth.RoleAdmin)
	id := s.admin()
	form := func(more url.Values) url.Values {
		if more == nil {
			more = url.Values{}
		}
		more.Set("csrf", v.field("/staff/people", csrfField))
		return more
	}
	for _, action := range []string{"/end", "/roles", "/link"} {
		status := v.status(http.MethodPost, "/staff/people/"+id+action, form(url.Values{"role": {auth.RoleAuditor}}))
		expect(t, "one's own "+action, status, http.StatusConflict)
	}
	if err := s.program.staff.End(t.Context(), staffact.CommandLine, id); err == nil {
		t.Error("the last admin was ended")
	}
	response, page := v.do(http.MethodPost, "/staff/people", form(url.Values{"name": {"Nadia Feld"}, "email": {"nadia@example.test"}, "role": {auth.RoleAuditor, auth.RoleLegalEditor}}))
	expect(t, "adding", response.StatusCode, http.StatusCreated)
	link := regexp.MustCompile(`http://localhost(/staff/enrol/[A-Za-z0-9_-]{43})<`).FindStringSubmatch(page)
	if link == nil {
		t.Fatal("no link is shown")
	}
	b, a := s.browser(), newAuthenticator(t)
	expect(t, "enrolment", b.enrol(link[1], a).StatusCode, http.StatusSeeOther)
	expect(t, "an auditor's page", b.status("/staff/people"), http.StatusOK)
	expect(t, "an admin's page", b.status("/staff/clients"), http.StatusForbidden)
	for what, bad := range map[string]url.Values{
		"no name":      {"email": {"a@example.test"}, "role": {auth.RoleAuditor}},
		"no address":   {"name": {"A"}, "email": {"a"}, "role": {auth.RoleAuditor}},
		"no role":      {"name": {"A"}, "email": {"a@example.test"}},
		"unknown role": {"name": {"A"}, "email": {"a@example.test"}, "role": {"boss"}},
	} {
		expect(t, what, v.status(http.MethodPost, "/staff/people", form(bad)), http.StatusUnprocessableEntity)
	}
	expect(t, "the last passkey", b.removeFirst(), http.StatusConflict)
}

// A member names a passkey anew, their own and no other's; the log says that they did.
func TestAPasskeyIsNamedAnew(t *testing.T) {
	s := newSite(t)
	m, link := s.join("Nadia Feld", auth.RoleAuditor)
	other, theirLink := s.join("Marc Roy", auth.RoleAuditor)
	b, a := s.browser(), newAuthenticator(t)
	b.enrol(link, a)
	s.browser().enrol(theirLink, newAuthenticator(t))
	first := func(member string) staff.Passkey {
		list, err := s.program.staff.PasskeysOf(t.Context(), member)
		check(t, err)
		return list[0]
	}
	rename := func(id, name string) int {
		response, _ := b.form("/staff/account/passkeys/"+id+"/name", url.Values{"name": {name}})
		return response.StatusCode
	}
	before := len(s.said(m.ID))
	expect(t, "another name", rename(first(m.ID).ID, " Key on my ring "), http.StatusSeeOther)
	expect(t, "the same name", rename(first(m.ID).ID, "Key on my ring"), http.StatusSeeOther)
	if got := first(m.ID).Name; got != "Key on my ring" || len(s.said(m.ID)) != before+1 {
		t.Errorf("it is called %q, and the log has %d entries of it", got, len(s.said(m.ID))-before)
	}
	expect(t, "no name", rename(first(m.ID).ID, " "), http.StatusUnprocessableEntity)
	expect(t, "another's passkey", rename(first(other.ID).ID, "Mine"), http.StatusNotFound)
	expect(t, "signing in with it", s.browser().passkey(a).StatusCode, http.StatusSeeOther)
}

// removeFirst removes a passkey although the page offers it not.
func (b *browser) removeFirst() int {
	b.t.Helper()
	all, err := b.program.data.Members(b.t.Context())
	check(b.t, err)
	for _, m := range all {
		list, err := b.program.data.PasskeysOf(b.t.Context(), m.ID)
		check(b.t, err)
		if len(list) > 0 {
			response, _ := b.form("/staff/account/passkeys/"+list[0].ID+"/remove", nil)
			return response.StatusCode
		}
	}
	return 0
}
