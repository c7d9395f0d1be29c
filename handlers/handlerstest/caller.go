package handlerstest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Connections are clients that call at once, each on a connection of its own that it keeps. They write and
// read bytes themselves, so that little of what a benchmark measures is the client.
type Connections []connection

type connection struct {
	net.Conn
	in *bufio.Reader
}

// Dial opens n connections to a URL's host until the test ends.
func Dial(t testing.TB, url string, n int) Connections {
	t.Helper()
	all := make(Connections, n)
	for i := range all {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		all[i] = connection{conn, bufio.NewReader(conn)}
	}
	return all
}

// Call makes n calls and says how long they took. request gives the next bytes to send on connection i;
// every answer must have the status.
func (all Connections) Call(t testing.TB, n, status int, request func(i int) []byte) time.Duration {
	t.Helper()
	want := "HTTP/1.1 " + strconv.Itoa(status) + " "
	var left atomic.Int64
	left.Store(int64(n))
	var group sync.WaitGroup
	start := time.Now()
	for i, c := range all {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if err := c.call(request(i), want); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

func (c connection) call(request []byte, want string) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(status), want) {
		return fmt.Errorf("the answer is %q, want %s", status, want)
	}
	length := 0
	for {
		line, err := c.in.ReadSlice('\n')
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
	_, err = io.CopyN(io.Discard, c.in, int64(length))
	return err
}

// Post writes a POST request.
func Post(url, path, contentType, body string, headers ...string) []byte {
	lines := append([]string{
		"POST " + path + " HTTP/1.1", "Host: " + strings.TrimPrefix(url, "http://"), "Content-Type: " + contentType,
		"Content-Length: " + strconv.Itoa(len(body)),
	}, headers...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}
