package api

import (
	"context"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/bearer"
	"candor/handlers/body"
	"candor/handlers/problem"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/editorial"
	"candor/models/idempotency"
	"candor/models/notice"
	"candor/models/request"
	"candor/models/store"
)

// Billing keeps what is held; *billing.Service is one.
type Billing interface {
	PutCustomer(ctx context.Context, p billing.Profile) error
	Customer(ctx context.Context, ref string) (billing.Profile, error)
	PageCustomers(ctx context.Context, after string, limit int) ([]billing.Profile, error)
	DeleteCustomer(ctx context.Context, ref string) error
	Record(ctx context.Context, customer, category, id string) (models.Record, error)
	PutRecord(ctx context.Context, r models.Record) error
	DeleteRecords(ctx context.Context, customer, category, id string) error
	PutDocument(ctx context.Context, d models.Document) error
	Import(ctx context.Context, r io.Reader, o billing.ImportOptions) (billing.ImportReport, error)
}

// Consents says where a customer stands, and takes in what they chose elsewhere; *consent.Service does.
type Consents interface {
	Purposes(ctx context.Context, customer, language string) ([]consent.PurposeState, error)
	Tell(ctx context.Context, t consent.Told) (consent.Outcome, error)
	OptOut(ctx context.Context, g consent.Signal) ([]consent.SignalOutcome, error)
}

// Notices are the published texts; *notice.Service has them.
type Notices interface {
	Keys() []string
	Current(key string) (notice.Notice, error)
	Version(key string, version int) (notice.Notice, error)
	State(n notice.Notice) string
}

// Drafts are the versions that are being written; *editorial.Service has them.
type Drafts interface {
	Open(ctx context.Context, kind, key string) (editorial.Edition, error)
	Check(kind string, changes map[string]string) error
	Start(ctx context.Context, by editorial.By, kind, key string) (editorial.Edition, error)
	Save(ctx context.Context, by editorial.By, ref editorial.Ref, base int, changes map[string]string) (editorial.Saved, error)
	Document(ctx context.Context, ref editorial.Ref) (editorial.Document, error)
	Problems(ctx context.Context, ref editorial.Ref) ([]editorial.Problem, error)
}

// Requests takes what customers ask about their data, and hands out tasks; *request.Service does.
type Requests interface {
	Ask(ctx context.Context, q request.Question) (r request.Request, fresh bool, err error)
	Request(ctx context.Context, id string) (request.Request, error)
	Page(ctx context.Context, q store.RequestQuery) ([]request.Request, error)
	Rule(r request.Request) (rule request.Rule, confirmBy time.Time)
	PageTasks(ctx context.Context, client, state string, after uint64, limit int) ([]request.Task, error)
	Task(ctx context.Context, client, id string) (request.Task, error)
	Confirm(ctx context.Context, client, id string, said request.Said) (request.Task, error)
}

// Deps is what the handlers work with.
type Deps struct {
	Auth     *auth.Service
	Billing  Billing
	Consents Consents
	Notices  Notices
	Drafts   Drafts
	Feed     Feed
	Requests Requests
	Webhooks Webhooks
	Problems *problem.Writer
	// Named keeps what Idempotency-Key promises.
	Named *idempotency.Service
	// BaseURL is where people and programs reach this site, without a trailing slash.
	BaseURL string
}

type handler struct {
	Deps

	waiting places // of those who wait for changes
}

// maxWaiting is how many may wait for changes at once, on this server.
const maxWaiting = 2000

// The longest bodies that are read, in bytes.
const (
	maxForm = 16 << 10
	maxJSON = 1 << 20
)

// route is one row of the table of what is served.
type route struct {
	method, path string
	// scope is what a token must grant; empty where no token is needed.
	scope string
	// limit caps the body in bytes; negative for one that is streamed.
	limit int
	// action is nil for what another package serves, which asks DecisionScope what it needs.
	action fiber.Handler
}

// decisions is the row of the table for all that handlers/authzen serves to clients.
const decisions = "/access/v1/*"

// routes is the whole table: what programs are served, and which scope each operation needs.
func (h *handler) routes() []route {
	const (
		open      = ""
		customers = auth.ScopeCustomers
		records   = auth.ScopeRecords
		sessions  = auth.ScopeSessions
		consents  = auth.ScopeConsentsRead
		choices   = auth.ScopeConsentsWrite
		notices   = auth.ScopeNoticesRead
		drafts    = auth.ScopeNoticesWrite
		tasks     = auth.ScopeTasks
		webhooks  = auth.ScopeWebhooks
		document  = models.MaxDocument
		streamed  = -1
	)
	return []route{
		{"POST", "/oauth/token", open, streamed, h.token}, // reads its body itself: its errors are not problem documents
		{"GET", "/oauth/jwks", open, 0, h.jwks},
		{"GET", "/.well-known/oauth-authorization-server", open, 0, h.metadata},
		{"GET", "/api/openapi.yaml", open, 0, h.openAPI},

		{"GET", "/api/v1/customers", customers, 0, h.listCustomers},
		{"GET", "/api/v1/customers/:ref", customers, 0, h.customer},
		{"PUT", "/api/v1/customers/:ref", customers, maxJSON, h.putCustomer},
		{"DELETE", "/api/v1/customers/:ref", customers, 0, h.deleteCustomer},
		{"GET", "/api/v1/customers/:ref/consents", consents, 0, h.consents},
		{"PUT", "/api/v1/customers/:ref/consents/:purpose", choices, maxForm, h.putConsent},
		{"POST", "/api/v1/customers/:ref/gpc", choices, maxForm, h.optOut},
		{"GET", "/api/v1/customers/:ref/records/:category/:id", records, 0, h.record},
		{"PUT", "/api/v1/customers/:ref/records/:category/:id", records, maxJSON, h.putRecord},
		{"DELETE", "/api/v1/customers/:ref/records/:category/:id", records, 0, h.deleteRecord},
		{"PUT", "/api/v1/customers/:ref/records/:category/:id/documents/:name", records, document, h.putDocument},
		{"POST", "/api/v1/records\\:import", records, streamed, h.importRecords},
		{"POST", "/api/v1/portal-sessions", sessions, maxJSON, h.createPortalSession},
		{"GET", "/api/v1/changes", consents, 0, h.changes},
		{"GET", "/api/v1/portal-sessions/:id", sessions, 0, h.portalSession},
		{"DELETE", "/api/v1/portal-sessions/:id", sessions, 0, h.deletePortalSession},
		{"POST", "/api/v1/requests", tasks, maxJSON, h.openDataRequest},
		{"GET", "/api/v1/requests", tasks, 0, h.listDataRequests},
		{"GET", "/api/v1/requests/:id", tasks, 0, h.dataRequest},
		{"GET", "/api/v1/tasks", tasks, 0, h.listTasks},
		{"GET", "/api/v1/tasks/:id", tasks, 0, h.task},
		{"POST", "/api/v1/tasks/:id/confirm", tasks, maxJSON, h.confirmTask},
		{"GET", "/api/v1/notices", notices, 0, h.listNotices},
		{"GET", "/api/v1/notices/:key", notices, 0, h.notice},
		{"GET", "/api/v1/notices/:key/versions/:version", notices, 0, h.noticeVersion},
		{"GET", "/api/v1/notices/:key/draft", drafts, 0, h.noticeDraft},
		{"PUT", "/api/v1/notices/:key/draft", drafts, maxJSON, h.putNoticeDraft},

		{"GET", "/api/v1/webhooks", webhooks, 0, h.listWebhooks},
		{"POST", "/api/v1/webhooks", webhooks, maxJSON, h.createWebhook},
		{"GET", "/api/v1/webhooks/:id", webhooks, 0, h.webhook},
		{"PUT", "/api/v1/webhooks/:id", webhooks, maxJSON, h.putWebhook},
		{"DELETE", "/api/v1/webhooks/:id", webhooks, 0, h.deleteWebhook},
		{"POST", "/api/v1/webhooks/:id/rotate-secret", webhooks, maxJSON, h.rotateWebhookSecret},
		{"POST", "/api/v1/webhooks/:id/replay", webhooks, maxJSON, h.replayWebhook},
		{"POST", "/api/v1/webhooks/:id/test", webhooks, 0, h.testWebhook},
		{"GET", "/api/v1/webhooks/:id/deliveries", webhooks, 0, h.listDeliveries},
		{"POST", "/api/v1/webhooks/:id/deliveries/:log_index/replay", webhooks, 0, h.redeliver},

		{"POST", decisions, consents, streamed, nil}, // handlers/authzen: its errors are not problem documents
	}
}

// Operation is something that programs may ask for.
type Operation struct {
	// Method and Path are as they are mounted: ":name" stands for a part of the path, "*" at its end for the rest.
	Method, Path string
	// Scope is what a token must grant; empty where no token is needed.
	Scope string
}

// Operations is the table of who may call what, those of handlers/authzen included.
func Operations() []Operation {
	var all []Operation
	for _, r := range new(handler).routes() {
		all = append(all, Operation{r.method, r.path, r.scope})
	}
	return all
}

// DecisionScope is what a token must grant to ask for decisions, by the table.
func DecisionScope() string {
	for _, o := range Operations() {
		if o.Path == decisions {
			return o.Scope
		}
	}
	return "" // which nobody holds
}

// Mount adds the routes. The application must have body.Guard before them, and body.Settings.
func Mount(r fiber.Router, d Deps) {
	h := &handler{Deps: d, waiting: make(places, maxWaiting)}
	var paths []string
	methods := map[string][]string{}
	for _, route := range h.routes() {
		if route.action == nil {
			continue
		}
		chain := h.chain(route)
		r.Add(route.method, route.path, chain...)
		if route.method == fiber.MethodGet {
			r.Head(route.path, chain...)
		}
		if methods[route.path] == nil {
			paths = append(paths, route.path)
		}
		methods[route.path] = append(methods[route.path], route.method)
	}
	for _, path := range paths {
		problem.OtherMethods(r, path, methods[path]...)
	}
}

// chain lets in, then reads, then acts: nobody makes the server read what they may not send.
func (h *handler) chain(r route) []fiber.Handler {
	var chain []fiber.Handler
	if r.scope != "" {
		chain = append(chain, h.authorize(r.scope))
	}
	if r.limit >= 0 {
		chain = append(chain, body.Limit(r.limit))
	}
	if r.named() {
		chain = append(chain, h.once)
	}
	return append(chain, r.action)
}

// clientKey is under which the id of the calling client is found.
type clientKey struct{}

func (h *handler) authorize(scope string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		grant, err := bearer.Authorize(c, h.Auth, scope)
		if err != nil {
			return err
		}
		c.Locals(clientKey{}, grant.Client)
		c.Set(fiber.HeaderCacheControl, "no-store")
		if err := checkIdempotencyKey(c); err != nil {
			return err
		}
		return c.Next()
	}
}
