// Package published owns the versions of the data map: which were published, by whom, when each is in force, and what is
// done when the operator's file and what was published in the workspace differ. A published version never changes; each is
// an entry of the log, and so is each purpose that it changes.
package published

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/publication"
	"candor/models/sequencer"
	"candor/models/store"
)

// Key is the one key under which there are data maps.
const Key = "map"

const (
	kind        = "data_map"
	retiredKind = "data_map_retired"
)

// Where a version came from.
const (
	FromFile      = "file"      // the operator's reviewed file
	FromWorkspace = "workspace" // drafted and approved by staff
)

// Version is one that was published.
type Version struct {
	datamap.Version

	From string
	// Entry is the entry of the log that published it.
	Entry       uint64
	PublishedAt time.Time
	// Retired says that it was taken back before it took effect.
	Retired bool
}

// content is what the store keeps of a version.
type content struct {
	EffectiveAt time.Time       `json:"effective_at"`
	From        string          `json:"from"`
	Map         json.RawMessage `json:"map"`
}

// Log takes the events; *sequencer.Sequencer is one.
type Log interface {
	Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error)
}

// Config is what a Service works with; all of it is required, save that a Service without a Log publishes nothing.
type Config struct {
	Store store.Publications
	Log   Log
	// Purposes says in the log which purposes a map changes, and keeps their definitions: consent.PublishPurposes.
	Purposes func(ctx context.Context, m *datamap.Map) error
	// Holder is told which versions there are.
	Holder *datamap.Holder
	Clock  func() time.Time
	Logger *slog.Logger
}

// Service holds every published version in memory, and follows what other servers publish. It is safe for concurrent use.
type Service struct {
	*publication.Follower

	cfg Config

	mu       sync.Mutex
	versions []Version
}

// New reads what is published. Until there is something, the Holder holds what it was given.
func New(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{cfg: cfg}
	s.Follower = publication.NewFollower(cfg.Clock, s.Refresh)
	return s, s.Refresh(ctx)
}

// Refresh reads anew what is published. On an error it keeps what is known.
func (s *Service) Refresh(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, err := s.cfg.Store.Publications(ctx, kind)
	if err != nil {
		return fmt.Errorf("read data maps: %w", err)
	}
	gone, err := s.cfg.Store.Publications(ctx, retiredKind)
	if err != nil {
		return fmt.Errorf("read data maps: %w", err)
	}
	next := make([]Version, 0, len(stored))
	for i, p := range stored {
		if p.Version != i+1 {
			return fmt.Errorf("read data maps: version %d comes where %d is due", p.Version, i+1)
		}
		if i < len(s.versions) { // it never changes
			next = append(next, s.versions[i])
			continue
		}
		v, err := read(p)
		if err != nil {
			return err
		}
		next = append(next, v)
	}
	if len(next) < len(s.versions) { // a store that answers from an older state takes nothing away
		next = slices.Clone(s.versions)
	}
	for _, p := range gone {
		if p.Version <= len(next) {
			next[p.Version-1].Retired = true
		}
	}
	s.replace(next)
	return nil
}

func read(p store.Publication) (Version, error) {
	var c content
	if err := json.Unmarshal(p.Content, &c); err != nil {
		return Version{}, fmt.Errorf("read data map, version %d: %w", p.Version, err)
	}
	m, err := datamap.Read(c.Map)
	if err != nil {
		return Version{}, fmt.Errorf("read data map, version %d: %w", p.Version, err)
	}
	return Version{
		Version: datamap.Version{Number: p.Version, EffectiveAt: c.EffectiveAt, Map: m}, From: c.From, Entry: p.Seq, PublishedAt: p.PublishedAt,
	}, nil
}

// replace is called with mu held. What is in force changes with it, on this server.
func (s *Service) replace(next []Version) {
	s.versions = next
	var held []datamap.Version
	for _, v := range next {
		if !v.Retired {
			held = append(held, v.Version)
		}
	}
	if len(held) > 0 {
		s.cfg.Holder.Replace(held)
	}
}

// Versions lists all that were published, the oldest first, those taken back included.
func (s *Service) Versions() []Version {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.versions)
}

// Newest is the last version that was not taken back; its Number is 0 if there is none.
func (s *Service) Newest() Version { return newest(s.Versions()) }

func newest(versions []Version) Version {
	for _, v := range slices.Backward(versions) {
		if !v.Retired {
			return v
		}
	}
	return Version{}
}

// ErrTaken says that another map was published under the number.
var ErrTaken = errors.New("another data map is published under this number")

// Publish adds a version, to be in force from v.EffectiveAt on: first the log says which purposes it changes and that it is
// published, then it is kept. Publishing the same again changes nothing; another map under the same number is ErrTaken.
func (s *Service) Publish(ctx context.Context, v Version) error {
	if done, err := s.published(v); done || err != nil {
		return err
	}
	if err := s.Refresh(ctx); err != nil { // another server may have published it, or the one before
		return err
	}
	if done, err := s.published(v); done || err != nil {
		return err
	}
	if problems := v.Map.Problems(); len(problems) > 0 { // nothing else is ever published
		return fmt.Errorf("publish data map, version %d: %w", v.Number, problems)
	}
	if err := s.publish(ctx, v); err != nil {
		return fmt.Errorf("publish data map, version %d: %w", v.Number, err)
	}
	return nil
}

func (s *Service) publish(ctx context.Context, v Version) error {
	raw := v.Map.JSON()
	entry, err := s.say(ctx, ledger.DataMapPublished, v)
	if err != nil {
		return err
	}
	if err := s.cfg.Purposes(ctx, v.Map); err != nil {
		return err
	}
	kept, err := json.Marshal(content{v.EffectiveAt.UTC(), v.From, raw})
	if err != nil {
		return err
	}
	err = s.cfg.Store.Publish(ctx, store.Publication{
		Kind: kind, Key: Key, Version: v.Number, Seq: entry, PublishedAt: s.cfg.Clock(), Content: kept,
	})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	_, err = s.published(v) // another server may have been faster: is it the same?
	return err
}

// say has the log say what becomes of a version. The event is derived, so that a crash half-way repeats nothing.
func (s *Service) say(ctx context.Context, event string, v Version) (uint64, error) {
	sum := sha256.Sum256(v.Map.JSON())
	hash := hex.EncodeToString(sum[:])
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind: event, ID: ledger.DerivedEventID(event, strconv.Itoa(v.Number), hash), Actor: ledger.Actor{Type: ledger.ActorSystem},
			About: &ledger.About{Type: kind, Key: Key, Version: v.Number, SHA256: hash},
		}, nil
	}})
	return result.Entry.Seq, err
}

// published says whether a version is there already, and refuses another map under its number, or a number that does not
// come next.
func (s *Service) published(v Version) (bool, error) {
	have := s.Versions()
	switch {
	case v.Number < 1 || v.Number > len(have)+1:
		return false, fmt.Errorf("data map: version %d does not come next after %d", v.Number, len(have))
	case v.Number == len(have)+1:
		return false, nil
	}
	there := have[v.Number-1]
	if !there.Map.Equal(v.Map) || !there.EffectiveAt.Equal(v.EffectiveAt) {
		return false, ErrTaken
	}
	return true, nil
}

// Retire takes a version back that has not taken effect; again it changes nothing. The purposes that it had changed are
// said to be what they were.
func (s *Service) Retire(ctx context.Context, number int) error {
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	have := s.Versions()
	if number < 1 || number > len(have) {
		return fmt.Errorf("retire data map: there is no version %d", number)
	}
	v := have[number-1]
	if v.Retired {
		return nil
	}
	have[number-1].Retired = true
	entry, err := s.say(ctx, ledger.DataMapRetired, v)
	if err != nil {
		return fmt.Errorf("retire data map: %w", err)
	}
	if err := s.cfg.Purposes(ctx, newest(have).Map); err != nil {
		return fmt.Errorf("retire data map: %w", err)
	}
	err = s.cfg.Store.Publish(ctx, store.Publication{
		Kind: retiredKind, Key: Key, Version: number, Seq: entry, PublishedAt: s.cfg.Clock(), Content: []byte("{}"),
	})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("retire data map: %w", err)
	}
	return s.Refresh(ctx)
}
