package main

import (
	"crypto/rand"

	"candor/models/feed"
	"candor/models/webhook"
)

// openChanges makes what tells other systems of changes: the feed that they read, and the webhooks that call them.
func (p *program) openChanges() {
	p.feed = feed.New(p.log, p.datamap)
	p.webhooks = webhook.New(webhook.Config{
		Store: p.data, Feed: p.feed, Ring: p.ring, Leases: p.leases, Clock: p.clock, Random: rand.Reader, Logger: p.logger,
		Loopback: p.settings.WebhookLoopback, Networks: p.settings.WebhookNetworks, Watch: p.metrics.WebhookWatch(),
	})
	p.metrics.WatchWebhooks(p.webhooks.Backlog)
}

// holder names this server to the others. Whoever holds the lock of an embedded store is the only one there is, and goes on
// at once with what the one before, which may have been killed, had leases for.
func (p *program) holder() string {
	if p.lock != nil {
		return "the holder of the lock"
	}
	return rand.Text()
}
