package api

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/store"
	"candor/models/webhook"
)

// Webhooks tells other systems by calling them; *webhook.Service does.
type Webhooks interface {
	Create(ctx context.Context, in webhook.Input) (e webhook.Endpoint, secret string, err error)
	Endpoint(ctx context.Context, id string) (webhook.Endpoint, error)
	Endpoints(ctx context.Context, after string, limit int) ([]webhook.Endpoint, error)
	Update(ctx context.Context, id string, in webhook.Input) (webhook.Endpoint, error)
	Delete(ctx context.Context, id string) error
	Rotate(ctx context.Context, id string, overlap time.Duration) (e webhook.Endpoint, secret string, err error)
	Replay(ctx context.Context, id string, after uint64) (webhook.Endpoint, error)
	Try(ctx context.Context, id string) (store.Delivery, error)
	Deliveries(ctx context.Context, id string, before uint64, limit int) ([]store.Delivery, error)
	Redeliver(ctx context.Context, id string, seq uint64) (store.Delivery, error)
}

type webhookJSON struct {
	ID          string   `json:"id"`
	URL         string   `json:"url"`
	Description string   `json:"description"`
	Kinds       []string `json:"kinds"`
	Purposes    []string `json:"purposes"`
	State       string   `json:"state"`
	Reason      string   `json:"reason,omitempty"`
	CreatedAt   string   `json:"created_at"`
	UpdatedAt   string   `json:"updated_at"`
	// Position is the entry up to which all is delivered, given up, or not for this endpoint.
	Position   uint64       `json:"position"`
	Waiting    *waitingJSON `json:"waiting,omitempty"`
	PublicKeys []string     `json:"public_keys"`
	Secret     string       `json:"secret,omitempty"`
}

type waitingJSON struct {
	Attempts int    `json:"attempts"`
	Since    string `json:"since"`
	NextAt   string `json:"next_attempt_at"`
}

func webhookOf(e webhook.Endpoint, secret string) webhookJSON {
	j := webhookJSON{
		ID: e.ID, URL: e.URL, Description: e.Description, Kinds: some(e.Kinds), Purposes: some(e.Purposes), State: e.State,
		Reason: e.Reason, CreatedAt: instant(e.CreatedAt), UpdatedAt: instant(e.UpdatedAt), Position: e.Progress.Cursor,
		PublicKeys: e.PublicKeys, Secret: secret,
	}
	if p := e.Progress; p.Attempts > 0 {
		j.Waiting = &waitingJSON{p.Attempts, instant(p.Since), instant(p.NextAt)}
	}
	return j
}

// some is a list that JSON shows as one when it is empty.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// createWebhook makes an endpoint, and shows its secret this once.
func (h *handler) createWebhook(c *fiber.Ctx) error {
	m, err := readObject(c)
	if err != nil {
		return err
	}
	in := m.webhook()
	in.After = m.position("after")
	if key := c.Get(headerIdempotencyKey); key != "" { // the answer may be lost in a crash, and the endpoint not
		client, _ := c.Locals(clientKey{}).(string)
		in.Named = []string{client, strings.Clone(key)}
	}
	if err := m.end(); err != nil {
		return err
	}
	e, secret, err := h.Webhooks.Create(c.UserContext(), in)
	if err != nil {
		return err
	}
	c.Location(h.BaseURL + "/api/v1/webhooks/" + e.ID)
	return c.Status(fiber.StatusCreated).JSON(webhookOf(e, secret))
}

// readObject reads a request's JSON object.
func readObject(c *fiber.Ctx) (*members, error) {
	if err := expect(c, mediaJSON); err != nil {
		return nil, err
	}
	return readMembers(c.Request().Body())
}

// webhook takes the members that say what an endpoint is.
func (m *members) webhook() webhook.Input {
	if string(m.raw["state"]) == `""` { // which is not the same as to say nothing
		m.fail(broken("bad_webhook_state", "state"))
	}
	return webhook.Input{
		URL: m.string("url"), Description: m.string("description"), Kinds: m.strings("kinds"), Purposes: m.strings("purposes"),
		State: m.string("state"),
	}
}

// strings takes a member that is a array of strings, or absent.
func (m *members) strings(name string) []string {
	raw, ok := m.take(name)
	if !ok {
		return nil
	}
	var values []*string // null is none
	if raw[0] != '[' || json.Unmarshal(raw, &values) != nil {
		m.fail(broken("wrong_type", name, "want", "array of strings"))
		return nil
	}
	var list []string
	for _, value := range values {
		if value == nil {
			m.fail(broken("wrong_type", name, "want", "array of strings"))
			return nil
		}
		list = append(list, *value)
	}
	return list
}

// position takes a member that names an entry of the log, or is absent.
func (m *members) position(name string) *uint64 {
	raw, ok := m.take(name)
	if !ok {
		return nil
	}
	n, err := strconv.ParseUint(string(raw), 10, 53)
	if err != nil {
		m.fail(models.Fail(models.Invalid, "bad_position").In(name))
		return nil
	}
	return &n
}

// listWebhooks gives a page of all endpoints, in order of their ids.
func (h *handler) listWebhooks(c *fiber.Ctx) error {
	after, limit, err := page(c)
	if err != nil {
		return err
	}
	endpoints, err := h.Webhooks.Endpoints(c.UserContext(), after, limit)
	if err != nil {
		return err
	}
	list := struct {
		Webhooks []webhookJSON `json:"webhooks"`
		Next     string        `json:"next_cursor,omitempty"`
	}{Webhooks: make([]webhookJSON, 0, len(endpoints))}
	for _, e := range endpoints {
		list.Webhooks = append(list.Webhooks, webhookOf(e, ""))
	}
	if n := len(endpoints); n == limit {
		list.Next = cursor(endpoints[n-1].ID)
	}
	return c.JSON(list)
}

// onWebhook does something with the endpoint that the path names, and answers with what it is then.
func onWebhook(c *fiber.Ctx, do func(ctx context.Context, id string) (e webhook.Endpoint, secret string, err error)) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	e, secret, err := do(c.UserContext(), path[0])
	if err != nil {
		return err
	}
	return c.JSON(webhookOf(e, secret))
}

// webhook gives one endpoint.
func (h *handler) webhook(c *fiber.Ctx) error {
	return onWebhook(c, func(ctx context.Context, id string) (webhook.Endpoint, string, error) {
		e, err := h.Webhooks.Endpoint(ctx, id)
		return e, "", err
	})
}

// putWebhook replaces what is said about an endpoint. Its secret and its position stay.
func (h *handler) putWebhook(c *fiber.Ctx) error {
	return onWebhook(c, func(ctx context.Context, id string) (e webhook.Endpoint, _ string, err error) {
		m, err := readObject(c)
		if err != nil {
			return e, "", err
		}
		in := m.webhook()
		if err := m.end(); err != nil {
			return e, "", err
		}
		e, err = h.Webhooks.Update(ctx, id, in)
		return e, "", err
	})
}

// deleteWebhook removes an endpoint.
func (h *handler) deleteWebhook(c *fiber.Ctx) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	if err := h.Webhooks.Delete(c.UserContext(), path[0]); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
