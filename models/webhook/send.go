package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"candor/models/feed"
)

const (
	connectLimit = 5 * time.Second
	// attemptLimit is how long an attempt may take as a whole.
	attemptLimit = 15 * time.Second
	// maxAnswerHead and maxAnswerBody bound what is read of an answer, in bytes. Nothing of it is kept or shown.
	maxAnswerHead, maxAnswerBody = 16 << 10, 16 << 10
	// maxRetryAfter bounds how long an answer may ask us to wait.
	maxRetryAfter = 6 * time.Hour
	// idleConnection is how long a connection is kept for the next message.
	idleConnection = time.Minute
)

// Why an attempt failed. These words are all that is told of it beside a status.
const (
	problemStatus     = "status"   // the answer's status is not 2xx
	problemRedirect   = "redirect" // it is 3xx: redirects are not followed
	problemTimeout    = "timeout"
	problemRefused    = "refused_address" // the address is none that may be called
	problemName       = "unknown_host"
	problemTLS        = "tls"
	problemConnection = "connection"
)

// Message is the body of a webhook.
type Message struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      any    `json:"data"`
}

// messageOf is what is sent of a change.
func messageOf(c *feed.Change) Message { return Message{Type: c.Kind, Timestamp: c.Time, Data: c} }

// result is what came of an attempt.
type result struct {
	code       int // 0 without an answer
	problem    string
	retryAfter time.Duration
	took       time.Duration
}

func (r result) ok() bool { return r.problem == "" }

// sender makes attempts.
type sender struct {
	client *http.Client
	guard  guard
}

func newSender(g guard) *sender {
	dialer := &net.Dialer{Timeout: connectLimit, Control: g.control}
	return &sender{guard: g, client: &http.Client{
		Timeout:       attemptLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:       nil, // a proxy would connect in our place, where nobody looks at the address
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectLimit, ForceAttemptHTTP2: true,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: maxAnswerHead,
			MaxIdleConns: 2 * maxEndpoints, MaxIdleConnsPerHost: 4, IdleConnTimeout: idleConnection, DisableCompression: true,
		},
	}}
}

// send makes one attempt.
func (s *sender) send(ctx context.Context, url, id string, sign signer, at time.Time, m Message) (result, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return result{}, err
	}
	signature, err := sign.sign(id, at, body)
	if err != nil {
		return result{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil { // it was one when the endpoint was made
		return result{}, errBadURL
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Candor-Webhooks/1")
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	request.Header.Set("Webhook-Signature", signature)
	began := time.Now()
	response, err := s.client.Do(request)
	if err != nil {
		return result{problem: problemOf(err), took: time.Since(began)}, nil
	}
	// What is left unread costs the connection, and nothing else.
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswerBody)
	_ = response.Body.Close()
	return result{
		code: response.StatusCode, problem: judge(response.StatusCode), took: time.Since(began),
		retryAfter: retryAfter(response.Header.Get("Retry-After"), at),
	}, nil
}

// judge names what is wrong with a status.
func judge(code int) string {
	switch {
	case code >= 200 && code < 300:
		return ""
	case code == http.StatusGone:
		return Gone
	case code >= 300 && code < 400:
		return problemRedirect
	default:
		return problemStatus
	}
}

// problemOf names an error and tells nothing else of it.
func problemOf(err error) string {
	var timeout net.Error
	var name *net.DNSError
	var record tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var alert tls.AlertError
	switch {
	case errors.Is(err, errRefused):
		return problemRefused
	case errors.As(err, &name) && name.IsNotFound:
		return problemName
	case errors.As(err, &timeout) && timeout.Timeout():
		return problemTimeout
	case errors.As(err, &record), errors.As(err, &certificate), errors.As(err, &alert):
		return problemTLS
	}
	return problemConnection
}

// retryAfter reads the header of that name (RFC 9110, section 10.2.3): seconds or a date.
func retryAfter(text string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}
