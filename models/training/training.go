// Package training owns what staff must know before they see anybody's data: the policies they acknowledge and the
// trainings they pass, version by version; who has done so, as the log says; and what is missing. A published version
// never changes. It answers 11 CCR 7100 and GDPR Articles 32(4) and 39(1)(b).
package training

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// Kind is what a requirement asks for.
type Kind string

// The kinds. They are also the types of what attestations are about.
const (
	Policy   Kind = "policy"   // to be acknowledged
	Training Kind = "training" // to be passed
)

// ErrUnknown: there is no such requirement, or none that binds whoever asks.
var ErrUnknown = models.Fail(models.NotFound, "unknown_requirement")

// Requirement is one version of a policy or a training.
type Requirement struct {
	Key     string `json:"-"`
	Version int    `json:"-"` // 1, 2, 3, …
	// Entry is the entry of the log that published it.
	Entry uint64 `json:"-"`
	// Withdrawn says that it was taken back before it came into force.
	Withdrawn bool `json:"-"`

	Kind        Kind      `json:"kind"`
	EffectiveAt time.Time `json:"effective_at"`
	// Material says that whoever acknowledged or passed an earlier version must do so again.
	Material bool `json:"material"`
	// Retired says that from EffectiveAt on it binds nobody.
	Retired bool `json:"retired,omitempty"`
	// Roles are those it binds, in order.
	Roles []string `json:"roles"`
	// Validity is how long an attestation holds, an ISO 8601 duration in years, months, weeks and days; empty for ever.
	Validity string `json:"validity,omitempty"`
	// Grace is how many days they have who are on the staff already when it begins to bind them, and they who did an earlier
	// version when a material one comes into force. Whoever joins later has none.
	Grace int `json:"grace_days"`
	// PassMark is how much of a training must be answered rightly, in percent.
	PassMark  int             `json:"pass_mark,omitempty"`
	Questions []Question      `json:"questions,omitempty"`
	Texts     map[string]Text `json:"texts"` // by BCP 47 tag
}

// Question is one of a training's, without its words. It is answered rightly by choosing every right answer and no other.
type Question struct {
	ID string `json:"id"`
	// Multiple says that several answers may be chosen.
	Multiple bool     `json:"multiple,omitempty"`
	Answers  []Answer `json:"answers"`
}

// Answer is one that a question offers.
type Answer struct {
	ID    string `json:"id"`
	Right bool   `json:"right,omitempty"`
}

// Text is a requirement in one language.
type Text struct {
	Title string `json:"title"`
	Body  string `json:"body"` // Markdown without HTML
	// Questions are the words of each, by its ID.
	Questions map[string]QuestionText `json:"questions,omitempty"`
}

// QuestionText is a question in one language.
type QuestionText struct {
	Text string `json:"text"`
	// Explanation is told after answering.
	Explanation string            `json:"explanation"`
	Answers     map[string]string `json:"answers"` // by ID
}

// In gives the text in a language, or in English; tag is the language it is in.
func (r Requirement) In(language string) (text Text, tag string) {
	if t, ok := r.Texts[language]; ok {
		return t, language
	}
	return r.Texts["en"], "en"
}

// Hash is the SHA-256, in hexadecimal, of what is shown in a language before anything is answered: title and body with a
// blank line between them; of a training then each question after a blank line, and each of its answers after a line break
// and "- ", in their order.
func (r Requirement) Hash(tag string) string {
	t := r.Texts[tag]
	var shown strings.Builder
	shown.WriteString(t.Title + "\n\n" + t.Body)
	for _, q := range r.Questions {
		words := t.Questions[q.ID]
		shown.WriteString("\n\n" + words.Text)
		for _, a := range q.Answers {
			shown.WriteString("\n- " + words.Answers[a.ID])
		}
	}
	sum := sha256.Sum256([]byte(shown.String()))
	return hex.EncodeToString(sum[:])
}

// Binds says whether it binds whoever has these roles.
func (r Requirement) Binds(roles []string) bool {
	return !r.Retired && slices.ContainsFunc(r.Roles, func(role string) bool { return slices.Contains(roles, role) })
}

// Log takes the events and gives them back; *sequencer.Sequencer is one.
type Log interface {
	Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error)
	PageOwn(ctx context.Context, seq uint64, limit int) (sequencer.Page, error)
	Head() sequencer.Head
}

// Config is what a Service works with.
type Config struct {
	Publications store.Publications
	Attestations store.Attestations
	Log          Log
	// Since says when somebody became a member of staff; the zero time if nobody knows. Nil: nobody knows.
	Since func(ctx context.Context, staff string) (time.Time, error)
	// MaxAge is how old what other servers have published may be when something rests on it.
	MaxAge time.Duration
	Clock  func() time.Time
	Logger *slog.Logger
}

// Service knows every published version. It is safe for concurrent use.
type Service struct {
	cfg Config

	changing sync.Mutex // versions are what the store holds, or less
	versions atomic.Pointer[versions]
	read     atomic.Int64 // when they were read, by the clock, in ns
}

// versions are those of each key, in order. They never change: new ones take their place.
type versions map[string][]Requirement

// New reads what is published.
func New(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{cfg: cfg}
	s.versions.Store(&versions{})
	return s, s.Refresh(ctx)
}

func (s *Service) known() versions { return *s.versions.Load() }

// Keys lists all requirements in order, retired ones among them.
func (s *Service) Keys() []string {
	var keys []string
	for key := range s.known() {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Versions lists all versions of a requirement, the oldest first; none if there is no such requirement.
func (s *Service) Versions(key string) []Requirement { return slices.Clone(s.known()[key]) }

// Current gives the version in force now, or ErrUnknown.
func (s *Service) Current(key string) (Requirement, error) {
	if r, ok := inForce(s.known()[key], s.cfg.Clock()); ok {
		return r, nil
	}
	return Requirement{}, ErrUnknown
}

// about names a version of a requirement in the log.
func (r Requirement) about(part, hash string) *ledger.About {
	return &ledger.About{Type: string(r.Kind), Key: r.Key, Version: r.Version, Part: part, SHA256: hash}
}
