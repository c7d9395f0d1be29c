package auth

import (
	"context"
	"sync"
	"time"

	"candor/models/store"
)

// uses notes on which day each secret and key of a client was last used. Each server writes it once a day.
type uses struct {
	store store.Clients
	mu    sync.Mutex
	noted map[string]time.Time
}

// note is told of a use. What cannot be written is tried again at the next one: nothing depends on it.
func (u *uses) note(ctx context.Context, client, used string, now time.Time) {
	day, key := now.UTC().Truncate(24*time.Hour), client+"\x00"+used
	u.mu.Lock()
	there := u.noted[key].Equal(day)
	u.mu.Unlock()
	if there || u.store.NoteClientUse(ctx, client, used, day) != nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.noted) >= maxCachedClients {
		clear(u.noted)
	}
	u.noted[key] = day
}
