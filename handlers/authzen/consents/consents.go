// Package consents answers AuthZEN's questions from where customers stand: the customer is the resource, the
// purpose is the action, and the category of data is a property of the resource. Who asks makes no
// difference: a purpose is allowed or it is not. Nothing is decided here.
package consents

import (
	"context"
	"slices"

	"candor/handlers/authzen"
	"candor/models/consent"
)

// The types of what can be asked about.
const (
	service  = "service"
	customer = "customer"
)

// Decisions decides; *consent.Service does, and whatever counts its decisions.
type Decisions interface {
	Decide(ctx context.Context, customer, purpose, category string) (consent.Decision, error)
}

// Lists says of whom, and for what, the decision would be yes; *consent.Service does.
type Lists interface {
	AllowedPurposes(ctx context.Context, customer, category string) ([]string, error)
	Allowing(ctx context.Context, purpose, category, after string, limit int) (consent.CustomerPage, error)
}

// Clients says who may ask; *auth.Service does.
type Clients interface {
	ClientsWith(ctx context.Context, scope string) ([]string, error)
}

// Decider is an authzen.Decider.
type Decider struct {
	Decisions Decisions
	Lists     Lists
	Clients   Clients
	// Scope is what a client needs to ask for decisions.
	Scope string
}

// Evaluate decides about a customer and a purpose. Nothing can be decided about any other resource.
func (d *Decider) Evaluate(ctx context.Context, q authzen.Question) (authzen.Decision, error) {
	category, err := category(q)
	if err != nil {
		return authzen.Decision{}, err
	}
	if q.Resource.Type != customer {
		return authzen.Decision{Reason: string(consent.ReasonUnknownCustomer)}, nil
	}
	decided, err := d.Decisions.Decide(ctx, q.Resource.ID, q.Action.Name, category)
	if err != nil {
		return authzen.Decision{}, err
	}
	answer := authzen.Decision{Allowed: decided.Allowed, Reason: string(decided.Reason)}
	if decided.Recorded {
		answer.Facts[0] = authzen.Fact{Name: "log_index", Value: decided.LogIndex}
	}
	if decided.NoticeVersion > 0 {
		answer.Facts[1] = authzen.Fact{Name: "notice_version", Value: uint64(decided.NoticeVersion)}
	}
	return answer, nil
}

// Actions lists the purposes that are allowed for a customer.
func (d *Decider) Actions(ctx context.Context, q authzen.Question, p authzen.Page) (authzen.Found, error) {
	category, err := category(q)
	if err != nil || q.Resource.Type != customer {
		return authzen.Found{Counted: true}, err
	}
	purposes, err := d.Lists.AllowedPurposes(ctx, q.Resource.ID, category)
	if err != nil {
		return authzen.Found{}, err
	}
	return page(purposes, p), nil
}

// Resources lists the customers who allow a purpose.
func (d *Decider) Resources(ctx context.Context, q authzen.Question, p authzen.Page) (authzen.Found, error) {
	category, err := category(q)
	if err != nil || q.Resource.Type != customer {
		return authzen.Found{}, err
	}
	found, err := d.Lists.Allowing(ctx, q.Action.Name, category, p.After, p.Limit)
	if err != nil {
		return authzen.Found{}, err
	}
	return authzen.Found{IDs: found.Customers, Next: found.Next, More: found.More}, nil
}

// Subjects lists who may ask, if the answer would be yes: the clients that may ask for decisions.
func (d *Decider) Subjects(ctx context.Context, q authzen.Question, p authzen.Page) (authzen.Found, error) {
	decided, err := d.Evaluate(ctx, q)
	if err != nil || q.Subject.Type != service || !decided.Allowed {
		return authzen.Found{Counted: true}, err
	}
	clients, err := d.Clients.ClientsWith(ctx, d.Scope)
	if err != nil {
		return authzen.Found{}, err
	}
	return page(clients, p), nil
}

// category is that of the data that is asked about; empty if it is all that the purpose uses.
func category(q authzen.Question) (string, error) {
	return q.Resource.Properties.Text("resource", "category")
}

// page cuts a page out of a whole list in order.
func page(all []string, p authzen.Page) authzen.Found {
	from, there := slices.BinarySearch(all, p.After)
	if there {
		from++
	}
	to := min(from+p.Limit, len(all))
	f := authzen.Found{IDs: all[from:to], More: to < len(all), Total: len(all), Counted: true}
	if f.More {
		f.Next = all[to-1]
	}
	return f
}
