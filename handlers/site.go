// Package handlers owns HTTP: which path leads to which action, who may ask for it, and what every
// answer carries. Actions are in the packages below, one file each; rules are in models.
package handlers

import (
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/helmet"
	"github.com/gofiber/fiber/v2/middleware/limiter"
	"github.com/gofiber/fiber/v2/middleware/recover"

	"candor/handlers/address"
	"candor/handlers/api"
	"candor/handlers/authzen"
	"candor/handlers/body"
	"candor/handlers/connectors"
	"candor/handlers/problem"
	"candor/handlers/publiclog"
	"candor/handlers/session"
	"candor/handlers/staff"
	"candor/handlers/telemetry"
	"candor/handlers/web"
	"candor/models"
)

// Limits of everything that comes in.
const (
	maxForm     = 64 << 10         // bytes of a page's form
	maxText     = 1 << 20          // bytes of a form in which a text is written
	maxHeader   = 16 << 10         // bytes of a request's head
	writeLimit  = 15 * time.Minute // a slow phone and a large archive; what breaks off is resumed
	idleLimit   = 2 * time.Minute
	concurrency = 16 << 10 // connections
)

// Config is what the site is made of.
type Config struct {
	Web      *web.Web
	Staff    *staff.Staff
	Sessions *session.Middleware
	Log      *publiclog.Log
	API      api.Deps
	AuthZEN  authzen.Deps
	// Connectors are the ways in of other billing systems.
	Connectors connectors.Deps
	Problems   *problem.Writer
	// Requests watches every request.
	Requests *telemetry.Requests
	// Ready says what keeps the site from serving, and what does not.
	Ready Checks
	// Logger is told when the site becomes ready, and when it no longer is.
	Logger *slog.Logger
	// PerSecond is how many requests one address may make a second.
	PerSecond int
	Address   address.Finder
	// BaseURL is where people reach the site; over https it is kept there (HSTS).
	BaseURL string
	// SecurityContact is the e-mail address or URL of security.txt (RFC 9116).
	SecurityContact string
	Clock           func() time.Time
}

type site struct {
	Config

	readiness readiness
}

// New makes the application. It serves nothing before Listener.
func New(cfg Config) *fiber.App {
	s := &site{Config: cfg}
	s.Web.Menu = s.menu // of the shell that all pages have in common
	app := fiber.New(body.Settings(fiber.Config{
		AppName: "Candor", ServerHeader: "", DisableStartupMessage: true, ErrorHandler: s.fail,
		ReadTimeout: body.Patience, WriteTimeout: writeLimit, IdleTimeout: idleLimit, ReadBufferSize: maxHeader,
		Concurrency: concurrency, Immutable: true,
		// An address with something missing at its end is none of ours: DELETE …/records/ must not be DELETE …
		StrictRouting: true, CaseSensitive: true,
	}))
	app.Use(
		cfg.Requests.Handle,
		body.Guard(),
		recover.New(),
		helmet.New(s.headers()),
		s.strictTransport,
		limiter.New(limiter.Config{
			Max: cfg.PerSecond, Expiration: time.Second,
			KeyGenerator: func(c *fiber.Ctx) string { return cfg.Address.Of(c).String() },
			LimitReached: func(*fiber.Ctx) error { return fiber.ErrTooManyRequests },
		}),
		compress.New(compress.Config{Next: alreadySmall}),
	)
	s.routes(app)
	return app
}

// headers are those of every answer. The policy lets a page load from this site alone and run no
// script but its modules, which never make markup out of text (Trusted Types).
func (s *site) headers() helmet.Config {
	return helmet.Config{
		ContentSecurityPolicy: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
			"require-trusted-types-for 'script'; trusted-types 'none'",
		ReferrerPolicy: "no-referrer", XFrameOptions: "DENY", PermissionPolicy: "camera=(), geolocation=(), microphone=()",
		CrossOriginEmbedderPolicy: "require-corp", CrossOriginOpenerPolicy: "same-origin", CrossOriginResourcePolicy: "same-origin",
	}
}

// strictTransport keeps browsers on https for a year (RFC 6797), where the site is reached by it. The
// TLS ends at a proxy, so it goes by the site's address and not by the connection.
func (s *site) strictTransport(c *fiber.Ctx) error {
	if strings.HasPrefix(s.BaseURL, "https://") {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
	return c.Next()
}

// alreadySmall keeps compression away from what is compressed, asked for thousands of times a second, or sent as it happens.
func alreadySmall(c *fiber.Ctx) bool {
	path := c.Path()
	return strings.HasSuffix(path, ".zip") || strings.HasPrefix(path, "/log/tile/") || strings.HasPrefix(path, "/access/") ||
		path == "/api/v1/changes" || path == "/api/v1/records:import"
}

// forPrograms are the paths whose errors are problem documents.
var forPrograms = []string{"/api/", "/oauth/", "/access/", "/connectors/", "/.well-known/", "/log/", "/healthz", "/readyz"}

// fail answers whatever failed: programs in a problem document, people with a page.
func (s *site) fail(c *fiber.Ctx, err error) error {
	if s.forProgram(c) {
		return s.Problems.Write(c, err)
	}
	e := problem.From(err)
	s.Problems.Log(c, e)
	problem.RetryAfter(c, e)
	if session.From(c) == nil { // it failed before anybody asked who it is
		s.Sessions.Anonymous(c)
	}
	if kept, failed := s.Staff.Kept(c, err); kept && failed == nil { // what was written is shown, and not lost
		return nil
	}
	if shown := s.failPage(c, err, e); shown != nil {
		return s.Problems.Write(c, shown)
	}
	return nil
}

// failPage is what people see: on pages of the staff for which somebody has to sign in first, the staff's door. The demo has
// one door for everybody.
func (s *site) failPage(c *fiber.Ctx, err error, e *models.Error) error {
	if e.Kind == models.Unauthenticated && strings.HasPrefix(c.Path(), "/staff") && !s.Staff.Invented {
		return s.Staff.Door(c, problem.Status(e))
	}
	return s.Web.Fail(c, err)
}

func (s *site) forProgram(c *fiber.Ctx) bool {
	for _, prefix := range forPrograms {
		if strings.HasPrefix(c.Path(), prefix) {
			return true
		}
	}
	return c.Accepts(fiber.MIMETextHTML, fiber.MIMEApplicationJSON, problem.MediaType) != fiber.MIMETextHTML
}

// alive is GET /healthz: the process answers.
func (s *site) alive(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"status": "alive"})
}

// securityTXT is GET /.well-known/security.txt (RFC 9116).
func (s *site) securityTXT(c *fiber.Ctx) error {
	if s.SecurityContact == "" {
		return fiber.ErrNotFound
	}
	contact := s.SecurityContact
	if !strings.Contains(contact, ":") {
		contact = "mailto:" + contact
	}
	expires := s.Clock().AddDate(0, 6, 0).UTC().Truncate(24 * time.Hour).Format(time.RFC3339)
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.SendString("Contact: " + contact + "\nExpires: " + expires +
		"\nCanonical: " + s.BaseURL + "/.well-known/security.txt\n")
}
