package editorial

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"candor/models"
	"candor/models/store"
)

// Bounds of what a version may say. MaxPart and MaxContent are in bytes of UTF-8, MaxNote in characters.
const (
	MaxPart    = 64 << 10
	MaxContent = 1 << 20
	MaxParts   = 500
	MaxNote    = 4000
	maxName    = 128
	maxKey     = 64
)

// Start begins the next version of a key with the text of the newest one that is published, or gives the open one if there
// is one. Of any number who start at once all are given the same.
func (s *Service) Start(ctx context.Context, by By, kind, key string) (Edition, error) {
	k, err := s.kind(kind)
	if err != nil {
		return Edition{}, err
	}
	write, _ := k.Permissions()
	if err := may(by, write, true); err != nil {
		return Edition{}, err
	}
	if !validKey(key) {
		return Edition{}, models.Fail(models.Invalid, "draft_key").In("key")
	}
	for range tries {
		e, err := s.start(ctx, by, k, key)
		if errors.Is(err, store.ErrExists) { // somebody else has begun it, or it was carried out just now
			continue
		}
		return e, err
	}
	return Edition{}, errBusy
}

// start is one try; store.ErrExists says to try again.
func (s *Service) start(ctx context.Context, by By, k Kind, key string) (Edition, error) {
	base, err := k.Newest(ctx, key)
	if err != nil {
		return Edition{}, fmt.Errorf("start a version of %s: %w", key, err)
	}
	there, err := s.versions(ctx, k.Name(), key)
	if err != nil {
		return Edition{}, err
	}
	ref := Ref{k.Name(), key, base.Version + 1}
	e, ok := newest(there, ref)
	if ok && e.State == Scheduled { // it is being published: its number is taken
		ref.Version, base.From = e.Version+1, e.Version
		if base.Content, err = s.Content(ctx, e.Ref, 0); err != nil {
			return Edition{}, err
		}
		e, ok = newest(there, ref)
	}
	switch {
	case ok && e.State.Open():
		return e, nil
	case ok && e.Schedule != nil: // withdrawn, and not yet carried out: its number is taken
		if err := s.carry(ctx, e); err != nil {
			return Edition{}, err
		}
		return Edition{}, store.ErrExists
	}
	return s.begin(ctx, by, ref, base, k)
}

func newest(list []Edition, ref Ref) (Edition, bool) {
	i := slices.IndexFunc(list, func(e Edition) bool { return e.Ref == ref })
	if i < 0 {
		return Edition{}, false
	}
	return list[i], true
}

// begin takes the first step of a version; or, if one under its number was withdrawn before it was published, the next
// step of that one, which begins it anew.
func (s *Service) begin(ctx context.Context, by By, ref Ref, base Base, k Kind) (Edition, error) {
	r := record{Ref: ref, number: 1, at: s.now()}
	before := Content{}
	h, err := s.load(ctx, ref)
	switch {
	case err == nil:
		if err := s.say(ctx, h.head()); err != nil {
			return Edition{}, err
		}
		r.number, before = h.head().number+1, h.content(h.head().number)
	case !errors.Is(err, ErrUnknown):
		return Edition{}, err
	}
	r.By, r.Step = by, StepStarted
	r.After = standing{State: Draft, From: base.From, StartedAt: r.at, StartedBy: by, Parts: map[string]Part{}}
	changed := maps.Clone(map[string]string(base.Content))
	if changed == nil {
		changed = map[string]string{}
	}
	for part := range before {
		if _, stays := changed[part]; !stays {
			changed[part] = ""
		}
	}
	r.change(changed, base.Content, k.Source)
	if err := s.keep(ctx, r); err != nil {
		return Edition{}, err
	}
	return r.edition(), nil
}

func validKey(key string) bool {
	if key == "" || len(key) > maxKey {
		return false
	}
	for _, c := range key {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// Saved is what became of a text that somebody saved.
type Saved struct {
	Edition
	// Conflicts are the parts that somebody else has changed meanwhile. Nothing of theirs was overwritten; one's own text is
	// kept in the history.
	Conflicts []Conflict
	// Reopened is the state out of which the change took the version back to draft, its approval with it; empty if it was
	// none.
	Reopened State
}

// Save changes parts of an open version; a part with an empty text is taken out. base is the revision that whoever wrote
// them had before them. A part that only they have changed since is changed; one that others have changed too is not: it
// comes back as a conflict, with both texts, and theirs stands. Saving the same again changes nothing.
func (s *Service) Save(ctx context.Context, by By, ref Ref, base int, changes map[string]string) (Saved, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Saved{}, err
	}
	write, _ := k.Permissions()
	changes = lines(changes)
	if err := may(by, write, true); err != nil {
		return Saved{}, err
	}
	if err := checkChanges(k, changes); err != nil {
		return Saved{}, err
	}
	var saved Saved
	h, err := s.take(ctx, ref, func(h history) (*record, error) {
		saved = Saved{}
		if err := s.open(ctx, k, h.head()); err != nil {
			return nil, err
		}
		if base < 1 || base > len(h) {
			return nil, ErrUnknown.In("revision")
		}
		r := h.next(by, StepSaved, base, s.now())
		before, now := h.content(base), h.content(len(h))
		changed, conflicts := merge(before, now, changes)
		saved.Conflicts = conflicts
		for _, c := range conflicts {
			if h.proposed(c.Part, c.Mine) {
				continue
			}
			if r.Proposed == nil {
				r.Proposed = map[string]string{}
			}
			r.Proposed[c.Part] = c.Mine
		}
		if len(changed) == 0 {
			r.Step = StepProposed
			if len(r.Proposed) == 0 {
				return nil, errNothing
			}
			return &r, nil
		}
		r.reopen()
		r.author()
		r.change(changed, before, k.Source)
		if err := fits(now, changed); err != nil {
			return nil, err
		}
		saved.Reopened = r.Reopened
		return &r, nil
	})
	if err != nil {
		return Saved{}, err
	}
	saved.Edition = h.head().edition()
	return saved, nil
}

// lines has all lines end in the same way: browsers send them with a carriage return, and nobody has changed a text by that.
func lines(changes map[string]string) map[string]string {
	out := make(map[string]string, len(changes))
	for part, text := range changes {
		out[part] = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return out
}

// merge compares what one has written with what they began with and with what is there now.
func merge(before, now Content, changes map[string]string) (changed map[string]string, conflicts []Conflict) {
	changed = map[string]string{}
	for _, part := range slices.Sorted(maps.Keys(changes)) {
		mine, base, theirs := changes[part], before[part], now[part]
		switch {
		case same(mine, base), same(mine, theirs):
		case theirs == base:
			changed[part] = mine
		default:
			conflicts = append(conflicts, Conflict{part, base, mine, theirs})
		}
	}
	return changed, conflicts
}

// same says whether two texts differ in nothing but the white space around them, which forms and tools take away. Nobody has
// changed a text by that, nor become its author.
func same(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

// open refuses to change what is over.
func (s *Service) open(ctx context.Context, k Kind, head record) error {
	if !head.After.State.Open() {
		return ErrClosed
	}
	base, err := k.Newest(ctx, head.Key)
	if err != nil {
		return fmt.Errorf("look whether %s was published: %w", head.Key, err)
	}
	if base.Version >= head.Version {
		return ErrOvertaken
	}
	return nil
}

// Check refuses changes that no version of a kind may have, before one is begun for them.
func (s *Service) Check(kind string, changes map[string]string) error {
	k, err := s.kind(kind)
	if err != nil {
		return err
	}
	return checkChanges(k, lines(changes))
}

// checkChanges refuses what no version may say.
func checkChanges(k Kind, changes map[string]string) error {
	for _, part := range slices.Sorted(maps.Keys(changes)) {
		if err := checkPart(k, part, changes[part]); err != nil {
			return err
		}
	}
	return nil
}

func checkPart(k Kind, part, text string) error {
	switch {
	case part == "" || len(part) > maxName || !utf8.ValidString(part):
		return models.Fail(models.Invalid, "draft_part").In("texts")
	case len(text) > MaxPart:
		return models.Fail(models.Invalid, "draft_part_too_long", "max", MaxPart>>10).In(part)
	case !utf8.ValidString(text):
		return models.Fail(models.Malformed, "bad_utf8").In(part)
	case hasControl(text):
		return models.Fail(models.Invalid, "control_character").In(part)
	}
	return k.Part(part, text)
}

func hasControl(text string) bool {
	for _, c := range text {
		if unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' {
			return true
		}
	}
	return false
}

// fits refuses a version that would get too large.
func fits(now Content, changed map[string]string) error {
	size, n := 0, 0
	for part, text := range now {
		if _, gone := changed[part]; !gone {
			size, n = size+len(text), n+1
		}
	}
	for _, text := range changed {
		if text != "" {
			size, n = size+len(text), n+1
		}
	}
	if n > MaxParts {
		return models.Fail(models.Invalid, "draft_too_many_parts", "max", MaxParts).In("texts")
	}
	if size > MaxContent {
		return models.Fail(models.Invalid, "draft_too_long", "max", MaxContent>>10).In("texts")
	}
	return nil
}
