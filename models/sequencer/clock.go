package sequencer

import (
	"context"
	"fmt"
	"time"
)

// MaxSkew is how far this machine's clock may be from the database server's before nothing is appended (log-format,
// "Entry").
const MaxSkew = 5 * time.Second

// clockLasts is how long the server's time is reckoned on from one answer.
const clockLasts = 10 * time.Second

// serverTime is what the database server's clock showed.
type serverTime struct {
	shown time.Time
	at    time.Duration // by the clock that nobody can set
	give  time.Duration // how far it may be off for the time that asking took
}

// checkClock refuses to append while this machine's clock is more than MaxSkew from the database
// server's: one bad clock would pin the log's time, which never goes back.
func (s *Sequencer) checkClock(ctx context.Context) error {
	if s.cfg.ServerClock == nil {
		return nil
	}
	if s.server.shown.IsZero() || s.since()-s.server.at > clockLasts {
		if err := s.askTime(ctx); err != nil {
			return err
		}
	}
	if skew := s.cfg.Clock().Sub(s.now()); skew.Abs() > MaxSkew+s.server.give {
		s.server = serverTime{} // ask again before the next attempt: either clock may be set right
		return fmt.Errorf("this machine's clock is %s from the database server's, and %s is the most: set it right, and keep it so with NTP",
			skew.Round(time.Millisecond), MaxSkew)
	}
	return nil
}

func (s *Sequencer) askTime(ctx context.Context) error {
	asked := s.since()
	shown, err := s.cfg.ServerClock.Now(ctx)
	if err != nil {
		return fmt.Errorf("read the database server's clock: %w", err)
	}
	answered := s.since()
	s.server = serverTime{shown: shown, at: (asked + answered) / 2, give: (answered - asked) / 2}
	return nil
}
