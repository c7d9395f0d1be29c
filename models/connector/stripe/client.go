package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
)

// apiTimeout bounds one attempt.
const apiTimeout = 30 * time.Second

// client is Stripe's own, without what it does of its own accord: it neither tries again, nor logs, nor tells Stripe how
// long its answers took.
func (c *Connector) client(attempts int) *api.Client {
	config := &api.BackendConfig{
		HTTPClient:        &http.Client{Transport: &retrying{Config: c.Config, attempts: attempts}},
		LeveledLogger:     &api.LeveledLogger{Level: api.LevelNull},
		MaxNetworkRetries: api.Int64(0),
		EnableTelemetry:   new(false),
	}
	if c.APIURL != "" {
		config.URL = api.String(c.APIURL)
	}
	return api.NewClient(c.Key, api.WithBackends(api.NewBackendsWithConfig(config)))
}

// patience marks the context of a backfill, which waits longer for Stripe than a delivery can.
type patience struct{}

// stripe is the client for whatever is being done.
func (c *Connector) stripe(ctx context.Context) *api.Client {
	if ctx.Value(patience{}) != nil {
		return c.patient
	}
	return c.live
}

// Patient has everything that is done with the context wait for Stripe as long as a backfill may.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patience{}, true) }

// isGone says whether Stripe has nothing of that id.
func isGone(err error) bool {
	said, ok := errors.AsType[*api.Error](err)
	return ok && said.HTTPStatusCode == http.StatusNotFound
}

// unsaid is an error of the network, or of an answer that cannot be read. The library quotes such an answer.
func unsaid(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known
		}
	}
	if network, ok := errors.AsType[*url.Error](err); ok {
		return network.Err
	}
	return errors.New("the answer cannot be read")
}

// failure turns an error of Stripe's into ours, without its words: they may quote what was sent.
func failure(err error) error {
	ours, said := (*models.Error)(nil), (*api.Error)(nil)
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case !errors.As(err, &said):
		return models.Fail(models.Unavailable, "connector_unavailable").Because(fmt.Errorf("stripe: %w", unsaid(err)))
	}
	cause := fmt.Errorf("stripe answered %d, type %q, code %q, request %q", said.HTTPStatusCode, said.Type, said.Code, said.RequestID)
	switch status := said.HTTPStatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return models.Fail(models.Unavailable, "connector_key_refused").Because(cause)
	case status == http.StatusTooManyRequests, status == http.StatusConflict, status >= http.StatusInternalServerError:
		return models.Fail(models.Unavailable, "connector_unavailable").Because(cause)
	}
	return cause
}
