// Package session is the middleware that knows who is asking: which session a browser has, which
// language to speak, and whether a form came from one of this session's pages.
package session

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/i18n"
	"candor/models"
	"candor/models/auth"
	"candor/models/datamap"
	"candor/models/store"
	"candor/models/training"
)

// Visitor is who is asking.
type Visitor struct {
	// Session is the zero Session when nobody is signed in.
	Session store.Session
	// Secret is the cookie's, to bind tokens to.
	Secret string
	// Ended says that the browser had a session that is over.
	Ended bool
	Words *i18n.Localizer

	staff models.Staff // the zero Staff if the session is a customer's
	// Of a member of staff: where they stand on what they must know.
	training    []training.Standing
	trainingErr error
	withheld    bool
}

// Customer is the reference of the signed-in customer; empty if there is none.
func (v *Visitor) Customer() string { return v.Session.Customer }

// Config is what the middleware works with.
type Config struct {
	Auth *auth.Service
	// Map is pinned to each request, so that a page speaks of one data map.
	Map       *datamap.Holder
	Customers store.Customers
	// Members are those on the staff.
	Members   Members
	Catalogue *i18n.Catalogue
	// BaseURL is this site's; cookies are Secure, and forms from elsewhere refused, by it.
	BaseURL string
	// Training says where a member of staff stands on what they must know; nil where nothing is asked.
	Training func(ctx context.Context, member models.Staff) ([]training.Standing, error)
}

// Middleware finds the visitor and keeps them for From.
type Middleware struct {
	cfg     Config
	secure  bool
	cookie  string
	pending string // cookie of a sign-in that is under way
}

const (
	languageCookie = "candor_lang"
	localsKey      = "candor.visitor"
)

// New makes the middleware. Over TLS the session's cookie has the __Host- prefix; without, as on a
// developer's own machine, browsers would not take one.
func New(cfg Config) *Middleware {
	m := &Middleware{cfg: cfg, secure: strings.HasPrefix(cfg.BaseURL, "https://"), cookie: "candor_session", pending: "candor_sign_in"}
	if m.secure {
		m.cookie, m.pending = "__Host-"+m.cookie, "__Host-"+m.pending
	}
	return m
}

// Visit finds out who is asking. A store that is away is an error: nobody is signed out by it.
func (m *Middleware) Visit(c *fiber.Ctx) error {
	c.SetUserContext(m.cfg.Map.Pin(c.UserContext()))
	m.Anonymous(c)
	v, chosen := From(c), m.language(c)
	secret := strings.Clone(c.Cookies(m.cookie))
	if secret != "" {
		if err := m.recognise(c, v, secret); err != nil {
			return err
		}
	}
	m.learn(c)
	if v.Customer() != "" && chosen == "" {
		customer, err := m.cfg.Customers.Customer(c.UserContext(), v.Customer())
		if err != nil {
			return err
		}
		v.Words = m.words(c, "", customer.Locale)
	}
	return c.Next()
}

// recognise finds whose session a cookie's secret is.
func (m *Middleware) recognise(c *fiber.Ctx, v *Visitor, secret string) error {
	s, err := m.cfg.Auth.Session(c.UserContext(), secret)
	switch {
	case models.KindOf(err) == models.Unauthenticated:
		v.Ended = errors.Is(err, auth.ErrSessionEnded)
		m.clear(c)
		return nil
	case err != nil:
		return err
	}
	v.Session, v.Secret = s, secret
	if s.Staff != "" {
		return m.member(c, v)
	}
	_ = m.cfg.Auth.Seen(c.UserContext(), s) // a page does not fail because it was not noted when it was seen
	return nil
}

func (m *Middleware) words(c *fiber.Ctx, chosen, own string) *i18n.Localizer {
	return m.cfg.Catalogue.Match(c.Get(fiber.HeaderAcceptLanguage), chosen, own).In(m.cfg.Map.Current().Zone())
}

// Speak answers in a language and goes on in it, unless the visitor has chosen one.
func (m *Middleware) Speak(c *fiber.Ctx, tag string) {
	if tag == "" || m.language(c) != "" {
		return
	}
	v := From(c)
	v.Words = m.cfg.Catalogue.Match(c.Get(fiber.HeaderAcceptLanguage), tag).In(m.cfg.Map.Current().Zone())
	m.remember(c, v.Words.Tag())
}

func (m *Middleware) remember(c *fiber.Ctx, tag string) {
	c.Cookie(&fiber.Cookie{
		Name: languageCookie, Value: tag, Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: m.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// language is the one chosen with the parameter lang, which is remembered, or chosen earlier.
func (m *Middleware) language(c *fiber.Ctx) string {
	tag := strings.Clone(c.Query("lang"))
	if _, ok := m.cfg.Catalogue.Localizer(tag); ok {
		m.remember(c, tag)
		return tag
	}
	tag = strings.Clone(c.Cookies(languageCookie))
	if _, ok := m.cfg.Catalogue.Localizer(tag); !ok {
		return ""
	}
	return tag
}

// Anonymous makes the visitor of a request that failed before Visit: whoever it is, a page must speak
// their language.
func (m *Middleware) Anonymous(c *fiber.Ctx) {
	c.Locals(localsKey, &Visitor{Words: m.words(c, m.language(c), "")})
}

// From is the visitor of a request that went through Visit or Anonymous; nil of another.
func From(c *fiber.Ctx) *Visitor {
	v, _ := c.Locals(localsKey).(*Visitor)
	return v
}

// Start gives the browser a session's secret.
func (m *Middleware) Start(c *fiber.Ctx, secret string, expires time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: m.cookie, Value: secret, Path: "/", Expires: expires,
		Secure: m.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// Pend gives the browser its part of a sign-in that is under way. The cookie is sent along when the browser comes back
// from another site by a link, which is how the company's own sign-in sends it (SameSite=Lax).
func (m *Middleware) Pend(c *fiber.Ctx, secret string, expires time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: m.pending, Value: secret, Path: "/", Expires: expires,
		Secure: m.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// Pending is the browser's part of a sign-in that is under way; empty if there is none.
func (m *Middleware) Pending(c *fiber.Ctx) string { return strings.Clone(c.Cookies(m.pending)) }

// EndPending takes it back.
func (m *Middleware) EndPending(c *fiber.Ctx) { m.Pend(c, "", time.Unix(1, 0)) }

// End takes the session's secret back.
func (m *Middleware) End(c *fiber.Ctx) { m.clear(c) }

func (m *Middleware) clear(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{
		Name: m.cookie, Value: "", Path: "/", Expires: time.Unix(1, 0),
		Secure: m.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// SameOrigin refuses a form that another site's page sent (OWASP: verifying the origin by standard
// headers). A request that carries neither header comes from no browser's page. Where the browser says
// itself that the page was ours, "null" is an origin too: it stands for one that our referrer policy
// withholds (Fetch, "append a request Origin header").
func (m *Middleware) SameOrigin(c *fiber.Ctx) error {
	site, origin := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin)
	fromHere := origin == "" || m.own(c, origin)
	switch site {
	case "same-origin", "none":
		fromHere = fromHere || origin == "null"
	case "":
	default:
		fromHere = false
	}
	if !fromHere {
		return auth.ErrCSRF
	}
	return c.Next()
}

// own compares with the address that the browser asked, and with the site's own.
func (m *Middleware) own(c *fiber.Ctx, origin string) bool {
	return origin == m.cfg.BaseURL || origin == c.BaseURL()
}

// Form refuses a form that does not carry the session's token.
func (m *Middleware) Form(c *fiber.Ctx) error {
	if err := m.cfg.Auth.CheckCSRF(From(c).Secret, c.FormValue("csrf")); err != nil {
		return err
	}
	return c.Next()
}

// Customer lets only a signed-in customer pass.
func (m *Middleware) Customer(c *fiber.Ctx) error { return m.admit(c, From(c).Customer() != "") }

// Staff lets only signed-in members of staff pass who have a permission; any of them if it is empty.
func (m *Middleware) Staff(needs auth.Permission) fiber.Handler {
	return func(c *fiber.Ctx) error {
		v := From(c)
		if v.withholds(needs) {
			return m.teach(c)
		}
		return m.admit(c, v.IsStaff() && (needs == "" || v.May(needs)))
	}
}

func (m *Middleware) admit(c *fiber.Ctx, ok bool) error {
	switch v := From(c); {
	case ok:
		return c.Next()
	case v.Ended:
		return auth.ErrSessionEnded
	case v.Session.Hash == "":
		return auth.ErrNotSignedIn
	default:
		return models.Fail(models.Forbidden, "not_allowed")
	}
}
