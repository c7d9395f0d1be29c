package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// retirementKind is what withdrawals are under in store.Publications: a published version never changes, so that what
// becomes of it is a publication beside it.
const retirementKind = "notice_retired"

// retirement is what the store keeps of one.
type retirement struct {
	At time.Time `json:"at"`
}

// Retire withdraws a version that has not taken effect: the log says so of each of its texts, and all servers pass over it
// from then on. Its number is not used again. Doing it again changes nothing. ErrUnknown if it is not published.
func (s *Service) Retire(ctx context.Context, key string, version int) error {
	n, err := s.Version(key, version)
	if err != nil {
		if err := s.Refresh(ctx); err != nil { // another server may have published it
			return err
		}
		if n, err = s.Version(key, version); err != nil {
			return err
		}
	}
	if !n.RetiredAt.IsZero() {
		return nil
	}
	first, err := s.sayRetired(ctx, n, Withdrawn)
	if err != nil {
		return fmt.Errorf("retire notice %s, version %d: %w", key, version, err)
	}
	at := s.clock().UTC().Truncate(time.Millisecond)
	content, err := json.Marshal(retirement{at})
	if err != nil {
		return fmt.Errorf("retire notice %s, version %d: %w", key, version, err)
	}
	err = s.store.Publish(ctx, store.Publication{
		Kind: retirementKind, Key: key, Version: version, Seq: first, PublishedAt: at, Content: content,
	})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("retire notice %s, version %d: %w", key, version, err)
	}
	return s.Refresh(ctx)
}

// sayRetired has the log say of each text of a version that it is no longer shown, and why; it gives the first entry.
func (s *Service) sayRetired(ctx context.Context, n Notice, why string) (first uint64, err error) {
	for i, tag := range slices.Sorted(maps.Keys(n.Texts)) {
		result, err := s.log.Append(ctx, retiredEvent(n, tag, why))
		if err != nil {
			return 0, err
		}
		if i == 0 {
			first = result.Entry.Seq
		}
	}
	return first, nil
}

// retiredEvent is derived, so that saying it again, here or on another server, repeats nothing.
func retiredEvent(n Notice, tag, why string) sequencer.Event {
	sum := n.Texts[tag].SHA256
	return sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind:   ledger.NoticeRetired,
			ID:     ledger.DerivedEventID(ledger.NoticeRetired, n.Key, strconv.Itoa(n.Version), tag, sum),
			Actor:  ledger.Actor{Type: ledger.ActorSystem},
			State:  why,
			Notice: &ledger.NoticeRef{Key: n.Key, Version: n.Version, Locale: tag, SHA256: sum},
		}, nil
	}}
}

// RetireSuperseded has the log say of each version that a later one has taken the place of that it is no longer shown. What
// is in force is decided by the clock, whether or not this was said; any server may say it, at any time.
func (s *Service) RetireSuperseded(ctx context.Context) error {
	for _, key := range s.Keys() {
		for _, n := range s.Versions(key) {
			if s.State(n) != Superseded {
				continue
			}
			name := key + "/" + strconv.Itoa(n.Version)
			if _, done := s.superseded.Load(name); done {
				continue
			}
			if _, err := s.sayRetired(ctx, n, Superseded); err != nil {
				return fmt.Errorf("say that notice %s, version %d, is superseded: %w", key, n.Version, err)
			}
			s.superseded.Store(name, true)
		}
	}
	return nil
}

// retirePace is how often it is looked whether a version was superseded.
const retirePace = 10 * time.Second

// Run says which versions were superseded until ctx ends. One server does it for all.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(retirePace)
	defer tick.Stop()
	for {
		if err := s.RetireSuperseded(ctx); err != nil && ctx.Err() == nil {
			return err // whoever runs this logs it, and begins again
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
