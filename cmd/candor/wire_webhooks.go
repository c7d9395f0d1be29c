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
