package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Config says whom to call, and as whom.
type Config struct {
	// BaseURL is where Candor is reached, such as https://privacy.example.com.
	BaseURL string
	// ClientID and ClientSecret are those that `candor clients add` shows.
	ClientID, ClientSecret string
	// Scopes are asked for; all that the client holds if there are none.
	Scopes []string
	// HTTP makes the requests; http.DefaultClient if nil. Its Timeout, if any, must be longer than Changes waits.
	HTTP *http.Client
}

// Client calls one Candor. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// New makes a Client; it calls nobody yet.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http"):
		return nil, fmt.Errorf("candor: BaseURL %q is not the URL of a site, such as https://privacy.example.com", c.BaseURL)
	case c.ClientID == "" || c.ClientSecret == "":
		return nil, errors.New("candor: ClientID and ClientSecret are needed; `candor clients add` makes them")
	}
	address := strings.TrimRight(c.BaseURL, "/")
	oauth := clientcredentials.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, TokenURL: address + "/oauth/token",
		Scopes: c.Scopes, AuthStyle: oauth2.AuthStyleInHeader,
	}
	ctx := context.Background() // that of token requests; each waits for no caller's own
	if c.HTTP != nil {
		ctx = context.WithValue(ctx, oauth2.HTTPClient, c.HTTP)
	}
	authorized := oauth.Client(ctx)
	if c.HTTP != nil {
		authorized.Timeout = c.HTTP.Timeout
	}
	return &Client{base: address, http: authorized}, nil
}

// Problem is an error that the server explained (RFC 9457).
type Problem struct {
	// Type is stable, such as "urn:candor:problem:unknown_customer"; go by it and not by the words.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Field is the member, parameter or header that is at fault; may be empty.
	Field string `json:"field"`
	// Instance names the request in the operator's log.
	Instance string `json:"instance"`
}

func (p *Problem) Error() string {
	text := strconv.Itoa(p.Status) + " " + p.Title
	if p.Field != "" {
		text += ": " + p.Field
	}
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	return "candor: " + text
}

const (
	attempts    = 4
	firstPause  = 100 * time.Millisecond
	longestWait = 10 * time.Second // that a Retry-After is obeyed for
	maxAnswer   = 16 << 20         // bytes
)

// call sends a JSON body, if there is one, and reads the JSON answer into out, if that is not nil.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("candor: %w", err)
		}
	}
	return c.send(ctx, request{method, path, "application/json", body, rand.Text()}, out)
}

// request is one call, whatever becomes of its attempts.
type request struct {
	method, path, media string
	body                []byte
	key                 string // makes every attempt the same write
}

func (c *Client) send(ctx context.Context, r request, out any) error {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		wait, err := c.try(ctx, r, out)
		if err == nil || wait < 0 || attempt == attempts {
			return err
		}
		timer := time.NewTimer(max(wait, pause))
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		case <-timer.C:
		}
		pause *= 4
	}
}

// try sends it once. Where it failed and may go well another time, wait says how long to leave the server alone;
// it is negative where trying again is no use.
func (c *Client) try(ctx context.Context, r request, out any) (wait time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, bytes.NewReader(r.body))
	if err != nil {
		return -1, fmt.Errorf("candor: %w", err)
	}
	if r.body != nil {
		request.Header.Set("Content-Type", r.media)
	}
	if r.method != http.MethodGet {
		request.Header.Set("Idempotency-Key", r.key)
	}
	response, err := c.http.Do(request)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response.StatusCode < http.StatusInternalServerError {
		return -1, fmt.Errorf("candor: no access token: %w", err)
	}
	if err != nil {
		return 0, fmt.Errorf("candor: %w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return 0, fmt.Errorf("candor: read the answer: %w", err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		return again(response), problemOf(response, raw)
	}
	if out == nil || len(raw) == 0 {
		return 0, nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return -1, fmt.Errorf("candor: read the answer: %w", err)
	}
	return 0, nil
}

// again is how long the server wants to be left alone; negative if asking again is no use.
func again(response *http.Response) time.Duration {
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	return -1
}

// problemOf reads a problem document; other answers, AuthZEN's and a proxy's, are a line of text.
func problemOf(response *http.Response, raw []byte) *Problem {
	p := &Problem{}
	if json.Unmarshal(raw, p) != nil || p.Type == "" {
		*p = Problem{Type: "about:blank", Title: http.StatusText(response.StatusCode), Detail: strings.TrimSpace(string(raw[:min(len(raw), 500)]))}
	}
	p.Status = response.StatusCode
	return p
}

// path joins parts, each percent-encoded.
func path(parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("/" + url.PathEscape(part))
	}
	return b.String()
}
