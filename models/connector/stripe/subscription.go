package stripe

import (
	"context"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"candor/models"
	"candor/models/connector"
)

func (c *Connector) fetchSubscription(ctx context.Context, id string) (connector.State, error) {
	s, err := c.stripe(ctx).V1Subscriptions.Retrieve(ctx, id, nil)
	if err != nil {
		return connector.State{}, err
	}
	return c.subscription(ctx, s)
}

func (c *Connector) listSubscriptions(ctx context.Context, since time.Time, after string) (connector.Page, error) {
	if !c.wanted("contract") {
		return connector.Page{}, nil
	}
	list := c.stripe(ctx).V1Subscriptions.List(ctx, &api.SubscriptionListParams{
		ListParams: params(after, listing), CreatedRange: created(since), Status: api.String("all"),
	})
	return pageAsking(list, func(s *api.Subscription) string { return s.ID }, func(s *api.Subscription) (connector.State, error) { return c.subscription(ctx, s) })
}

// subscription is a record of the category contract, once it has begun.
func (c *Connector) subscription(ctx context.Context, s *api.Subscription) (connector.State, error) {
	state := connector.State{ID: connector.ID(subscriptionKind, s.ID), Owner: owner(s.Customer)}
	if s.Status == api.SubscriptionStatusIncomplete || s.Status == api.SubscriptionStatusIncompleteExpired {
		return state, nil
	}
	f := c.Intake.Fields("contract")
	if f.Wants("plan") {
		plan, err := c.plan(ctx, s.Items)
		if err != nil {
			return state, err
		}
		f.Text("plan", plan)
	}
	if s.Status == api.SubscriptionStatusCanceled {
		f.Code("status", "canceled", "ended")
	} else {
		f.Code("status", string(s.Status), "active")
	}
	f.Time("started_on", firstOf(s.StartDate, s.Created))
	f.Time("ended_on", at(s.EndedAt))
	state.Record = &models.Record{
		Category: f.Category(), ID: s.ID, OccurredAt: firstOf(s.StartDate, s.Created), Fields: f.Values(),
	}
	return state, nil
}

// plan names what is subscribed to: by the prices' own names, else by their products'.
func (c *Connector) plan(ctx context.Context, items *api.SubscriptionItemList) (string, error) {
	if items == nil {
		return "", nil
	}
	var parts []string
	for _, item := range items.Data {
		if item.Price == nil {
			continue
		}
		name := item.Price.Nickname
		if name == "" {
			var err error
			if name, err = c.product(ctx, item.Price.Product); err != nil {
				return "", err
			}
		}
		if name != "" {
			parts = append(parts, name)
		}
	}
	return strings.Join(parts, ", "), nil
}
