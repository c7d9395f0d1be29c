package sequencer

import (
	"context"
	"fmt"
	"time"
)

// maxSkew is how far this machine's clock may be from the database server's before nothing is appended (log-format,
// "Entry").
const maxSkew = 5 * time.Second

// clockLasts is how long the server's time is reckoned on from one answer.
const clockLasts = 10 * time.Second

// serverTime is what the database server's clock showed.
type serverTime struct {
	shown time.Time
	at    time.Duration // by the clock that nobody can set
	give  time.Duration // how far it may be off for the time that asking took
}

// checkClock refuses to append while this machine's clock is more than maxSkew from the database
// server's: one bad clock would pin the log's time, which never goes back.
func (s *Sequencer) checkClock(ctx context.Context) error {
	if s.cfg.ServerClock == nil {
		return nil
	}
	if s.server.shown.IsZero() || s.since()-s.server.at > clockLasts {
		var err error
		if s.server, err = s.askTime(ctx); err != nil {
			return err
		}
	}
	err := s.compare(s.server)
	if err != nil {
		s.server = serverTime{} // ask again before the next attempt: either clock may be set right
	}
	return err
}

// CheckClock asks the database server for its time and says whether this machine's clock is too far from it to append. A
// server that cannot be asked, or a store without a clock, is no error here.
func (s *Sequencer) CheckClock(ctx context.Context) error {
	if s.cfg.ServerClock == nil {
		return nil
	}
	server, err := s.askTime(ctx)
	if err != nil {
		return nil //nolint:nilerr // whether the store can be reached is another question
	}
	return s.compare(server)
}

func (s *Sequencer) compare(server serverTime) error {
	skew := s.cfg.Clock().Sub(s.reckon(server))
	if skew.Abs() <= maxSkew+server.give {
		return nil
	}
	return fmt.Errorf("this machine's clock is %s from the database server's, and %s is the most: set it right, and keep it so with NTP",
		skew.Round(time.Millisecond), maxSkew)
}

// reckon is the database server's time now.
func (s *Sequencer) reckon(server serverTime) time.Time {
	return server.shown.Add(s.since() - server.at)
}

func (s *Sequencer) askTime(ctx context.Context) (serverTime, error) {
	asked := s.since()
	shown, err := s.cfg.ServerClock.Now(ctx)
	if err != nil {
		return serverTime{}, fmt.Errorf("read the database server's clock: %w", err)
	}
	answered := s.since()
	return serverTime{shown: shown, at: (asked + answered) / 2, give: (answered - asked) / 2}, nil
}
