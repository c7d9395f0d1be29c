package stripe

import (
	"context"
	"sync"

	api "github.com/stripe/stripe-go/v85"
)

// names remembers what products are called. They are a company's own, few, and seldom renamed.
type names struct {
	mu    sync.Mutex
	known map[string]string
}

// maxNames bounds what is remembered.
const maxNames = 1000

// product is what a product is called; empty if it is gone.
func (c *Connector) product(ctx context.Context, p *api.Product) (string, error) {
	if p == nil || p.ID == "" || p.Name != "" {
		if p == nil {
			return "", nil
		}
		return p.Name, nil
	}
	c.products.mu.Lock()
	name, known := c.products.known[p.ID]
	c.products.mu.Unlock()
	if known {
		return name, nil
	}
	whole, err := c.stripe(ctx).V1Products.Retrieve(ctx, p.ID, nil)
	if isGone(err) {
		return "", nil
	}
	if err != nil {
		return "", failure(err)
	}
	c.products.mu.Lock()
	defer c.products.mu.Unlock()
	if c.products.known == nil || len(c.products.known) >= maxNames {
		c.products.known = map[string]string{}
	}
	c.products.known[p.ID] = whole.Name
	return whole.Name, nil
}
