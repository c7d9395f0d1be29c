package stripe

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	liveAttempts    = 2  // of a request, when Stripe waits for our answer
	patientAttempts = 10 // of a request of a backfill: some five minutes
	firstPause      = 500 * time.Millisecond
	longestPause    = time.Minute
	// liveLimit is how long a delivery waits before another attempt; Stripe sends the event again, later.
	liveLimit = 3 * time.Second
)

// retrying sends a request again that Stripe was too busy for, or failed at, or that the network lost. Only reading is
// done, so that again does no harm.
type retrying struct {
	Config

	attempts int
}

// RoundTrip gives the first answer that no other attempt can better.
func (r *retrying) RoundTrip(request *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		ctx, cancel := context.WithTimeout(request.Context(), apiTimeout)
		response, err := r.Transport.RoundTrip(request.Clone(ctx))
		if err == nil {
			response.Body = &ending{response.Body, cancel}
		} else {
			cancel()
		}
		if attempt >= r.attempts || request.Context().Err() != nil || request.Method != http.MethodGet || !passing(response, err) {
			return response, err
		}
		pause := r.pause(attempt, response)
		if r.attempts == liveAttempts && pause > liveLimit {
			return response, err
		}
		if response != nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection serves again
			_ = response.Body.Close()
		}
		if err := r.Sleep(request.Context(), pause); err != nil {
			return nil, err
		}
	}
}

// passing says whether another attempt may do better.
func passing(response *http.Response, err error) bool {
	return err != nil || response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusConflict ||
		response.StatusCode >= http.StatusInternalServerError
}

// pause is how long to wait: as long as Stripe says, else twice as long each time, less a random part so that many do not
// come back at once.
func (r *retrying) pause(attempt int, response *http.Response) time.Duration {
	if response != nil {
		if said, ok := r.after(response.Header.Get("Retry-After")); ok {
			return min(max(0, said), longestPause)
		}
	}
	pause := min(firstPause<<(attempt-1), longestPause)
	return pause - time.Duration(r.Jitter()*float64(pause)/2)
}

// after reads a Retry-After, which is seconds or a date (RFC 9110, section 10.2.3).
func (r *retrying) after(said string) (time.Duration, bool) {
	if n, err := strconv.Atoi(said); err == nil {
		return time.Duration(n) * time.Second, true
	}
	t, err := http.ParseTime(said)
	return t.Sub(r.Clock()), err == nil
}

// ending ends an attempt's context when its answer has been read.
type ending struct {
	io.ReadCloser

	cancel context.CancelFunc
}

func (e *ending) Close() error {
	defer e.cancel()
	return e.ReadCloser.Close()
}
