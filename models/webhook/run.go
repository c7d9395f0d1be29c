package webhook

import (
	"context"
	"sync"
	"time"

	"candor/models/store"
)

// lookEvery is how often the endpoints are looked at that other servers may have changed. What is changed here is seen at
// once.
const lookEvery = 2 * time.Second

// delivery is the work for one endpoint, as it was at one revision.
type delivery struct {
	revision int64
	stop     context.CancelFunc
	done     chan struct{}
}

// Run delivers until ctx ends: for each endpoint that is enabled, on the one server that has its lease.
func (s *Service) Run(ctx context.Context) error {
	all := map[string]*delivery{}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	away := false
	for {
		endpoints, err := s.cfg.Store.Endpoints(ctx)
		switch {
		case err == nil:
			s.reconcile(ctx, all, endpoints)
		case ctx.Err() == nil && !away:
			s.cfg.Logger.Error("the webhook endpoints could not be read", "error", err)
		}
		away = err != nil
		select {
		case <-s.changed:
		case <-tick.C:
		case <-ctx.Done():
			for _, d := range all {
				<-d.done
			}
			return nil
		}
	}
}

// reconcile ends the work for endpoints that are gone, disabled or changed, and begins what is missing.
func (s *Service) reconcile(ctx context.Context, all map[string]*delivery, endpoints []store.Endpoint) {
	wanted := map[string]store.Endpoint{}
	for _, e := range endpoints {
		if e.State == Enabled {
			wanted[e.ID] = e
		}
	}
	for id, d := range all {
		if _, ok := wanted[id]; !ok {
			d.stop()
			delete(all, id)
		}
	}
	for id, e := range wanted {
		before := all[id]
		if before != nil && before.revision == e.Revision {
			continue
		}
		all[id] = s.begin(ctx, e, before)
	}
}

// begin delivers to an endpoint when the work at its revision before has ended.
func (s *Service) begin(ctx context.Context, e store.Endpoint, before *delivery) *delivery {
	ctx, stop := context.WithCancel(ctx)
	d := &delivery{revision: e.Revision, stop: stop, done: make(chan struct{})}
	if before != nil {
		before.stop()
	}
	go func() {
		defer close(d.done)
		if before != nil {
			<-before.done
		}
		s.cfg.Leases.Run(ctx, "webhook "+e.ID, func(ctx context.Context) error { return s.deliver(ctx, e) })
	}()
	return d
}

// watched is what an operator may see of the deliveries of this server.
type watched struct {
	mu      sync.Mutex
	waiting map[string]time.Time // by endpoint: the time of the change that it has not taken
}

func (w *watched) wait(endpoint string, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = map[string]time.Time{}
	}
	w.waiting[endpoint] = since
}

func (w *watched) end(endpoint string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting, endpoint)
}

// Backlog says how many endpoints of this server have not taken a change that was tried, and how old the oldest such change
// is.
func (s *Service) Backlog() (endpoints int, oldest time.Duration) {
	s.watched.mu.Lock()
	defer s.watched.mu.Unlock()
	for _, at := range s.watched.waiting {
		oldest = max(oldest, s.cfg.Clock().Sub(at))
	}
	return len(s.watched.waiting), oldest
}
