// Package feed owns what the log tells connected systems: the changes about people, in the log's order. It is a
// projection that keeps nothing: each reader remembers how far it has read, and reads on from there.
//
// A change is an entry of the kinds consent.* and objection.*, or a task (ledger.IsTask). What was said under a key
// that was destroyed is not told any more. Only what is durable in the log is told, so that nobody hears of what a crash
// takes back.
package feed

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
)

const (
	// MaxLimit is how many changes are given at once.
	MaxLimit = 1000
	// MaxWait is how long a reader may wait for the next change.
	MaxWait = 60 * time.Second
	// maxScan bounds how many entries are looked at for one answer, where few of them are asked for.
	maxScan = 16 << 10
	// firstStep and maxStep are how many entries are read from the log at once.
	firstStep, maxStep = 16, 512
	// states is how many entries' states are remembered, at about 100 bytes each: most changes come soon after the one that
	// they replace, or are read in one go with it.
	states = 64 << 10
)

// ErrBeyond: the log has no entry at that position yet, so that whoever has read it has read another log.
var ErrBeyond = models.Fail(models.Invalid, "beyond_log").In("after")

// Log is what the feed reads; *sequencer.Sequencer is one.
type Log interface {
	Head() sequencer.Head
	Refresh(ctx context.Context) error
	Await(ctx context.Context, size uint64) error
	Page(ctx context.Context, seq uint64, limit int) (sequencer.Page, error)
}

// Feed reads changes from a log. It is safe for concurrent use.
type Feed struct {
	log    Log
	states *lru.Cache[uint64, string]
	ended  context.Context //nolint:containedctx // of the server's life, not of a call: readers who wait end with it
	end    context.CancelFunc
	dm     *datamap.Holder
}

// New makes a feed of a log; m says which purposes there are.
func New(log Log, m *datamap.Holder) *Feed {
	remembered, err := lru.New[uint64, string](states)
	if err != nil { // a size above zero is accepted
		panic(err)
	}
	f := &Feed{log: log, states: remembered, dm: m}
	f.ended, f.end = context.WithCancel(context.Background())
	return f
}

// Run ends those who wait, now and from then on, when ctx ends: a server that stops need not wait for them.
func (f *Feed) Run(ctx context.Context) error {
	<-ctx.Done()
	f.end()
	return nil
}

// Ended says that the server stops, and nobody should wait for anything.
func (f *Feed) Ended() bool { return f.ended.Err() != nil }

// Filter says which changes somebody wants. The zero Filter is all of them.
type Filter struct {
	// Kinds are kinds of the log, or their first word with ".*" after it; none for all.
	Kinds []string
	// Purposes are keys of the data map; none for all. What concerns no purpose, such as a task to erase, concerns all.
	Purposes []string
}

// Check refuses purposes that the data map does not have and kinds that are no changes: who asks for them would wait for
// ever.
func (f *Feed) Check(filter Filter) error {
	m := f.dm.Current()
	for _, purpose := range filter.Purposes {
		if _, ok := m.Purpose(purpose); !ok {
			return models.Fail(models.Invalid, "unknown_purpose").In("purpose")
		}
	}
	for _, kind := range filter.Kinds {
		if !slices.ContainsFunc(Kinds(), func(k string) bool { return matches(kind, k) }) {
			return models.Fail(models.Invalid, "unknown_kind").In("kind")
		}
	}
	return nil
}

// wants says whether a change passes.
func (f *Filter) wants(kind, purpose string) bool {
	if len(f.Purposes) > 0 && purpose != "" && purpose != models.Everything && !slices.Contains(f.Purposes, purpose) {
		return false
	}
	return len(f.Kinds) == 0 || slices.ContainsFunc(f.Kinds, func(want string) bool { return matches(want, kind) })
}

// matches says whether a pattern, a kind or its first word with ".*", means a kind.
func matches(pattern, kind string) bool {
	if first, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasSuffix(first, ".") {
		return strings.HasPrefix(kind, first)
	}
	return pattern == kind
}

// Query asks for a page.
type Query struct {
	Filter
	// After is the last entry that the reader knows of; what comes after it is given. Entry 0 adds a key and is no change, so
	// that 0 is the beginning.
	After uint64
	// Limit is how many are given at most: 1 to MaxLimit.
	Limit int
	// Wait is how long to wait if there is nothing yet; at most MaxWait.
	Wait time.Duration
}

// Page is what was found.
type Page struct {
	Changes []Change `json:"changes"`
	// Last is the last entry that was looked at, a change or not: the After of the next question.
	Last uint64 `json:"last"`
}

// Read gives the changes after an entry, in the log's order. An empty page whose Last is its After says that there is no
// more; one with a greater Last that what was looked at held nothing that is asked for. It waits, if that was asked for,
// until there is a change, the time is over, the server stops or ctx ends, whichever comes first; that is no error.
// ErrBeyond if the log has no entry After.
func (f *Feed) Read(ctx context.Context, q Query) (Page, error) {
	if err := f.reach(ctx, q.After); err != nil {
		return Page{}, err
	}
	waiting, cancel := context.WithTimeout(ctx, q.Wait)
	defer cancel()
	unhook := context.AfterFunc(f.ended, cancel)
	defer unhook()
	page := Page{Changes: []Change{}, Last: q.After}
	for {
		more, err := f.scan(ctx, q, &page)
		if err != nil || len(page.Changes) > 0 || q.Wait <= 0 || waiting.Err() != nil {
			return page, err
		}
		if more { // where few are asked for there is much to pass over
			continue
		}
		if err := f.log.Await(waiting, page.Last+1); err != nil {
			if waiting.Err() != nil {
				return page, nil
			}
			return page, err
		}
	}
}

// reach refuses a position that the log does not have, whichever server wrote it last.
func (f *Feed) reach(ctx context.Context, after uint64) error {
	if after < f.log.Head().Size {
		return nil
	}
	if err := f.log.Refresh(ctx); err != nil {
		return err
	}
	if after >= f.log.Head().Size {
		return ErrBeyond
	}
	return nil
}

// scan adds to a page what comes after its Last, and says whether it stopped before the end of the log.
func (f *Feed) scan(ctx context.Context, q Query, page *Page) (more bool, err error) {
	step := min(max(q.Limit-len(page.Changes), firstStep), maxStep) // where all are wanted, few more are opened than are given
	for scanned := 0; scanned < maxScan; scanned += step {
		read, err := f.log.Page(ctx, page.Last+1, step)
		if err != nil {
			return false, err
		}
		if read.Next == page.Last+1 {
			return false, nil
		}
		if err := f.add(ctx, q, page, read.Results); err != nil || len(page.Changes) == q.Limit {
			return true, err
		}
		page.Last = read.Next - 1
		step = min(2*step, maxStep)
	}
	return true, nil
}

// add adds the changes among some entries, up to the limit.
func (f *Feed) add(ctx context.Context, q Query, page *Page, entries []sequencer.Result) error {
	for _, r := range entries {
		change, ok, err := f.change(ctx, r, &q.Filter)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		page.Changes, page.Last = append(page.Changes, change), change.LogIndex
		if len(page.Changes) == q.Limit {
			return nil
		}
	}
	return nil
}

// One gives the change that an entry is, whatever its kind; ok is false if it is none, or its key was destroyed.
func (f *Feed) One(ctx context.Context, seq uint64) (change Change, ok bool, err error) {
	read, err := f.log.Page(ctx, seq, 1)
	if err != nil || len(read.Results) == 0 {
		return Change{}, false, err
	}
	return f.change(ctx, read.Results[0], &Filter{})
}

// change is what an entry tells, if it is one that is wanted.
func (f *Feed) change(ctx context.Context, r sequencer.Result, filter *Filter) (Change, bool, error) {
	d := &r.Detail
	if !IsChange(d.Kind) {
		return Change{}, false, nil
	}
	if d.State != "" {
		f.states.Add(r.Entry.Seq, intern(d.State))
	}
	if !filter.wants(d.Kind, d.Purpose) {
		return Change{}, false, nil
	}
	previous, err := f.previous(ctx, d)
	if err != nil {
		return Change{}, false, fmt.Errorf("the state before entry %d: %w", r.Entry.Seq, err)
	}
	return changeOf(r, previous), true, nil
}

// previous is the state that the entry found which stood before.
func (f *Feed) previous(ctx context.Context, d *ledger.Detail) (string, error) {
	switch {
	case d.Purpose == "" || d.State == "":
		return "", nil
	case d.Supersedes == nil && strings.HasPrefix(d.Kind, objections):
		return string(models.Permitted), nil
	case d.Supersedes == nil:
		return string(models.NeverAsked), nil
	}
	if state, ok := f.states.Get(*d.Supersedes); ok {
		return state, nil
	}
	read, err := f.log.Page(ctx, *d.Supersedes, 1)
	if err != nil {
		return "", err
	}
	if len(read.Results) == 0 { // their key was destroyed just now
		return "", nil
	}
	state := intern(read.Results[0].Detail.State)
	f.states.Add(*d.Supersedes, state)
	return state, nil
}

// Last is the last entry of the log, whichever server wrote it.
func (f *Feed) Last(ctx context.Context) (uint64, error) {
	if err := f.log.Refresh(ctx); err != nil {
		return 0, err
	}
	return f.log.Head().Size - 1, nil
}
