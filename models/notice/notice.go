// Package notice owns the texts that people are shown: which versions there are, which is in force,
// what each says in each language, and its hash. A published version never changes; every text of it
// is an entry of the log.
package notice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/publication"
	"candor/models/sequencer"
	"candor/models/store"
)

// publicationKind is what notices are under in store.Publications.
const publicationKind = "notice"

// ErrUnknown: there is no such notice or version.
var ErrUnknown = models.Fail(models.NotFound, "unknown_notice")

// ErrDamaged: what is kept of a version is not what was published, and nobody is shown it.
var ErrDamaged = models.Fail(models.Unavailable, "notice_damaged")

// Notice is one version of a text.
type Notice struct {
	Key     string
	Version int // 1, 2, 3, …
	// EffectiveAt is when it comes into force.
	EffectiveAt time.Time
	// Material says that its meaning differs from the version before.
	Material bool
	// Effect is what it does to consents that were given to earlier versions, from InvalidFrom on if it invalidates.
	Effect      Effect
	InvalidFrom time.Time
	Texts       map[string]Text // by BCP 47 tag
	// RetiredAt is when it was withdrawn, before it took effect; zero if it was not.
	RetiredAt time.Time

	damaged bool // a text of it, as it was read, has another hash than when it was published
}

// Intact says whether what is kept of a version is what was published. One that is not counts as before for where people
// stand, which its words do not decide; but its words are nobody's, and are shown to nobody as if they were.
func (n Notice) Intact() bool { return !n.damaged }

// Effect is what a version does to consents that were given to earlier ones. Its approver says so.
type Effect string

// The effects.
const (
	Keep       Effect = ""           // they stand: nothing has changed for whoever gave them
	Ask        Effect = "ask"        // they stand until the person, asked anew, has decided
	Invalidate Effect = "invalidate" // they bind nobody from a date on
)

// Text is a notice in one language.
type Text struct {
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Body    string `json:"body"` // Markdown without HTML
	// SHA256 is Hash's, 64 lower-case hexadecimal digits.
	SHA256 string `json:"sha256"`
	// Entry is the entry of the log that published it.
	Entry uint64 `json:"entry"`
}

// Hash is the SHA-256, in hexadecimal, of title, summary and body with a blank line between them.
func (t Text) Hash() string {
	sum := sha256.Sum256([]byte(t.Title + "\n\n" + t.Summary + "\n\n" + t.Body))
	return hex.EncodeToString(sum[:])
}

// In gives the text in a language, or in English; tag is the language it is in.
func (n Notice) In(language string) (text Text, tag string) {
	if t, ok := n.Texts[language]; ok {
		return t, language
	}
	return n.Texts["en"], "en"
}

// Ref names the exact text that is shown to somebody who reads a language.
func (n Notice) Ref(language string) models.NoticeRef {
	t, tag := n.In(language)
	return models.NoticeRef{Key: n.Key, Version: n.Version, Locale: tag, SHA256: t.SHA256}
}

// Log takes the events; *sequencer.Sequencer is one.
type Log interface {
	Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error)
}

// Service holds every published version in memory: there are few, and every page shows some. It is
// safe for concurrent use; readers wait for nobody.
type Service struct {
	*publication.Follower

	store  store.Publications
	log    Log
	clock  func() time.Time
	logger *slog.Logger

	changing sync.Mutex // versions are what the store holds, or less
	versions atomic.Pointer[versions]
	fates    atomic.Pointer[map[string][]fate] // of the same versions: what later ones do to consents given to each

	superseded sync.Map // key/version of those of which the log says so
}

// versions are those of each key, in order, withdrawn ones included: version n is at n-1. They never change: new ones take
// their place.
type versions map[string][]Notice

// New reads what is published.
func New(ctx context.Context, publications store.Publications, log Log, clock func() time.Time, logger *slog.Logger) (*Service, error) {
	s := &Service{store: publications, log: log, clock: clock, logger: logger}
	s.Follower = publication.NewFollower(clock, s.Refresh)
	s.hold(versions{})
	return s, s.Refresh(ctx)
}

// Publish adds a version. One that is published already is left as it is; one whose texts differ
// from what was published under its number is refused. Of servers that publish the same at the same
// time all succeed, and the log says it once.
func (s *Service) Publish(ctx context.Context, n Notice) error {
	if done, _ := s.published(n); done {
		return nil
	}
	if err := s.Refresh(ctx); err != nil { // another server may have published it, or the one before
		return err
	}
	if done, err := s.published(n); done || err != nil {
		return err
	}
	if err := s.publish(ctx, n); err != nil {
		return fmt.Errorf("publish notice %s, version %d: %w", n.Key, n.Version, err)
	}
	return nil
}

func (s *Service) publish(ctx context.Context, n Notice) error {
	n, first, err := s.record(ctx, n)
	if err != nil {
		return err
	}
	content, err := json.Marshal(n)
	if err != nil {
		return err
	}
	err = s.keep(ctx, n, store.Publication{
		Kind: publicationKind, Key: n.Key, Version: n.Version, Seq: first, PublishedAt: s.clock(), Content: content,
	})
	if !errors.Is(err, store.ErrExists) {
		return err
	}
	if err := s.Refresh(ctx); err != nil { // another server was faster: is it the same?
		return err
	}
	done, refused := s.published(n)
	if refused != nil || done {
		return refused
	}
	return err
}

// record says in the log that each text is published, and gives the first of its entries.
func (s *Service) record(ctx context.Context, n Notice) (Notice, uint64, error) {
	n.Texts = maps.Clone(n.Texts)
	first := uint64(0)
	for i, tag := range slices.Sorted(maps.Keys(n.Texts)) {
		text := n.Texts[tag]
		text.SHA256 = text.Hash()
		result, err := s.log.Append(ctx, publishedEvent(n, tag, text))
		if err != nil {
			return n, 0, err
		}
		text.Entry = result.Entry.Seq
		n.Texts[tag] = text
		if i == 0 {
			first = text.Entry
		}
	}
	return n, first, nil
}

// keep adds a version to the store and then to what is known.
func (s *Service) keep(ctx context.Context, n Notice, p store.Publication) error {
	s.changing.Lock() // for no reading that began before to take it away again
	defer s.changing.Unlock()
	if err := s.store.Publish(ctx, p); err != nil {
		return err
	}
	next := maps.Clone(s.known())
	if have := next[n.Key]; len(have) == n.Version-1 {
		next[n.Key] = append(slices.Clone(have), n)
		s.hold(next)
	}
	return nil
}

// published says whether a version is there already, and refuses other texts under its number, or a
// number that does not come next.
func (s *Service) published(n Notice) (bool, error) {
	have := s.known()[n.Key]
	if n.Version < 1 || n.Version > len(have)+1 {
		return false, fmt.Errorf("notice %s: version %d does not come next after %d", n.Key, n.Version, len(have))
	}
	if _, ok := n.Texts["en"]; !ok {
		return false, fmt.Errorf("notice %s, version %d: there is no text in \"en\", the language everything falls back to", n.Key, n.Version)
	}
	if n.Version == len(have)+1 {
		return false, nil
	}
	there := have[n.Version-1]
	same := maps.EqualFunc(there.Texts, n.Texts, func(a, b Text) bool { return a.SHA256 == b.Hash() })
	if !same || !there.EffectiveAt.Equal(n.EffectiveAt) || there.Material != n.Material ||
		there.Effect != n.Effect || !there.InvalidFrom.Equal(n.InvalidFrom) {
		return false, fmt.Errorf("notice %s, version %d is published with other words; published text never changes: write version %d", n.Key, n.Version, len(have)+1)
	}
	return true, nil
}

// publishedEvent is derived from what is published, so that a crash half-way repeats nothing.
func publishedEvent(n Notice, tag string, t Text) sequencer.Event {
	return sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind:   ledger.NoticePublished,
			ID:     ledger.DerivedEventID(ledger.NoticePublished, n.Key, strconv.Itoa(n.Version), tag, t.SHA256),
			Actor:  ledger.Actor{Type: ledger.ActorSystem},
			Notice: &ledger.NoticeRef{Key: n.Key, Version: n.Version, Locale: tag, SHA256: t.SHA256},
		}, nil
	}}
}

// Versions lists the versions of a notice, the oldest first, without those that were withdrawn; none if there is no such
// notice.
func (s *Service) Versions(key string) []Notice {
	return slices.DeleteFunc(s.All(key), Notice.withdrawn)
}

// All lists them with those that were withdrawn.
func (s *Service) All(key string) []Notice {
	return slices.Clone(s.known()[key])
}

func (n Notice) withdrawn() bool { return !n.RetiredAt.IsZero() }

// Keys lists all notices in order.
func (s *Service) Keys() []string {
	return slices.Sorted(maps.Keys(s.known()))
}

// Version gives one version, withdrawn or not, or ErrUnknown.
func (s *Service) Version(key string, version int) (Notice, error) {
	have := s.known()[key]
	if version < 1 || version > len(have) {
		return Notice{}, ErrUnknown
	}
	return have[version-1], nil
}

// Current gives the version in force now, or ErrUnknown.
func (s *Service) Current(key string) (Notice, error) { return s.At(key, s.clock()) }

// At gives the version that was in force at a time, or ErrUnknown.
func (s *Service) At(key string, t time.Time) (Notice, error) {
	for _, n := range slices.Backward(s.known()[key]) {
		if !n.EffectiveAt.After(t) && !n.withdrawn() {
			return n, nil
		}
	}
	return Notice{}, ErrUnknown
}

// The states of a version, as the API names them.
const (
	Scheduled  = "scheduled"
	InForce    = "published"
	Superseded = "superseded"
	Withdrawn  = "withdrawn"
)

// State says which of them a version is in now.
func (s *Service) State(n Notice) string {
	if known, err := s.Version(n.Key, n.Version); err == nil {
		n = known // it may have been withdrawn meanwhile
	}
	current, err := s.Current(n.Key)
	switch {
	case n.withdrawn():
		return Withdrawn
	case n.EffectiveAt.After(s.clock()):
		return Scheduled
	case errors.Is(err, ErrUnknown) || n.Version >= current.Version:
		return InForce
	default:
		return Superseded
	}
}

// content is what the store keeps of a version beside its key and number.
type content struct {
	EffectiveAt time.Time       `json:"effective_at"`
	Material    bool            `json:"material"`
	Effect      Effect          `json:"effect,omitempty"`
	InvalidFrom time.Time       `json:"invalid_from,omitzero"`
	Texts       map[string]Text `json:"texts"`
}

// MarshalJSON writes the content.
func (n Notice) MarshalJSON() ([]byte, error) {
	return json.Marshal(content{n.EffectiveAt, n.Material, n.Effect, n.InvalidFrom, n.Texts})
}

// UnmarshalJSON reads it.
func (n *Notice) UnmarshalJSON(raw []byte) error {
	var c content
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return err
	}
	n.EffectiveAt, n.Material, n.Effect, n.InvalidFrom, n.Texts = c.EffectiveAt, c.Material, c.Effect, c.InvalidFrom, c.Texts
	return nil
}
