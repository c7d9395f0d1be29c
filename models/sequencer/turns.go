package sequencer

import (
	"context"
	"errors"
	"time"

	"candor/models/store"
)

// Servers that write at once race for each position, and who has just lost has more to do before it can try again than
// who has won: it could lose for ever. So a server that has lost asks for the turn, by a lease, and those that write
// look whether somebody has: now and then, and after each write while others write too.

const (
	// turnLease is the lease's name.
	turnLease = "append"
	// turnLasts is how long the others wait at most for one that has asked, and died.
	turnLasts = time.Second
	// contested is how long another's entries make a server expect more of them.
	contested = time.Second
)

// askForTurn has the others wait, if nobody else has them wait.
func (s *Sequencer) askForTurn(ctx context.Context) {
	if s.cfg.Leases == nil || s.turn {
		return
	}
	now := s.now()
	err := s.cfg.Leases.TakeLease(ctx, turnLease, s.id, now, now.Add(turnLasts))
	if err != nil && !errors.Is(err, store.ErrTaken) {
		s.cfg.Logger.Warn("the turn to append could not be asked for", "error", err)
	}
	s.turn = err == nil
}

// endTurn lets the others go on.
func (s *Sequencer) endTurn(ctx context.Context) {
	if !s.turn {
		return
	}
	s.turn = false
	if err := s.cfg.Leases.DropLease(ctx, turnLease, s.id); err != nil { // it ends by itself
		s.cfg.Logger.Warn("the turn to append could not be given back", "error", err)
	}
}

// giveWay waits while another server has asked for the turn. It looks for one after each write while others write too,
// and else as often as the log is followed.
func (s *Sequencer) giveWay(ctx context.Context) {
	others := s.met > 0 && s.since()-s.met < contested
	if s.cfg.Leases == nil || !others && s.since()-s.looked < s.cfg.MaxAge/followsIn {
		return
	}
	s.looked = s.since()
	ctx, cancel := context.WithTimeout(ctx, turnLasts)
	defer cancel()
	for {
		holder, err := s.cfg.Leases.LeaseHolder(ctx, turnLease, s.now())
		if err != nil || holder == s.id { // nobody has; or the store is away, which the next write finds out
			return
		}
		s.met = s.since()
		if err := s.save(ctx); err != nil { // the other makes it up; the next write here waits for it
			return
		}
		select {
		case <-time.After(turnLasts / 100):
		case <-ctx.Done():
			return
		}
	}
}

// now is the database server's time as it is reckoned here, or this machine's: what leases are reckoned by.
func (s *Sequencer) now() time.Time {
	if s.server.shown.IsZero() {
		return s.cfg.Clock()
	}
	return s.reckon(s.server)
}
