package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/api"
	"candor/handlers/authzen"
	"candor/handlers/body"
	"candor/handlers/connectors"
	"candor/handlers/problem"
	"candor/models/auth"
)

// audience is who may ask for a page.
type audience struct {
	kind kind
	// needs is what the role of a member of staff must permit; any role will do if it is empty.
	needs auth.Permission
}

type kind uint8

// The kinds of audience. There is no default: a row without one lets nobody in.
const (
	nobody kind = iota
	open
	signedInCustomers
	signedInStaff
)

var (
	anyone     = audience{kind: open}
	customers  = audience{kind: signedInCustomers}
	everyStaff = audience{kind: signedInStaff}
)

// staffWho are those whose role has a permission.
func staffWho(needs auth.Permission) audience { return audience{signedInStaff, needs} }

// origin says how a page's request must prove where it comes from.
type origin uint8

const (
	anywhere origin = iota // reading
	sameSite               // a form of a visitor who has no session yet
	ownForm                // a form of a page of this very session
)

// page is a row of the table of pages.
type page struct {
	method, path string
	who          audience
	from         origin
	action       fiber.Handler
}

// limit is how many bytes a form of the page may have.
func (p page) limit() int {
	if strings.HasPrefix(p.path, "/staff/notices/") {
		return maxText
	}
	return maxForm
}

// pages is every page there is, who may ask for it, and what the request must carry.
func (s *site) pages() []page { return slices.Concat(s.doors(), s.customerPages(), s.staffPages()) }

// doors are the ways in and out.
func (s *site) doors() []page {
	const get, post = http.MethodGet, http.MethodPost
	w := s.Web
	table := []page{
		{get, "/sessions/:token", anyone, anywhere, w.Link},
		{post, "/sessions/:token", anyone, sameSite, w.UseLink},
		{post, "/sessions/:token/fresh", anyone, sameSite, w.FreshLink},
		{post, "/sign-in/email", anyone, sameSite, w.AskCode},
		{get, "/sign-in/code", anyone, anywhere, w.Code},
		{post, "/sign-in/code", anyone, sameSite, w.EnterCode},
		{get, "/sign-in/people", anyone, anywhere, w.People},
		{post, "/sign-in/people", anyone, sameSite, w.EnterAs},
		{get, "/sign-in/company", anyone, anywhere, w.Company},
		{get, "/sign-in/company/callback", anyone, anywhere, w.CompanyCallback},
		{post, "/sign-out", anyone, ownForm, w.SignOut},
	}
	if w.Demo != nil {
		table = append(table, page{post, "/demo/sign-in", anyone, sameSite, w.DemoSignIn}, page{get, "/demo/mail", anyone, anywhere, w.DemoMail})
	}
	return table
}

// customerPages are what people see of themselves, and what everybody may read.
func (s *site) customerPages() []page {
	const get, post = http.MethodGet, http.MethodPost
	w := s.Web
	return []page{
		{get, "/", anyone, anywhere, w.Front},
		{get, "/data/:category", customers, anywhere, w.Category},
		{get, "/data/:category/:record/documents/:name", customers, anywhere, w.Document},
		{get, "/consents", customers, anywhere, w.Choices},
		{post, "/consents/:purpose", customers, ownForm, w.Choose},
		{get, "/history", customers, anywhere, w.History},
		{get, "/check", customers, anywhere, w.Check},
		{get, "/check.json", customers, anywhere, w.CheckJSON},
		{get, "/download", customers, anywhere, w.Download},
		{post, "/download", customers, ownForm, w.AskDownload},
		{get, "/download/:id", customers, anywhere, w.DownloadStatus},
		{get, "/download/:id/archive.zip", customers, anywhere, w.Archive},
		{get, "/requests", customers, anywhere, w.DataRequests},
		{post, "/requests", customers, ownForm, w.AskRequest},
		{get, "/requests/new/:kind", customers, anywhere, w.NewRequest},
		{get, "/requests/:id", customers, anywhere, w.DataRequest},
		{get, "/receipts/:seq", customers, anywhere, w.Receipt},
		{get, "/receipts/:seq/shown", customers, anywhere, w.ShownThen},
		{get, "/receipts/:seq/notice.txt", customers, anywhere, w.ShownNotice},
		{get, "/receipts/:seq/wording.txt", customers, anywhere, w.ShownWording},
		{get, "/notices/:key", anyone, anywhere, w.Notice},
		{get, "/notices/:key/versions/:version", anyone, anywhere, w.NoticeVersion},
		{get, "/account/sessions", customers, anywhere, w.SessionList},
		{post, "/account/sessions/end-others", customers, ownForm, w.EndOtherSessions},
		{post, "/account/sessions/:id/end", customers, ownForm, w.EndSession},
		{get, "/account/confirm", customers, anywhere, w.Confirm},
		{post, "/account/confirm", customers, ownForm, w.AskConfirmation},
		{get, "/account/confirm/company", customers, anywhere, w.ConfirmAtCompany},
		{get, "/assets/:name", anyone, anywhere, w.Asset},
	}
}

// routes adds everything that is served. What programs call is in two tables of its own.
func (s *site) routes(app *fiber.App) {
	log := s.Log
	for path, action := range map[string]fiber.Handler{
		"/log/checkpoint":           log.Checkpoint,
		"/log/tile/*":               log.Tile,
		"/log/vkey":                 log.VKey,
		"/log/vkeys":                log.AllVKeys,
		"/log/disclosures":          log.Disclosures,
		"/log/disclosures/:seq":     log.Disclosure,
		"/.well-known/jwks.json":    log.Keys,
		"/.well-known/security.txt": s.securityTXT,
		"/.well-known/gpc.json":     s.Web.GPC,
		"/healthz":                  s.alive,
		"/readyz":                   s.ready,
	} {
		app.Get(path, action)
		problem.OtherMethods(app, path, http.MethodGet)
	}
	api.Mount(app, s.API)         // handlers/api/mount.go
	authzen.Mount(app, s.AuthZEN) // handlers/authzen/mount.go
	connectors.Mount(app, s.Connectors)
	taken := map[string][]string{}
	for _, p := range s.pages() {
		app.Add(p.method, p.path, s.chain(p)...)
		if p.method == http.MethodGet { // RFC 9110, section 9.3.2
			app.Head(p.path, s.chain(p)...)
		}
		taken[p.path] = append(taken[p.path], p.method)
	}
	for path, methods := range taken { // no path of the table stands for another's, so any order will do
		problem.OtherMethods(app, path, methods...)
	}
	app.Use(s.Sessions.Visit, func(*fiber.Ctx) error { return fiber.ErrNotFound })
}

// chain puts before an action what its row asks for.
func (s *site) chain(p page) []fiber.Handler {
	chain := []fiber.Handler{body.Limit(p.limit()), s.Sessions.Visit}
	if p.from != anywhere {
		chain = append(chain, s.Sessions.SameOrigin)
	}
	switch p.who.kind {
	case open:
	case signedInCustomers:
		chain = append(chain, s.Sessions.Customer)
	case signedInStaff:
		chain = append(chain, s.Sessions.Staff(p.who.needs))
	case nobody:
		chain = append(chain, func(*fiber.Ctx) error { return fiber.ErrForbidden })
	}
	if p.from == ownForm {
		chain = append(chain, s.Sessions.Form)
	}
	return append(chain, s.Web.HeedSignal, p.action)
}
