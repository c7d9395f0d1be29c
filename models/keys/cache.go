package keys

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"candor/models/store"
)

const shards = 32

// cache keeps a bounded number of opened keys. It is cut into shards so that readers seldom meet; in
// each, a clock's hand passes over keys that were used since it last came by and replaces the first
// that was not.
type cache struct {
	seed   maphash.Seed
	drops  atomic.Uint64
	shards [shards]shard
}

type shard struct {
	mu    sync.RWMutex
	keys  map[store.Scope]*held
	clock []*held
	hand  int
	most  int
}

type held struct {
	scope store.Scope
	key   opened
	at    int // in the clock
	used  atomic.Bool
}

func newCache(most int) *cache {
	c := &cache{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].keys = map[store.Scope]*held{}
		c.shards[i].most = max(1, most/shards)
	}
	return c
}

func (c *cache) shard(scope store.Scope) *shard {
	return &c.shards[maphash.Comparable(c.seed, scope)%shards]
}

func (c *cache) find(scope store.Scope) (opened, bool) {
	s := c.shard(scope)
	s.mu.RLock()
	h, ok := s.keys[scope]
	s.mu.RUnlock()
	if !ok {
		return opened{}, false
	}
	if !h.used.Load() { // a write that changes nothing still takes the line from other cores
		h.used.Store(true)
	}
	return h.key, true
}

// generation is to be read before the store is: what was read before a key was dropped is not kept
// after it.
func (c *cache) generation() uint64 { return c.drops.Load() }

func (c *cache) keep(scope store.Scope, key opened, generation uint64) {
	s := c.shard(scope)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.drops.Load() != generation {
		return
	}
	h := &held{scope: scope, key: key, at: len(s.clock)}
	if old, ok := s.keys[scope]; ok {
		h.at = old.at
	} else if len(s.clock) == s.most {
		h.at = s.evict()
	}
	if h.at == len(s.clock) {
		s.clock = append(s.clock, nil)
	}
	s.clock[h.at], s.keys[scope] = h, h
}

// evict takes out the first key that was not used lately, and gives its place.
func (s *shard) evict() (at int) {
	for s.clock[s.hand].used.Swap(false) {
		s.hand = (s.hand + 1) % len(s.clock)
	}
	at = s.hand
	delete(s.keys, s.clock[at].scope)
	s.hand = (at + 1) % len(s.clock)
	return at
}

func (c *cache) drop(scope store.Scope) {
	s := c.shard(scope)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.drops.Add(1)
	h, ok := s.keys[scope]
	if !ok {
		return
	}
	delete(s.keys, scope)
	last := len(s.clock) - 1
	s.clock[h.at] = s.clock[last]
	s.clock[h.at].at = h.at
	s.clock[last] = nil
	s.clock = s.clock[:last]
	if s.hand >= last {
		s.hand = 0
	}
}
