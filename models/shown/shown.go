// Package shown owns what people were shown when they decided. It keeps the words around a choice before a form is served
// with them, and gives back, for any entry of the log, the text and the words that the entry names, from what is kept:
// no template, catalogue or data map is asked, so that years and releases later it is still what it was.
package shown

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/sequencer"
	"candor/models/store"
)

// known is how many wordings are remembered to be kept.
const known = 4096

// Notices are the published texts; *notice.Service is one.
type Notices interface {
	Version(key string, version int) (notice.Notice, error)
	// Keys lists all notices, All every version of one, withdrawn ones included.
	Keys() []string
	All(key string) []notice.Notice
}

// Config is what a Service works with.
type Config struct {
	Wordings store.Wordings
	Notices  Notices
	Log      *sequencer.Sequencer
	Clock    func() time.Time
}

// Service is the kept words. It is safe for concurrent use.
type Service struct {
	cfg  Config
	kept *lru.Cache[string, struct{}]
}

// New makes a Service.
func New(cfg Config) (*Service, error) {
	kept, err := lru.New[string, struct{}](known)
	if err != nil {
		return nil, fmt.Errorf("shown: %w", err)
	}
	return &Service{cfg: cfg, kept: kept}, nil
}

// Keep keeps words, and gives their hash, by which entries name them. They are durable when it returns: only then may a
// form be served that names them. Words that this server has kept before cost a look into memory.
func (s *Service) Keep(ctx context.Context, words []byte) (string, error) {
	sum := hash(words)
	if s.kept.Contains(sum) {
		return sum, nil
	}
	if err := s.cfg.Wordings.KeepWording(ctx, store.Wording{SHA256: sum, Text: words}); err != nil {
		return "", fmt.Errorf("keep the words around a choice: %w", err)
	}
	s.kept.Add(sum, struct{}{})
	return sum, nil
}

// Absence says why there is nothing to show.
type Absence string

// The reasons. Archives say Unkept and Lost in the same words.
const (
	// Unnamed: the entry names none. Nobody was shown one, or nobody said so.
	Unnamed Absence = "unnamed"
	// Unkept: the entry is older than the keeping of words. It names the release's version of them.
	Unkept Absence = "unkept"
	// Lost: the entry names one that should be kept, and is not.
	Lost Absence = "lost"
)

// Part is a text that an entry names by its hash.
type Part struct {
	// Named is the hash in the entry, 64 lower-case hexadecimal digits; of Unkept words the old name.
	Named string
	// Content is the text as it is kept, and Hash its hash, worked out now.
	Content []byte
	Hash    string
	// Absent says why there is no Content; empty if there is.
	Absent Absence
}

// Same says whether what is kept is what the entry names.
func (p Part) Same() bool { return p.Absent == "" && p.Hash == p.Named }

// Shown is what a person had before their eyes.
type Shown struct {
	// Notice is the text that the choice was about: title, summary and body with a blank line between them.
	Notice Part
	// Text is the same in its parts, if there is any.
	Text notice.Text
	// Wording is the words around it.
	Wording Part
}

// Whole says whether everything that the entry names is there, and is what it was.
func (s Shown) Whole() bool {
	good := func(p Part) bool { return p.Same() || p.Absent == Unnamed }
	return good(s.Notice) && good(s.Wording)
}

// Of gives what an entry names, from what is kept.
func (s *Service) Of(ctx context.Context, d ledger.Detail) (Shown, error) {
	out := Shown{Notice: Part{Absent: Unnamed}}
	if d.Notice != nil {
		out.Notice, out.Text = s.notice(*d.Notice)
	}
	var err error
	out.Wording, err = s.wording(ctx, d.UI)
	return out, err
}

// Text gives what was published or kept under a hash: a notice in some language, or words around a choice. If there is
// neither it is Lost.
func (s *Service) Text(ctx context.Context, sha256 string) (Part, error) {
	for _, key := range s.cfg.Notices.Keys() {
		for _, n := range s.cfg.Notices.All(key) {
			for tag, text := range n.Texts {
				if text.SHA256 == sha256 {
					part, _ := s.notice(ledger.NoticeRef(n.Ref(tag)))
					return part, nil
				}
			}
		}
	}
	if !ledger.IsSHA256(sha256) {
		return Part{Named: sha256, Absent: Lost}, nil
	}
	return s.wording(ctx, sha256)
}

func (s *Service) notice(ref ledger.NoticeRef) (Part, notice.Text) {
	n, err := s.cfg.Notices.Version(ref.Key, ref.Version)
	text, ok := n.Texts[ref.Locale]
	if err != nil || !ok {
		return Part{Named: ref.SHA256, Absent: Lost}, notice.Text{}
	}
	content := []byte(text.Title + "\n\n" + text.Summary + "\n\n" + text.Body)
	return Part{Named: ref.SHA256, Content: content, Hash: hash(content)}, text
}

func (s *Service) wording(ctx context.Context, ui string) (Part, error) {
	switch {
	case ui == "":
		return Part{Absent: Unnamed}, nil
	case !ledger.IsSHA256(ui):
		return Part{Named: ui, Absent: Unkept}, nil
	}
	w, err := s.cfg.Wordings.Wording(ctx, ui)
	if errors.Is(err, store.ErrNotFound) {
		return Part{Named: ui, Absent: Lost}, nil
	}
	if err != nil {
		return Part{}, fmt.Errorf("read the words around a choice: %w", err)
	}
	return Part{Named: ui, Content: w.Text, Hash: hash(w.Text)}, nil
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
