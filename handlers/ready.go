package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// readyLimit is how long the checks may take together: what answers later is no better than away.
const readyLimit = 5 * time.Second

// Check is one thing that the site needs.
type Check struct {
	Name string
	// Problem says in plain words what is wrong, to anybody who asks; it is empty if nothing is.
	Problem string
	// Err is why, for the operator's log alone.
	Err error
}

// Checks are made whenever somebody asks whether the site is ready.
type Checks func(ctx context.Context) []Check

// readiness remembers how the checks ended last, to tell of changes.
type readiness struct {
	mu      sync.Mutex
	failing string // names, separated by commas
}

// ready is GET /readyz: 200 while nothing that the site needs is missing, else 503 and what is.
func (s *site) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyLimit)
	defer cancel()
	type check struct {
		Name    string `json:"name"`
		OK      bool   `json:"ok"`
		Problem string `json:"problem,omitempty"`
	}
	answer := struct {
		Status string  `json:"status"`
		Checks []check `json:"checks"`
	}{Status: "ready"}
	status := http.StatusOK
	checks := s.Ready(ctx)
	for _, made := range checks {
		answer.Checks = append(answer.Checks, check{made.Name, made.Problem == "", made.Problem})
		if made.Problem != "" {
			status, answer.Status = http.StatusServiceUnavailable, "not_ready"
			c.Set(fiber.HeaderRetryAfter, "1")
		}
	}
	s.readiness.tell(s.Logger, checks)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).JSON(answer)
}

// tell logs what has changed since the checks were made last.
func (r *readiness) tell(logger *slog.Logger, checks []Check) {
	var failing []string
	var attrs []any
	for _, c := range checks {
		if c.Problem != "" {
			failing = append(failing, c.Name)
			attrs = append(attrs, c.Name, c.Problem, c.Name+"_error", c.Err)
		}
	}
	names := strings.Join(failing, ",")
	r.mu.Lock()
	defer r.mu.Unlock()
	if names == r.failing {
		return
	}
	r.failing = names
	if names == "" {
		logger.Info("ready again")
		return
	}
	logger.Error("not ready", attrs...)
}
