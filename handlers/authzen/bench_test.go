package authzen_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/handlers/handlerstest"
)

// connections is how many clients call at once, each on a connection of its own that it keeps.
const connections = 32

// BenchmarkEvaluationOverHTTP calls the real handler, authenticated, and a bare Fiber handler that parses
// the same body and answers a constant, turn by turn in one run. It reports calls a second of both, and
// their ratio: quality.md asks for 0.7.
func BenchmarkEvaluationOverHTTP(b *testing.B) {
	r := newRig(b)
	question := ask("cus_2", "usage_analytics", "usage_detail")
	real := newCaller(b, r.url, r.token, single, question)
	yardstick := newCaller(b, bare(b), r.token, single, question)
	b.ResetTimer()
	var spent, bareSpent time.Duration
	for done := 0; done < b.N; {
		n := min(b.N-done, 512) // few, so that what else the machine does falls on both alike
		bareSpent += yardstick.run(b, n)
		spent += real.run(b, n)
		done += n
	}
	b.ReportMetric(float64(b.N)/spent.Seconds(), "calls/s")
	b.ReportMetric(float64(b.N)/bareSpent.Seconds(), "bare-calls/s")
	b.ReportMetric(bareSpent.Seconds()/spent.Seconds(), "ratio")
}

// BenchmarkBatchOverHTTP asks 100 questions in one call, beside 100 calls. It reports how many times
// faster that is: quality.md asks for 10.
func BenchmarkBatchOverHTTP(b *testing.B) {
	r := newRig(b)
	question := ask("cus_2", "usage_analytics", "usage_detail")
	one := newCaller(b, r.url, r.token, single, question)
	hundred := newCaller(b, r.url, r.token, batch, `{"evaluations":[`+strings.Repeat(question+",", 99)+question+`]}`)
	b.ResetTimer()
	var singles, batches time.Duration
	for done := 0; done < b.N; {
		n := min(b.N-done, 2*connections)
		singles += one.run(b, 100*n)
		batches += hundred.run(b, n)
		done += n
	}
	b.ReportMetric(singles.Seconds()/batches.Seconds(), "times-faster")
}

// bare is the yardstick.
func bare(b *testing.B) string {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post(single, func(c *fiber.Ctx) error {
		var question struct {
			Subject  struct{ Type, ID string }
			Action   struct{ Name string }
			Resource struct {
				Type, ID   string
				Properties struct{ Category string }
			}
		}
		if err := c.BodyParser(&question); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.SendString(`{"decision":true,"context":{"reason":"consent_given","log_index":7,"notice_version":1,"max_age":1}}`)
	})
	return handlerstest.Listen(b, app)
}

// caller sends one request over and over on its connections.
type caller struct {
	connections handlerstest.Connections
	request     []byte
}

func newCaller(b *testing.B, url, token, path, body string) *caller {
	b.Helper()
	return &caller{
		connections: handlerstest.Dial(b, url, connections),
		request:     handlerstest.Post(url, path, fiber.MIMEApplicationJSON, body, "Authorization: Bearer "+token),
	}
}

// run makes n calls and says how long they took.
func (c *caller) run(b *testing.B, n int) time.Duration {
	b.Helper()
	return c.connections.Call(b, n, http.StatusOK, func(int) []byte { return c.request })
}
