package datamap

import (
	"context"
	"slices"
	"sync/atomic"
	"time"
)

// Version is a data map that was published.
type Version struct {
	// Number is 1, 2, 3, …; 0 of a map that nobody has published.
	Number int
	// EffectiveAt is when it comes into force.
	EffectiveAt time.Time
	Map         *Map
}

// Holder knows which data map is in force, while servers run and maps are published. What asks it holds no map longer than
// one operation: it asks once and works with that one map to its end, or pins it where several work together. It is safe
// for concurrent use; readers wait for nobody, and Current allocates nothing.
type Holder struct {
	clock func() time.Time
	state atomic.Pointer[held]
}

// held never changes: new versions take its place.
type held struct {
	versions []Version // in order
	sure     *Map      // in force whatever the clock says, where nothing is scheduled; nil otherwise
}

// NewHolder holds versions, the oldest first; there must be one.
func NewHolder(clock func() time.Time, versions ...Version) *Holder {
	h := &Holder{clock: clock}
	h.Replace(versions)
	return h
}

// Hold holds one map, for good.
func Hold(m *Map) *Holder { return NewHolder(time.Now, Version{Map: m}) }

// Replace makes these the versions that are held, the oldest first; there must be one.
func (h *Holder) Replace(versions []Version) {
	next := &held{versions: slices.Clone(versions)}
	now := h.clock()
	if !slices.ContainsFunc(versions, func(v Version) bool { return v.EffectiveAt.After(now) }) {
		next.sure = versions[len(versions)-1].Map
	}
	h.state.Store(next)
}

// Current is the map in force now: the newest whose time has come.
func (h *Holder) Current() *Map {
	s := h.state.Load()
	if s.sure != nil {
		return s.sure
	}
	return s.at(h.clock()).Map
}

// At is the map that was in force at a time, and before the first came into force the first.
func (h *Holder) At(t time.Time) *Map { return h.state.Load().at(t).Map }

// Version is the one in force now.
func (h *Holder) Version() Version { return h.state.Load().at(h.clock()) }

// Versions lists all that are held, the oldest first.
func (h *Holder) Versions() []Version { return slices.Clone(h.state.Load().versions) }

func (s *held) at(t time.Time) Version {
	for i := len(s.versions) - 1; i > 0; i-- {
		if !s.versions[i].EffectiveAt.After(t) {
			return s.versions[i]
		}
	}
	return s.versions[0]
}

// pinned is the key of a pinned map in a context.
type pinned struct{}

// Pin has everybody who works with the context see the map that is in force now, though another comes into force before
// they are done: a page, an archive. What is pinned already stays.
func (h *Holder) Pin(ctx context.Context) context.Context {
	if _, ok := ctx.Value(pinned{}).(*Map); ok {
		return ctx
	}
	return context.WithValue(ctx, pinned{}, h.Current())
}

// In is the map that is pinned to a context, or else the one in force now.
func (h *Holder) In(ctx context.Context) *Map {
	if m, ok := ctx.Value(pinned{}).(*Map); ok {
		return m
	}
	return h.Current()
}
