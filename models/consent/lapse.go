package consent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

const (
	// lapsePage is how many customers are looked at together, lapseAtOnce how many entries wait for the writer.
	lapsePage, lapseAtOnce = 500, 64
	// lapsePause is how long there is between two looks at everybody at least, lapseShare how many times as long as a look
	// took, and lapseLatest how long at most: what was told meanwhile may have ended by then.
	lapsePause, lapseShare, lapseLatest = time.Minute, 20, time.Hour
	// lapseTick is how often it is asked whether there is anything to do.
	lapseTick = 15 * time.Second
)

// Lapses has the log say which consents have ended, so that connected systems are told and customers find it in their
// history: consent.expired and consent.invalidated. It decides nothing: the clock has, and where anybody stands is the same
// before and after.
type Lapses struct {
	Consents *Service
	Logger   *slog.Logger
}

// Run looks at everybody again and again until ctx ends. It may be stopped anywhere, begin anew, and run on two servers:
// what has been said is not said again.
func (l *Lapses) Run(ctx context.Context) error {
	tick := time.NewTicker(lapseTick)
	defer tick.Stop()
	for next := (look{}); ; {
		if next.due(l.Consents) {
			began := time.Now()
			found, err := l.Once(ctx)
			if err != nil && ctx.Err() == nil {
				l.Logger.Error("consents that have ended were not all recorded", "error", err)
			}
			next = look{
				published: l.Consents.cfg.Notices.Published(), from: l.Consents.cfg.Map.Current(),
				ends: found.Next, not: began.Add(max(lapsePause, lapseShare*time.Since(began))), latest: began.Add(lapseLatest),
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look is when everybody is to be looked at again. The zero look is at once.
type look struct {
	published   int          // how many versions of notices there were
	from        *datamap.Map // which data map was in force
	ends        time.Time    // when the next consent ends, by the calendar; zero is never
	not, latest time.Time    // not before, and no later than, by a clock that nobody can set
}

func (l *look) due(s *Service) bool {
	now := time.Now()
	switch {
	case now.Before(l.not):
		return false
	case now.After(l.latest), l.published != s.cfg.Notices.Published(), l.from != s.cfg.Map.Current():
		return true
	default:
		return !l.ends.IsZero() && !s.cfg.Clock().Before(l.ends)
	}
}

// Lapsed is what one look at everybody came to.
type Lapsed struct {
	Recorded int
	// Next is when the next of the consents ends that stand; zero is never.
	Next time.Time
}

// Once looks at everybody once. What it holds does not grow with their number.
func (l *Lapses) Once(ctx context.Context) (found Lapsed, err error) {
	s := l.Consents
	m := s.cfg.Map.Current()
	var purposes []string
	for i := range m.Purposes {
		if m.Purposes[i].Basis == datamap.Consent {
			purposes = append(purposes, m.Purposes[i].Key)
		}
	}
	for after := ""; len(purposes) > 0; {
		page, err := s.cfg.Log.PageStandings(ctx, after, lapsePage, purposes...)
		if err == nil {
			err = s.lapse(ctx, m, page, &found)
		}
		if err != nil {
			return found, fmt.Errorf("record which consents have ended: %w", err)
		}
		if len(page) < lapsePage {
			break
		}
		after = page[len(page)-1].Customer
	}
	return found, nil
}

// lapse records what has ended for some customers. Whoever was erased has no choices, and is passed over.
func (s *Service) lapse(ctx context.Context, m *datamap.Map, page []models.Standing, found *Lapsed) error {
	w := where{m: m, notices: s.cfg.Notices, now: s.cfg.Clock()}
	var g errgroup.Group
	g.SetLimit(lapseAtOnce)
	for _, st := range page {
		for _, c := range st.Choices {
			p, ok := m.Purpose(c.Purpose)
			if !ok || p.Basis != datamap.Consent || !c.Granted() {
				continue
			}
			state, ends := w.granted(p, c)
			switch {
			case state != models.Given && state != c.State:
				found.Recorded++
				g.Go(func() error { return s.recordEnd(ctx, w, st.Customer, p) })
			case state == models.Given && !ends.IsZero() && (found.Next.IsZero() || ends.Before(found.Next)):
				found.Next = ends
			}
		}
	}
	return g.Wait()
}

// recordEnd has the log say that a consent has ended, unless something else has been said meanwhile.
func (s *Service) recordEnd(ctx context.Context, w where, customer string, p *datamap.Purpose) error {
	_, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: customer, Known: true,
		Propose: func(at sequencer.Position) (ledger.Detail, error) {
			c := at.Standing.Choices.Of(p.Key)
			state, ended := w.granted(p, c)
			if !c.Granted() || state == models.Given || state == c.State {
				return ledger.Detail{}, sequencer.Unchanged{Seq: c.Last()}
			}
			kind := ledger.ConsentExpired
			if state == models.Invalidated {
				kind = ledger.ConsentInvalidated
			}
			last := c.Last()
			d := ledger.Detail{
				Kind: kind, ID: ledger.DerivedEventID(kind, customer, p.Key, strconv.FormatUint(c.Seq, 10)),
				Actor: ledger.Actor{Type: ledger.ActorSystem}, Purpose: p.Key, State: string(state), OccurredAt: ended.UTC(), Supersedes: &last,
			}
			if c.Notice.Version > 0 {
				d.Notice = (*ledger.NoticeRef)(&c.Notice)
			}
			return d, nil
		},
	})
	if errors.Is(err, store.ErrNotFound) { // erased meanwhile
		return nil
	}
	return err
}
