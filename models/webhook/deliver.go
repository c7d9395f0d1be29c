package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"candor/models/feed"
	"candor/models/ledger"
	"candor/models/store"
)

const (
	// pageSize is how many changes are read at once for an endpoint.
	pageSize = 200
	// saveEvery and saveAfter bound what a crash has delivered again: so many deliveries, and so long after the first.
	saveEvery = 256
	saveAfter = time.Second
	// passOver is how many entries that are not for the endpoint are passed over before that is saved.
	passOver = 4096
	// freshFor is how long after it was read a change may be sent: what is erased meanwhile is not.
	freshFor = time.Second
	// keepDeliveries is how many are listed of an endpoint; a tenth more are kept before the rest is forgotten.
	keepDeliveries = 1000
)

// courier delivers to one endpoint, as it was at one revision.
type courier struct {
	s        *Service
	endpoint store.Endpoint
	sign     signer
	progress store.EndpointProgress
	saved    uint64 // the cursor that is in the store

	page   []feed.Change // what comes next, oldest first
	readAt time.Time

	done      []store.Delivery // not yet saved
	doneSince time.Time
	written   int // deliveries since the last were forgotten
}

// errDone ends the work of a courier whose endpoint is disabled now.
var errDone = errors.New("the endpoint is disabled")

// deliver delivers to an endpoint until ctx ends, the endpoint is disabled, or the store fails.
func (s *Service) deliver(ctx context.Context, e store.Endpoint) error {
	c, err := s.courier(ctx, e)
	if err != nil {
		return err
	}
	defer s.watched.end(e.ID)
	for err == nil && ctx.Err() == nil {
		err = c.step(ctx)
	}
	// What was answered is not to be sent again for want of a line in the store.
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptLimit)
	defer cancel()
	switch failed := c.save(saving); {
	case errors.Is(err, errDone), ctx.Err() != nil:
		return failed
	default:
		return errors.Join(err, failed)
	}
}

func (s *Service) courier(ctx context.Context, e store.Endpoint) (*courier, error) {
	secrets, err := s.openSecrets(ctx, e.ID, e.Secrets)
	if err != nil {
		return nil, err
	}
	c := &courier{s: s, endpoint: e}
	if c.sign, err = newSigner(secrets); err != nil {
		return nil, err
	}
	c.progress, err = s.cfg.Store.EndpointProgress(ctx, e.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("read the progress of a webhook: %w", err)
	}
	if err != nil || c.progress.Start != e.Start { // somebody has said where to begin, since
		c.progress = store.EndpointProgress{Endpoint: e.ID, Start: e.Start, Cursor: e.After, Revision: c.progress.Revision}
	}
	c.saved = c.progress.Cursor
	return c, nil
}

// step makes one attempt, or waits for something to attempt. After a wait it looks again at what there is: that may have been
// erased meanwhile.
func (c *courier) step(ctx context.Context) error {
	change, err := c.next(ctx)
	if err != nil || change == nil {
		return err
	}
	c.trying(change.LogIndex)
	if c.progress.Attempts > 0 && c.paused(ctx) {
		return nil
	}
	at := c.s.cfg.Clock()
	result, err := c.s.sender.send(ctx, c.endpoint.URL, messageID(c.endpoint.ID, change.LogIndex), c.sign, at, messageOf(change))
	if err != nil {
		return err
	}
	if ctx.Err() != nil && !result.ok() { // it was broken off: nobody knows how it would have ended
		return nil
	}
	return c.account(ctx, change, at, result)
}

// trying begins to count anew unless the attempts so far were for this entry. The one that they were for may
// have been erased while no server ran, or not be wanted any more.
func (c *courier) trying(seq uint64) {
	if c.progress.Trying != seq {
		c.settled()
		c.progress.Trying = seq
	}
}

// settled ends the attempts at an entry.
func (c *courier) settled() {
	p := &c.progress
	p.Trying, p.Attempts, p.Since, p.NextAt = 0, 0, time.Time{}, time.Time{}
}

// paused waits until the next attempt may be made; false if it may be made now.
func (c *courier) paused(ctx context.Context) bool {
	wait := c.progress.NextAt.Sub(c.s.cfg.Clock())
	if wait <= 0 {
		return false
	}
	select {
	case <-c.s.cfg.After(wait):
	case <-ctx.Done():
	}
	return true
}

// next is the change that comes after the cursor; nil if it is to be asked again. It saves before it waits.
func (c *courier) next(ctx context.Context) (*feed.Change, error) {
	if len(c.page) == 0 {
		if err := c.read(ctx); err != nil || len(c.page) == 0 {
			return nil, err
		}
	}
	change := &c.page[0]
	if age := c.s.cfg.Clock().Sub(c.readAt); age >= 0 && age < freshFor {
		return change, nil
	}
	fresh, ok, err := c.s.cfg.Feed.One(ctx, change.LogIndex)
	if err != nil {
		return nil, err
	}
	if !ok { // erased
		return nil, c.pass(ctx, change)
	}
	*change = fresh
	return change, nil
}

// read reads what comes next, at once or when it comes.
func (c *courier) read(ctx context.Context) error {
	query := feed.Query{
		Filter: feed.Filter{Kinds: c.endpoint.Kinds, Purposes: c.endpoint.Purposes}, After: c.progress.Cursor, Limit: pageSize,
	}
	page, err := c.s.cfg.Feed.Read(ctx, query)
	if err == nil && len(page.Changes) == 0 && page.Last == c.progress.Cursor {
		if len(c.done) > 0 {
			return c.save(ctx)
		}
		query.Wait = feed.MaxWait
		page, err = c.s.cfg.Feed.Read(ctx, query)
	}
	if err != nil {
		return fmt.Errorf("read changes for a webhook: %w", err)
	}
	if c.page, c.readAt = page.Changes, c.s.cfg.Clock(); len(c.page) > 0 {
		return nil
	}
	c.progress.Cursor = page.Last
	if c.progress.Cursor-c.saved >= passOver {
		return c.save(ctx)
	}
	return nil
}

// pass goes on to the change after one, which is settled.
func (c *courier) pass(ctx context.Context, change *feed.Change) error {
	c.s.watched.end(c.endpoint.ID)
	c.settled()
	c.progress.Cursor = change.LogIndex
	c.page = c.page[1:]
	if len(c.done) >= saveEvery || (len(c.done) > 0 && c.s.cfg.Clock().Sub(c.doneSince) >= saveAfter) {
		return c.save(ctx)
	}
	return nil
}

// account settles a change, or says when it is tried again.
func (c *courier) account(ctx context.Context, change *feed.Change, at time.Time, r result) error {
	p := &c.progress
	if p.Attempts == 0 {
		p.Since = at
	}
	p.Attempts++
	d := store.Delivery{
		Endpoint: c.endpoint.ID, Seq: change.LogIndex, MessageID: messageID(c.endpoint.ID, change.LogIndex), Kind: change.Kind,
		State: Delivered, Attempts: p.Attempts, FirstAt: p.Since, LastAt: at, Code: r.code, Problem: r.problem, Took: r.took,
	}
	c.s.attempted(r)
	tried := at.Sub(p.Since)
	switch {
	case r.ok():
		p.GivenUp = false
		c.note(d)
		return c.pass(ctx, change)
	case r.problem == Gone:
		return c.disable(ctx, d, Gone)
	case p.GivenUp: // the one before was given up, and this one fails too: it is not the change
		return c.disable(ctx, d, Failing)
	case tried >= giveUpAfter:
		return c.giveUp(ctx, change, d)
	}
	p.NextAt = at.Add(min(backoff(p.Attempts, r.retryAfter), giveUpAfter-tried))
	d.State, d.NextAt = Waiting, p.NextAt
	c.note(d)
	if made, err := ledger.ParseTime(change.Time); err == nil {
		c.s.watched.wait(c.endpoint.ID, made)
	}
	return c.save(ctx)
}

// giveUp goes on with the next change. The operator is told, and sees it in the list.
func (c *courier) giveUp(ctx context.Context, change *feed.Change, d store.Delivery) error {
	c.s.cfg.Logger.Error("a change could not be delivered to a webhook and was given up",
		"endpoint", c.endpoint.ID, "log_index", d.Seq, "attempts", d.Attempts, "problem", d.Problem, "status", d.Code)
	if c.s.cfg.Watch.GivenUp != nil {
		c.s.cfg.Watch.GivenUp()
	}
	d.State = Failed
	c.note(d)
	c.progress.GivenUp = true
	if err := c.pass(ctx, change); err != nil {
		return err
	}
	return c.save(ctx)
}

// disable ends delivery to the endpoint. Its cursor stays where it is: whoever enables it again misses nothing.
func (c *courier) disable(ctx context.Context, d store.Delivery, reason string) error {
	d.State = Failed
	c.note(d)
	c.settled()
	if err := c.save(ctx); err != nil {
		return err
	}
	e := c.endpoint
	e.State, e.Reason, e.UpdatedAt, e.Revision = Disabled, reason, c.s.cfg.Clock(), e.Revision+1
	switch err := c.s.cfg.Store.UpdateEndpoint(ctx, e, c.endpoint.Revision); {
	case errors.Is(err, store.ErrTaken), errors.Is(err, store.ErrNotFound):
		return errDone // somebody has changed it meanwhile, and has the last word
	case err != nil:
		return fmt.Errorf("disable a webhook: %w", err)
	}
	c.s.cfg.Logger.Error("a webhook endpoint was disabled", "endpoint", e.ID, "reason", reason, "status", d.Code)
	if c.s.cfg.Watch.Ended != nil {
		c.s.cfg.Watch.Ended(reason)
	}
	c.s.wake()
	return errDone
}

func (c *courier) note(d store.Delivery) {
	if len(c.done) == 0 {
		c.doneSince = c.s.cfg.Clock()
	}
	c.done = append(c.done, d)
}

// save writes how far this has come, if anything was settled or tried. Whoever lost the lease writes nothing.
func (c *courier) save(ctx context.Context) error {
	if len(c.done) == 0 && c.progress.Cursor-c.saved < passOver {
		return nil
	}
	p := c.progress
	p.Revision++
	if err := c.s.cfg.Store.SaveEndpointProgress(ctx, p, c.progress.Revision, c.done); err != nil {
		return fmt.Errorf("save the progress of a webhook: %w", err)
	}
	c.written += len(c.done)
	c.progress, c.saved, c.done = p, p.Cursor, c.done[:0]
	if c.written < keepDeliveries/10 {
		return nil
	}
	c.written = 0
	return c.s.cfg.Store.ForgetDeliveries(ctx, c.endpoint.ID, keepDeliveries)
}

// attempted tells of an attempt.
func (s *Service) attempted(r result) {
	if s.cfg.Watch.Attempt == nil {
		return
	}
	outcome := r.problem
	if r.ok() {
		outcome = Delivered
	}
	s.cfg.Watch.Attempt(outcome, r.took)
}

// messageID names the message about an entry to an endpoint: the same for each attempt, so that its receiver can tell what
// it has had already, and another for each endpoint.
func messageID(endpoint string, seq uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "candor webhook|%s|%d", endpoint, seq))
	return "msg_" + hex.EncodeToString(sum[:16])
}
