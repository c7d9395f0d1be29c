package api

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/store"
	"candor/models/webhook"
)

type deliveryJSON struct {
	LogIndex  *uint64 `json:"log_index,omitempty"` // a test is about no entry
	MessageID string  `json:"message_id"`
	Kind      string  `json:"kind"`
	State     string  `json:"state"`
	Attempts  int     `json:"attempts"`
	FirstAt   string  `json:"first_attempt_at"`
	LastAt    string  `json:"last_attempt_at"`
	NextAt    string  `json:"next_attempt_at,omitempty"`
	Code      int     `json:"response_code,omitempty"`
	Problem   string  `json:"problem,omitempty"`
	Took      int64   `json:"duration_ms"`
}

func deliveryOf(d store.Delivery) deliveryJSON {
	j := deliveryJSON{
		MessageID: d.MessageID, Kind: d.Kind, State: d.State, Attempts: d.Attempts, FirstAt: instant(d.FirstAt),
		LastAt: instant(d.LastAt), Code: d.Code, Problem: d.Problem, Took: d.Took.Milliseconds(),
	}
	if d.Kind != webhook.Test {
		j.LogIndex = &d.Seq
	}
	if !d.NextAt.IsZero() {
		j.NextAt = instant(d.NextAt)
	}
	return j
}

// rotateWebhookSecret gives an endpoint a new secret, and shows it this once.
func (h *handler) rotateWebhookSecret(c *fiber.Ctx) error {
	return onWebhook(c, func(ctx context.Context, id string) (e webhook.Endpoint, _ string, err error) {
		m, err := readObject(c)
		if err != nil {
			return e, "", err
		}
		overlap := m.integer("overlap", int(webhook.DefaultOverlap/time.Second))
		if err := m.end(); err != nil {
			return e, "", err
		}
		if limit := int(webhook.MaxOverlap / time.Second); overlap < 0 || overlap > limit {
			return e, "", models.Fail(models.Invalid, "out_of_range", "min", 0, "max", limit).In("overlap")
		}
		return h.Webhooks.Rotate(ctx, id, time.Duration(overlap)*time.Second)
	})
}

// replayWebhook has an endpoint told again of what comes after an entry.
func (h *handler) replayWebhook(c *fiber.Ctx) error {
	return onWebhook(c, func(ctx context.Context, id string) (e webhook.Endpoint, _ string, err error) {
		m, err := readObject(c)
		if err != nil {
			return e, "", err
		}
		after := m.position("after")
		if err := m.end(); err != nil {
			return e, "", err
		}
		if after == nil {
			return e, "", models.Fail(models.Invalid, "bad_position").In("after")
		}
		e, err = h.Webhooks.Replay(ctx, id, *after)
		return e, "", err
	})
}

// testWebhook sends a message that is about nothing, and answers with what came of it.
func (h *handler) testWebhook(c *fiber.Ctx) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	d, err := h.Webhooks.Try(c.UserContext(), path[0])
	if err != nil {
		return err
	}
	return c.JSON(deliveryOf(d))
}

// listDeliveries gives a page of an endpoint's newest deliveries, the newest entry first.
func (h *handler) listDeliveries(c *fiber.Ctx) error {
	path, err := params(c, "id")
	if err != nil {
		return err
	}
	after, limit, err := page(c)
	if err != nil {
		return err
	}
	before := uint64(1 << 53)
	if after != "" {
		if before, err = strconv.ParseUint(after, 10, 53); err != nil {
			return errBadCursor
		}
	}
	deliveries, err := h.Webhooks.Deliveries(c.UserContext(), path[0], before, limit)
	if err != nil {
		return err
	}
	list := struct {
		Deliveries []deliveryJSON `json:"deliveries"`
		Next       string         `json:"next_cursor,omitempty"`
	}{Deliveries: make([]deliveryJSON, 0, len(deliveries))}
	for _, d := range deliveries {
		list.Deliveries = append(list.Deliveries, deliveryOf(d))
	}
	if n := len(deliveries); n == limit {
		list.Next = cursor(strconv.FormatUint(deliveries[n-1].Seq, 10))
	}
	return c.JSON(list)
}

// redeliver sends one change again, and answers with what came of it.
func (h *handler) redeliver(c *fiber.Ctx) error {
	path, err := params(c, "id", "log_index")
	if err != nil {
		return err
	}
	seq, err := strconv.ParseUint(path[1], 10, 53)
	if err != nil {
		return fiber.ErrNotFound
	}
	d, err := h.Webhooks.Redeliver(c.UserContext(), path[0], seq)
	if err != nil {
		return err
	}
	return c.JSON(deliveryOf(d))
}
