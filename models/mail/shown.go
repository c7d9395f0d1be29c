package mail

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Shown keeps the last messages in memory instead of sending them: for the demo.
type Shown struct {
	Clock func() time.Time

	mu   sync.Mutex
	last []ShownMessage
}

// ShownMessage is one that would have been sent.
type ShownMessage struct {
	Message
	At time.Time
}

const mostShown = 30

// Send keeps a message.
func (s *Shown) Send(_ context.Context, m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = append([]ShownMessage{{m, s.Clock()}}, s.last[:min(len(s.last), mostShown-1)]...)
	return nil
}

// Last gives what was sent, the newest first.
func (s *Shown) Last() []ShownMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.last)
}
