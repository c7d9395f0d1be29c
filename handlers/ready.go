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

// readyLimit is how long the checks may take together: what answers later is no better than away. Whoever
// asks waits longer, five or six seconds as deploy and `candor health` have it, and so is told what is wrong.
const readyLimit = 4 * time.Second

// Check is one thing that the site needs.
type Check struct {
	Name string
	// Problem says in plain words what is wrong, to anybody who asks; it is empty if nothing is.
	Problem string
	// Serves says that the site answers what it can in spite of the problem: a proxy that sent nobody here would
	// only make it worse.
	Serves bool
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

// The states of the site.
const (
	isReady    = "ready"
	isDegraded = "degraded"
	isNotReady = "not_ready"
)

// state is the worst that the checks tell of.
func state(checks []Check) string {
	worst := isReady
	for _, c := range checks {
		switch {
		case c.Problem == "":
		case c.Serves:
			worst = isDegraded
		default:
			return isNotReady
		}
	}
	return worst
}

// ready is GET /readyz: 200 while the site serves, else 503; what is wrong is named either way.
func (s *site) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyLimit)
	defer cancel()
	type check struct {
		Name    string `json:"name"`
		OK      bool   `json:"ok"`
		Problem string `json:"problem,omitempty"`
	}
	checks := s.Ready(ctx)
	answer := struct {
		Status string  `json:"status"`
		Checks []check `json:"checks"`
	}{Status: state(checks)}
	for _, made := range checks {
		answer.Checks = append(answer.Checks, check{made.Name, made.Problem == "", made.Problem})
	}
	status := http.StatusOK
	if answer.Status == isNotReady {
		status = http.StatusServiceUnavailable
		c.Set(fiber.HeaderRetryAfter, "1")
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
	switch state(checks) {
	case isReady:
		logger.Info("ready again")
	case isDegraded:
		logger.Warn("ready for less than everything", attrs...)
	case isNotReady:
		logger.Error("not ready", attrs...)
	}
}
