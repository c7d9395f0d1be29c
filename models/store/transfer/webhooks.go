package transfer

import (
	"context"
	"errors"
	"fmt"

	"candor/models/store"
)

// webhooks reads who is told of changes, and how far that has come. What was delivered when is not copied: it is a list
// for the operator to look at, of the newest only.
func (r *reading) webhooks(ctx context.Context, s sums) error {
	list, err := r.of.Data.Endpoints(ctx)
	if err != nil {
		return fmt.Errorf("webhooks: %w", err)
	}
	for _, e := range list {
		progress, err := r.of.Data.EndpointProgress(ctx, e.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("webhooks: %w", err)
		}
		if err := s.add(Webhooks, struct {
			Endpoint store.Endpoint
			Progress store.EndpointProgress
		}{plain(e), progress}, true); err != nil {
			return err
		}
		if r.to == nil {
			continue
		}
		if err := r.putEndpoint(ctx, e, progress); err != nil {
			return fmt.Errorf("webhooks: %w", err)
		}
	}
	return nil
}

// plain has one form for each list that is empty: a store may give it as none or as one without members.
func plain(e store.Endpoint) store.Endpoint {
	if len(e.Kinds) == 0 {
		e.Kinds = nil
	}
	if len(e.Purposes) == 0 {
		e.Purposes = nil
	}
	if len(e.Secrets) == 0 {
		e.Secrets = nil
	}
	return e
}

// putEndpoint writes an endpoint and its progress over older copies of them.
func (r *reading) putEndpoint(ctx context.Context, e store.Endpoint, p store.EndpointProgress) error {
	if err := r.to.Data.DeleteEndpoint(ctx, e.ID); err != nil {
		return err
	}
	if err := r.to.Data.CreateEndpoint(ctx, e); err != nil || p.Endpoint == "" {
		return err
	}
	return r.to.Data.SaveEndpointProgress(ctx, p, 0, nil)
}
