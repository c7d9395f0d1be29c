package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// probe asks whether a site with these checks is ready.
func probe(t *testing.T, logger *slog.Logger, asked ...Checks) (status int, retryAfter string, problems map[string]string, state string) {
	t.Helper()
	s := &site{Config: Config{Logger: logger}}
	app := fiber.New()
	app.Get("/readyz", s.ready)
	for _, checks := range asked {
		s.Ready = checks
		var c fasthttp.RequestCtx
		c.Request.SetRequestURI("/readyz")
		app.Handler()(&c)
		var answer struct {
			Status string
			Checks []struct {
				Name, Problem string
				OK            bool
			}
		}
		if err := json.Unmarshal(c.Response.Body(), &answer); err != nil {
			t.Fatal(err)
		}
		problems = map[string]string{}
		for _, made := range answer.Checks {
			if made.OK != (made.Problem == "") {
				t.Errorf("the check %+v", made)
			}
			problems[made.Name] = made.Problem
		}
		status, retryAfter, state = c.Response.StatusCode(), string(c.Response.Header.Peek(fiber.HeaderRetryAfter)), answer.Status
	}
	return status, retryAfter, problems, state
}

func fixed(checks ...Check) Checks { return func(context.Context) []Check { return checks } }

func TestReadinessIsTheWorstOfItsChecks(t *testing.T) {
	fine, worse, bad := Check{Name: "a"}, Check{Name: "b", Problem: "less", Serves: true}, Check{Name: "c", Problem: "away"}
	for _, c := range []struct {
		checks []Check
		status int
		retry  string
		state  string
	}{
		{nil, http.StatusOK, "", "ready"},
		{[]Check{fine}, http.StatusOK, "", "ready"},
		{[]Check{fine, worse}, http.StatusOK, "", "degraded"},
		{[]Check{bad, fine, worse}, http.StatusServiceUnavailable, "1", "not_ready"},
		{[]Check{worse, bad}, http.StatusServiceUnavailable, "1", "not_ready"},
	} {
		status, retry, problems, state := probe(t, slog.New(slog.DiscardHandler), fixed(c.checks...))
		if status != c.status || retry != c.retry || state != c.state || len(problems) != len(c.checks) {
			t.Errorf("%+v: %d, Retry-After %q, %s, %v", c.checks, status, retry, state, problems)
		}
		for _, made := range c.checks {
			if problems[made.Name] != made.Problem {
				t.Errorf("%s is said to be %q, want %q", made.Name, problems[made.Name], made.Problem)
			}
		}
	}
}

// A check that waits for what never answers is told to end in time for whoever asks to hear of it.
func TestReadinessDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, _, problems, _ := probe(t, slog.New(slog.DiscardHandler), func(ctx context.Context) []Check {
			<-ctx.Done()
			return []Check{{Name: "store", Problem: "away", Err: ctx.Err()}}
		})
		if status != http.StatusServiceUnavailable || problems["store"] != "away" {
			t.Errorf("%d, %v", status, problems)
		}
	})
}

// Only changes are logged, with the reason that nobody else is told.
func TestReadinessLogsItsChanges(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	fine := fixed(Check{Name: "store"}, Check{Name: "log"})
	less := fixed(Check{Name: "store"}, Check{Name: "log", Problem: "less", Serves: true, Err: errors.New("code 14031")})
	away := fixed(Check{Name: "store", Problem: "away", Err: errors.New("refused")}, Check{Name: "log"})
	probe(t, logger, fine, less, less, away, away, fine, fine)
	var said []string
	for line := range strings.Lines(log.String()) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), " ") // the time
		said = append(said, line)
	}
	want := []string{
		`level=WARN msg="ready for less than everything" log=less log_error="code 14031"`,
		`level=ERROR msg="not ready" store=away store_error=refused`,
		`level=INFO msg="ready again"`,
	}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log says\n%s", strings.Join(said, "\n"))
	}
}
