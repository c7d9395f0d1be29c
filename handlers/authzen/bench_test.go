package authzen_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

// caller sends one request over and over on its connections. It writes and reads bytes itself, so that
// little of what is measured is the client.
type caller struct {
	request []byte
	wires   [connections]*wire
}

type wire struct {
	net.Conn
	in *bufio.Reader
}

func newCaller(b *testing.B, url, token, path, body string) *caller {
	b.Helper()
	address := strings.TrimPrefix(url, "http://")
	c := &caller{request: []byte("POST " + path + " HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
		token + "\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)}
	for i := range c.wires {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		c.wires[i] = &wire{conn, bufio.NewReader(conn)}
	}
	return c
}

// run makes n calls and says how long they took.
func (c *caller) run(b *testing.B, n int) time.Duration {
	var left atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	start := time.Now()
	for _, w := range c.wires {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if err := w.call(c.request); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

func (w *wire) call(request []byte) error {
	if _, err := w.Write(request); err != nil {
		return err
	}
	status, err := w.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(status), "HTTP/1.1 200 ") {
		return errors.New(http.StatusText(http.StatusInternalServerError))
	}
	length := 0
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			break
		}
		if name, value, ok := strings.Cut(string(line), ": "); ok && name == "Content-Length" {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
	}
	_, err = io.CopyN(io.Discard, w.in, int64(length))
	return err
}
