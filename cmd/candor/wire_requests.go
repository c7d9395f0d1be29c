package main

import (
	"context"
	"fmt"
	"time"

	"candor/models/request"
)

// openRequests makes the service of what customers ask about their data.
func (p *program) openRequests(context.Context) error {
	var signIns request.SignIns
	if p.signIn != nil { // commands that only read the log let nobody in
		signIns = p.signIn
	}
	p.requests = request.New(request.Config{
		Map: p.datamap, Log: p.log, Requests: p.data, Tasks: p.data, Customers: p.data, Clients: p.data, Archives: p.data,
		Tallies: p.data, Records: p.billing, SignIns: signIns, Ring: p.ring, Secret: p.keys.Secret, Clock: p.clock, Logger: p.logger,
	})
	p.metrics.WatchRequests(p.countRequests)
	return nil
}

// countLimit is how long the metrics wait to learn what there is to do.
const countLimit = 2 * time.Second

// countRequests asks the store when somebody looks at the metrics; what cannot be known is not shown.
func (p *program) countRequests() (open, overdue, tasks int64, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), countLimit)
	defer cancel()
	counts, err := p.requests.Counts(ctx)
	return counts.Open, counts.Overdue, counts.Tasks, err == nil
}

// rebuildRequests makes the state of requests anew from the log, or compares it.
func (p *program) rebuildRequests(ctx context.Context, check bool) error {
	differ, err := p.requests.Rebuild(ctx, check)
	if err == nil && check && differ > 0 {
		err = fmt.Errorf("the state of %d requests is not what the log says: run candor rebuild", differ)
	}
	return err
}
