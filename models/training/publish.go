package training

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// What requirements are under in store.Publications: their versions, and those of them that were taken back before they
// came into force.
const (
	publicationKind = "requirement"
	withdrawnKind   = "requirement_withdrawn"
)

// Publish adds a version. One that is published already is left as it is; one whose content differs from what was published
// under its number is refused. Of servers that publish the same at the same time all succeed, and the log says it once.
func (s *Service) Publish(ctx context.Context, r Requirement) error {
	if done, _ := s.published(r); done {
		return nil
	}
	if err := s.Refresh(ctx); err != nil { // another server may have published it, or the one before
		return err
	}
	if done, err := s.published(r); done || err != nil {
		return err
	}
	if err := s.publish(ctx, r); err != nil {
		return fmt.Errorf("publish requirement %s, version %d: %w", r.Key, r.Version, err)
	}
	return nil
}

func (s *Service) publish(ctx context.Context, r Requirement) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	result, err := s.cfg.Log.Append(ctx, publicationEvent(ledger.RequirementPublished, r, content))
	if err != nil {
		return err
	}
	kept := s.cfg.Publications.Publish(ctx, store.Publication{
		Kind: publicationKind, Key: r.Key, Version: r.Version, Seq: result.Entry.Seq, PublishedAt: s.cfg.Clock(), Content: content,
	})
	if kept != nil && !errors.Is(kept, store.ErrExists) {
		return kept
	}
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	done, err := s.published(r)
	if err == nil && !done {
		err = kept
	}
	return err
}

// Withdraw takes a version back that has not come into force. It is said in the log, and nobody is ever bound by it.
func (s *Service) Withdraw(ctx context.Context, key string, version int) error {
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	have := s.known()[key]
	if version < 1 || version > len(have) {
		return ErrUnknown
	}
	r := have[version-1]
	if r.Withdrawn {
		return nil
	}
	if !r.EffectiveAt.After(s.cfg.Clock()) {
		return ErrInForce
	}
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	result, err := s.cfg.Log.Append(ctx, publicationEvent(ledger.RequirementWithdrawn, r, content))
	if err != nil {
		return err
	}
	err = s.cfg.Publications.Publish(ctx, store.Publication{
		Kind: withdrawnKind, Key: key, Version: version, Seq: result.Entry.Seq, PublishedAt: s.cfg.Clock(), Content: []byte("{}"),
	})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	return s.Refresh(ctx)
}

// publicationEvent is derived from what is published, so that a crash half-way repeats nothing. The hash is that of the
// whole content: rules, questions and every language.
func publicationEvent(kind string, r Requirement, content []byte) sequencer.Event {
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	return sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind:  kind,
			ID:    ledger.DerivedEventID(kind, r.Key, strconv.Itoa(r.Version), hash),
			Actor: ledger.Actor{Type: ledger.ActorSystem},
			About: r.about("", hash),
		}, nil
	}}
}

// published says whether a version is there already, and refuses other content under its number, or a number that does
// not come next.
func (s *Service) published(r Requirement) (bool, error) {
	have := s.known()[r.Key]
	if r.Version < 1 || r.Version > len(have)+1 {
		return false, fmt.Errorf("requirement %s: version %d does not come next after %d", r.Key, r.Version, len(have))
	}
	if r.Version == len(have)+1 {
		return false, nil
	}
	there, err := json.Marshal(have[r.Version-1])
	if err != nil {
		return false, err
	}
	content, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(there, content) {
		return false, fmt.Errorf("requirement %s, version %d is published with other content; what is published never changes: write version %d",
			r.Key, r.Version, len(have)+1)
	}
	return true, nil
}

// Refresh reads anew what is published. On an error it keeps what is known.
func (s *Service) Refresh(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	asked := s.cfg.Clock()
	stored, err := s.cfg.Publications.Publications(ctx, publicationKind)
	if err != nil {
		return fmt.Errorf("read requirements: %w", err)
	}
	withdrawn, err := s.cfg.Publications.Publications(ctx, withdrawnKind)
	if err != nil {
		return fmt.Errorf("read requirements: %w", err)
	}
	next := versions{}
	for _, p := range stored {
		have := next[p.Key]
		if p.Version != len(have)+1 {
			return fmt.Errorf("read requirement %s: version %d comes where %d is due", p.Key, p.Version, len(have)+1)
		}
		r := Requirement{Key: p.Key, Version: p.Version, Entry: p.Seq}
		if known := s.known()[p.Key]; len(known) >= p.Version { // it never changes
			r = known[p.Version-1]
		} else if err := json.Unmarshal(p.Content, &r); err != nil {
			return fmt.Errorf("read requirement %s, version %d: %w", p.Key, p.Version, err)
		}
		r.Withdrawn = slices.ContainsFunc(withdrawn, func(w store.Publication) bool { return w.Key == p.Key && w.Version == p.Version })
		next[p.Key] = append(have, r)
	}
	s.keepKnown(next)
	s.versions.Store(&next)
	s.read.Store(asked.UnixNano())
	return nil
}

// keepKnown lets a store that answers from an older state take nothing away.
func (s *Service) keepKnown(next versions) {
	for key, known := range s.known() {
		if len(known) > len(next[key]) {
			next[key] = append(slices.Clone(next[key]), known[len(next[key]):]...)
		}
	}
	maps.DeleteFunc(next, func(_ string, have []Requirement) bool { return len(have) == 0 })
}

// recent makes sure that what is known is no older than MaxAge.
func (s *Service) recent(ctx context.Context) error {
	age := s.cfg.Clock().Sub(time.Unix(0, s.read.Load()))
	if age >= 0 && age <= s.cfg.MaxAge {
		return nil
	}
	return s.Refresh(ctx)
}
