package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"candor/models"
	"candor/models/feed"
	"candor/models/ledger"
	"candor/models/store"
)

const (
	// maxEndpoints is how many there may be: each is a goroutine and a few questions to the store.
	maxEndpoints = 100
	// maxDescription is how long a description may be, in characters.
	maxDescription = 200
	// maxFilter is how many kinds or purposes an endpoint may name.
	maxFilter = 100
)

// What is wrong with what was asked.
var (
	ErrNotFound   = models.Fail(models.NotFound, "unknown_webhook")
	errTooMany    = models.Fail(models.Conflict, "too_many_webhooks", "max", maxEndpoints)
	errChanged    = models.Fail(models.Conflict, "webhook_changed")
	errNoChange   = models.Fail(models.NotFound, "no_such_change")
	errBadState   = models.Fail(models.Invalid, "bad_webhook_state").In("state")
	errManyAtOnce = models.Fail(models.TooMany, "too_many_requests", "seconds", 5)
)

// Input is what somebody says about an endpoint.
type Input struct {
	URL, Description string
	// Kinds and Purposes say which changes it is told of; none for all. See feed.Filter.
	Kinds, Purposes []string
	// State is Enabled or Disabled; empty is Enabled.
	State string
	// After is the entry after which delivery begins; nil is now. It counts when an endpoint is made.
	After *uint64
	// Named is by whom and under which name it is made: the same said again under one name is one endpoint. Empty for none.
	Named []string `json:",omitempty"`
}

// Endpoint is one as it stands.
type Endpoint struct {
	store.Endpoint
	// PublicKeys verify signatures v1a, the newest first.
	PublicKeys []string
	// Progress is how far delivery has come.
	Progress store.EndpointProgress
}

// Create makes an endpoint. Its secret is given once and never again, save to who repeats under one name what may have been
// lost on the way.
func (s *Service) Create(ctx context.Context, in Input) (e Endpoint, text string, err error) {
	if err := s.check(in); err != nil {
		return e, "", err
	}
	id, err := s.newID(in)
	if err != nil {
		return e, "", err
	}
	if e, text, err = s.made(ctx, id); err == nil || !errors.Is(err, ErrNotFound) {
		return e, text, err
	}
	all, err := s.cfg.Store.Endpoints(ctx)
	if err != nil {
		return e, "", fmt.Errorf("count webhooks: %w", err)
	}
	if len(all) >= maxEndpoints {
		return e, "", errTooMany
	}
	after, err := s.begins(ctx, in.After)
	if err != nil {
		return e, "", err
	}
	fresh, err := newSecret(s.cfg.Random)
	if err != nil {
		return e, "", err
	}
	now := s.now()
	made := store.Endpoint{ID: id, After: after, Start: 1, CreatedAt: now, UpdatedAt: now, Revision: 1}
	apply(&made, in)
	if made.Secrets, err = s.sealSecrets(ctx, made.ID, []secret{fresh}); err != nil {
		return e, "", err
	}
	progress := store.EndpointProgress{Endpoint: made.ID, Start: made.Start, Cursor: after, Revision: 1}
	// First, because nobody looks at it without an endpoint; what a crash left is as good.
	if err := s.cfg.Store.SaveEndpointProgress(ctx, progress, 0, nil); err != nil && !errors.Is(err, store.ErrTaken) {
		return e, "", fmt.Errorf("make a webhook: %w", err)
	}
	switch err := s.cfg.Store.CreateEndpoint(ctx, made); {
	case errors.Is(err, store.ErrExists): // who said the same at once was first
		return s.made(ctx, id)
	case err != nil:
		return e, "", fmt.Errorf("make a webhook: %w", err)
	}
	s.wake()
	return Endpoint{made, []string{fresh.public()}, progress}, fresh.text(), nil
}

// newID is an endpoint's: drawn, or what follows from its name and all that is said of it.
func (s *Service) newID(in Input) (string, error) {
	id := make([]byte, sha256.Size)
	if len(in.Named) == 0 {
		if _, err := io.ReadFull(s.cfg.Random, id); err != nil {
			return "", fmt.Errorf("draw a webhook's id: %w", err)
		}
	} else {
		said, err := json.Marshal(in)
		if err != nil {
			return "", fmt.Errorf("name a webhook: %w", err)
		}
		sum := sha256.Sum256(append([]byte("candor webhook endpoint\x00"), said...))
		id = sum[:]
	}
	return "we_" + hex.EncodeToString(id[:12]), nil
}

// made is an endpoint that is there, with its newest secret.
func (s *Service) made(ctx context.Context, id string) (Endpoint, string, error) {
	e, err := s.Endpoint(ctx, id)
	if err != nil {
		return e, "", err
	}
	secrets, err := s.openSecrets(ctx, e.ID, e.Secrets)
	if err != nil {
		return e, "", err
	}
	return e, secrets[0].text(), nil
}

// now is the time as it is stored.
func (s *Service) now() time.Time { return s.cfg.Clock().UTC().Truncate(time.Millisecond) }

func apply(e *store.Endpoint, in Input) {
	e.URL, e.Description, e.Kinds, e.Purposes = in.URL, in.Description, in.Kinds, in.Purposes
	e.State, e.Reason = Enabled, ""
	if in.State == Disabled {
		e.State, e.Reason = Disabled, Requested
	}
}

// begins is the entry after which delivery begins.
func (s *Service) begins(ctx context.Context, after *uint64) (uint64, error) {
	last, err := s.cfg.Feed.Last(ctx)
	switch {
	case err != nil:
		return 0, fmt.Errorf("read the end of the log: %w", err)
	case after == nil:
		return last, nil
	case *after > last:
		return 0, feed.ErrBeyond
	}
	return *after, nil
}

func (s *Service) check(in Input) error {
	if err := s.sender.guard.checkURL(in.URL); err != nil {
		return err
	}
	switch {
	case utf8.RuneCountInString(in.Description) > maxDescription:
		return models.Fail(models.Invalid, "too_long", "max", maxDescription).In("description")
	case len(in.Kinds) > maxFilter:
		return models.Fail(models.Invalid, "too_many_fields", "max", maxFilter).In("kinds")
	case len(in.Purposes) > maxFilter:
		return models.Fail(models.Invalid, "too_many_fields", "max", maxFilter).In("purposes")
	case in.State != "" && in.State != Enabled && in.State != Disabled:
		return errBadState
	}
	err := s.cfg.Feed.Check(feed.Filter{Kinds: in.Kinds, Purposes: in.Purposes})
	if e, ok := errors.AsType[*models.Error](err); ok { // the members here are lists, and named so
		return e.In(e.Field + "s")
	}
	return err
}

// Endpoint gives one.
func (s *Service) Endpoint(ctx context.Context, id string) (Endpoint, error) {
	e, err := s.stored(ctx, id)
	if err != nil {
		return Endpoint{}, err
	}
	return s.view(ctx, e)
}

func (s *Service) stored(ctx context.Context, id string) (store.Endpoint, error) {
	e, err := s.cfg.Store.Endpoint(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return e, ErrNotFound
	}
	return e, models.Wrap("read a webhook", err)
}

// view adds what is kept elsewhere.
func (s *Service) view(ctx context.Context, e store.Endpoint) (Endpoint, error) {
	view := Endpoint{Endpoint: e}
	secrets, err := s.openSecrets(ctx, e.ID, e.Secrets)
	if err != nil {
		return view, err
	}
	now := s.cfg.Clock()
	for _, k := range secrets {
		if k.Until.IsZero() || now.Before(k.Until) {
			view.PublicKeys = append(view.PublicKeys, k.public())
		}
	}
	view.Progress, err = s.cfg.Store.EndpointProgress(ctx, e.ID)
	if errors.Is(err, store.ErrNotFound) || (err == nil && view.Progress.Start != e.Start) {
		view.Progress = store.EndpointProgress{Cursor: e.After}
		return view, nil
	}
	return view, models.Wrap("read the progress of a webhook", err)
}

// Endpoints gives up to limit with an id greater than after, in order of their ids.
func (s *Service) Endpoints(ctx context.Context, after string, limit int) ([]Endpoint, error) {
	all, err := s.cfg.Store.Endpoints(ctx)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	views := []Endpoint{}
	for _, e := range all {
		if e.ID <= after || len(views) == limit {
			continue
		}
		view, err := s.view(ctx, e)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// Update replaces what is said about an endpoint. One that is enabled again, or is somewhere else now, goes on where it stopped,
// at once.
func (s *Service) Update(ctx context.Context, id string, in Input) (Endpoint, error) {
	if err := s.check(in); err != nil {
		return Endpoint{}, err
	}
	return s.change(ctx, id, func(e *store.Endpoint) error {
		was := *e
		apply(e, in)
		if was.State == Disabled && e.State == Disabled {
			e.Reason = was.Reason
		}
		if was.URL != e.URL || (was.State == Disabled && e.State == Enabled) { // what was wrong is forgotten
			view, err := s.view(ctx, was)
			if err != nil {
				return err
			}
			e.Start, e.After = e.Start+1, view.Progress.Cursor
		}
		return nil
	})
}

// Rotate gives an endpoint a new secret, which is given once; those before it sign beside it for as long as overlap.
func (s *Service) Rotate(ctx context.Context, id string, overlap time.Duration) (e Endpoint, text string, err error) {
	e, err = s.change(ctx, id, func(e *store.Endpoint) error {
		secrets, err := s.openSecrets(ctx, e.ID, e.Secrets)
		if err != nil {
			return err
		}
		fresh, err := newSecret(s.cfg.Random)
		if err != nil {
			return err
		}
		text = fresh.text()
		now := s.now()
		e.Secrets, err = s.sealSecrets(ctx, e.ID, rotated(secrets, fresh, now, now.Add(overlap)))
		return err
	})
	return e, text, err
}

// Replay has an endpoint told again of what comes after an entry, or go on there.
func (s *Service) Replay(ctx context.Context, id string, after uint64) (Endpoint, error) {
	if _, err := s.begins(ctx, &after); err != nil {
		return Endpoint{}, err
	}
	return s.change(ctx, id, func(e *store.Endpoint) error {
		e.Start, e.After = e.Start+1, after
		return nil
	})
}

// change replaces an endpoint, if nobody else does at the same time.
func (s *Service) change(ctx context.Context, id string, change func(e *store.Endpoint) error) (Endpoint, error) {
	e, err := s.stored(ctx, id)
	if err != nil {
		return Endpoint{}, err
	}
	before := e.Revision
	if err := change(&e); err != nil {
		return Endpoint{}, err
	}
	e.UpdatedAt, e.Revision = s.now(), before+1
	switch err := s.cfg.Store.UpdateEndpoint(ctx, e, before); {
	case errors.Is(err, store.ErrTaken):
		return Endpoint{}, errChanged
	case errors.Is(err, store.ErrNotFound):
		return Endpoint{}, ErrNotFound
	case err != nil:
		return Endpoint{}, fmt.Errorf("change a webhook: %w", err)
	}
	s.wake()
	return s.view(ctx, e)
}

// Delete removes an endpoint with its secrets and deliveries; one that is not there is no error.
func (s *Service) Delete(ctx context.Context, id string) error {
	err := s.cfg.Store.DeleteEndpoint(ctx, id)
	s.wake()
	return models.Wrap("remove a webhook", err)
}

// Deliveries lists an endpoint's with an entry below before, the newest entry first.
func (s *Service) Deliveries(ctx context.Context, id string, before uint64, limit int) ([]store.Delivery, error) {
	if _, err := s.stored(ctx, id); err != nil {
		return nil, err
	}
	list, err := s.cfg.Store.PageDeliveries(ctx, id, before, limit)
	return list, models.Wrap("list deliveries", err)
}

// attempt makes one that somebody waits for, whatever the endpoint's state.
func (s *Service) attempt(ctx context.Context, id, message string, m Message) (result, time.Time, error) {
	select {
	case s.manual <- struct{}{}:
		defer func() { <-s.manual }()
	default:
		return result{}, time.Time{}, errManyAtOnce
	}
	e, err := s.stored(ctx, id)
	if err != nil {
		return result{}, time.Time{}, err
	}
	secrets, err := s.openSecrets(ctx, id, e.Secrets)
	if err != nil {
		return result{}, time.Time{}, err
	}
	sign, err := newSigner(secrets)
	if err != nil {
		return result{}, time.Time{}, err
	}
	at := s.now()
	r, err := s.sender.send(ctx, e.URL, message, sign, at, m)
	return r, at, err
}

// Test is the kind of a message that is about nothing.
const Test = "webhook.test"

// Try sends a message that is about nothing, once, and says what came of it.
func (s *Service) Try(ctx context.Context, id string) (store.Delivery, error) {
	random := make([]byte, 16)
	if _, err := io.ReadFull(s.cfg.Random, random); err != nil {
		return store.Delivery{}, fmt.Errorf("draw a message's id: %w", err)
	}
	message := "msg_" + hex.EncodeToString(random)
	r, at, err := s.attempt(ctx, id, message, Message{
		Type: Test, Timestamp: ledger.FormatTime(s.now()), Data: map[string]string{"webhook": id},
	})
	return described(store.Delivery{Endpoint: id, MessageID: message, Kind: Test, State: Failed}, r, at), err
}

// Redeliver sends one change again, once and beside what else is delivered, and says what came of it.
func (s *Service) Redeliver(ctx context.Context, id string, seq uint64) (store.Delivery, error) {
	if _, err := s.stored(ctx, id); err != nil {
		return store.Delivery{}, err
	}
	change, ok, err := s.cfg.Feed.One(ctx, seq)
	if err != nil {
		return store.Delivery{}, err
	}
	if !ok {
		return store.Delivery{}, errNoChange
	}
	d, err := s.cfg.Store.Delivery(ctx, id, seq)
	if errors.Is(err, store.ErrNotFound) {
		d, err = store.Delivery{Endpoint: id, Seq: seq, MessageID: messageID(id, seq), Kind: change.Kind, State: Failed}, nil
	}
	if err != nil {
		return store.Delivery{}, fmt.Errorf("read a delivery: %w", err)
	}
	r, at, err := s.attempt(ctx, id, d.MessageID, messageOf(&change))
	if err != nil {
		return store.Delivery{}, err
	}
	d = described(d, r, at)
	return d, models.Wrap("write a delivery", s.cfg.Store.PutDelivery(ctx, d))
}

// described adds an attempt to a delivery. One that failed leaves the state as it was.
func described(d store.Delivery, r result, at time.Time) store.Delivery {
	if d.Attempts == 0 {
		d.FirstAt = at
	}
	d.Attempts++
	d.LastAt, d.Code, d.Problem, d.Took = at, r.code, r.problem, r.took.Truncate(time.Millisecond)
	if r.ok() {
		d.State, d.NextAt = Delivered, time.Time{}
	}
	return d
}
