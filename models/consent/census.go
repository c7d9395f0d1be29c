package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/notice"
)

// CensusRow is how many customers stand in one place.
type CensusRow struct {
	Purpose string
	State   models.State
	// Notice is the key of the text that their state rests on, or else of the purpose's own; Version is 0 where they were
	// shown none.
	Notice  string
	Version int
	// Jurisdiction is the customers', or else the operator's.
	Jurisdiction string
	Customers    int64
}

// Census says how many customers stand where, on every purpose that is theirs to decide. What it says is as it was when
// it was counted, give or take what changed while it was.
type Census struct {
	At        time.Time // when it was counted
	Customers int64     // all of them
	Rows      []CensusRow
}

// Impact is what a new version of a notice would be about: the census of the purposes that have this notice.
type Impact struct {
	At time.Time
	// Consents are those that stand: the new version would ask for them anew, or end them. A customer has one for each
	// purpose that they allowed.
	Consents int64
	Rows     []CensusRow
}

// Progress says how those who had consented to earlier versions of a notice take to one, in days of the operator's time
// zone, from the one on which it took effect.
type Progress struct {
	At          time.Time
	Notice      string
	Version     int
	EffectiveAt time.Time
	// Days are the first 366 at most, the last of them today's so far; none before it takes effect.
	Days []ProgressDay
}

// ProgressDay is how it stood when a day ended. What it counts are consents: a customer's to one purpose. Who had
// consented to an earlier version, and has said no since without having been asked or shown the new text, is not counted.
type ProgressDay struct {
	Day time.Time // its start
	// Renewed consented to this version or a later one. Withdrawn said no. Undecided were asked, and have said nothing.
	// NotAsked have not been here since.
	Renewed, Withdrawn, Undecided, NotAsked int64
}

// Census counts all customers, or gives the count of a moment ago. Of callers who come while it is counted all wait for
// the same. If that takes longer than a page should, they are given an older count, or an error of kind
// models.Unavailable: it goes on, and is there a while later.
func (s *Service) Census(ctx context.Context) (Census, error) {
	c, err := s.counted(ctx)
	if err != nil {
		return Census{}, err
	}
	return Census{At: c.at, Customers: c.customers, Rows: slices.Clone(c.rows)}, nil
}

// Impact tells, before a version of a notice is approved, whom it would be about. Errors are as of Census.
func (s *Service) Impact(ctx context.Context, key string) (Impact, error) {
	c, err := s.counted(ctx)
	if err != nil {
		return Impact{}, err
	}
	impact := Impact{At: c.at}
	m := s.cfg.Map.In(ctx)
	for _, row := range c.rows {
		p, ok := m.Purpose(row.Purpose)
		if !ok || row.Notice != key && m.NoticeFor(p) != key {
			continue
		}
		impact.Rows = append(impact.Rows, row)
		if row.State == models.Given && row.Notice == key {
			impact.Consents += row.Customers
		}
	}
	return impact, nil
}

// Progress tells how re-consent to a version of a notice goes. Errors are as of Census, and notice.ErrUnknown.
func (s *Service) Progress(ctx context.Context, key string, version int) (Progress, error) {
	n, err := s.cfg.Notices.Version(key, version)
	if err != nil {
		return Progress{}, err
	}
	c, err := s.counted(ctx)
	if err != nil {
		return Progress{}, err
	}
	p := Progress{At: c.at, Notice: key, Version: version, EffectiveAt: n.EffectiveAt}
	if t := c.progress[edition{key, version}]; t != nil {
		p.Days = t.days()
	}
	return p, nil
}

// edition names a version of a notice.
type edition struct {
	key     string
	version int
}

// counted is what one look at all customers found.
type counted struct {
	at        time.Time
	took      time.Duration
	customers int64
	rows      []CensusRow
	progress  map[edition]*tally
}

// counter looks at all customers, page by page.
type counter struct {
	*Service
	where    where
	rows     map[CensusRow]int64 // without their number
	progress map[edition]*tally
	versions map[string][]*tally // by the notice's key
}

// count looks at every customer once. What it holds does not grow with their number.
func (s *Service) count(ctx context.Context) (*counted, error) {
	c := counter{
		Service: s, where: where{m: s.cfg.Map.In(ctx), notices: s.cfg.Notices, now: s.cfg.Clock()},
		rows: map[CensusRow]int64{}, progress: map[edition]*tally{}, versions: map[string][]*tally{},
	}
	began := time.Now()
	c.follow()
	out := counted{at: c.where.now, progress: c.progress}
	for after := ""; ; {
		customers, err := s.cfg.Customers.PageCustomers(ctx, after, mostAtOnce)
		if err != nil {
			return nil, fmt.Errorf("count customers: %w", err)
		}
		if err := c.page(ctx, customers); err != nil {
			return nil, fmt.Errorf("count customers: %w", err)
		}
		out.customers += int64(len(customers))
		if len(customers) < mostAtOnce {
			break
		}
		after = customers[len(customers)-1].Ref
	}
	for row, n := range c.rows {
		row.Customers = n
		out.rows = append(out.rows, row)
	}
	slices.SortFunc(out.rows, func(a, b CensusRow) int {
		return cmp.Or(cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.State, b.State), cmp.Compare(a.Notice, b.Notice),
			cmp.Compare(a.Version, b.Version), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
	out.took = time.Since(began)
	return &out, nil
}

// follow makes a tally for each version in force that asks those who consented to an earlier one.
func (c *counter) follow() {
	for _, key := range c.notices().Keys() {
		for _, n := range c.notices().Versions(key) {
			if n.Version == 1 || !n.Asks() || !n.RetiredAt.IsZero() || n.EffectiveAt.After(c.where.now) {
				continue
			}
			t := newTally(n, c.where.m.Zone(), c.where.now)
			c.progress[edition{key, n.Version}] = t
			c.versions[key] = append(c.versions[key], t)
		}
	}
}

func (c *counter) notices() *notice.Service { return c.cfg.Notices }

func (c *counter) page(ctx context.Context, customers []models.Customer) error {
	refs := make([]string, len(customers))
	for i, customer := range customers {
		refs[i] = customer.Ref
	}
	standings, err := c.cfg.Log.StandingsOf(ctx, refs)
	if err != nil {
		return err
	}
	choices := choicesOf(standings)
	for _, customer := range customers {
		c.where.jurisdiction = cmp.Or(customer.Jurisdiction, c.where.m.Operator.Jurisdiction)
		for i := range c.where.m.Purposes {
			if p := &c.where.m.Purposes[i]; p.Chosen() {
				c.add(p, choices[customer.Ref].Of(p.Key))
			}
		}
	}
	return nil
}

func (c *counter) add(p *datamap.Purpose, choice models.Choice) {
	key := c.where.m.NoticeFor(p)
	row := CensusRow{
		Purpose: p.Key, State: c.where.state(p, choice), Notice: cmp.Or(choice.Notice.Key, key), Version: choice.Notice.Version,
		Jurisdiction: c.where.jurisdiction,
	}
	c.rows[row]++
	if p.Basis == datamap.Consent && choice.State != "" {
		for _, t := range c.versions[row.Notice] {
			t.add(choice)
		}
	}
}

// days a chart goes on for.
const mostDays = 366

// tally counts how those who had consented to earlier versions take to one, by day.
type tally struct {
	version int
	starts  []time.Time // of the days
	had     int64
	// asked, renewed and withdrawn on each day
	asked, renewed, withdrawn []int64
}

func newTally(n notice.Notice, zone *time.Location, now time.Time) *tally {
	t := &tally{version: n.Version}
	from := n.EffectiveAt.In(zone)
	for day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, zone); !day.After(now) && len(t.starts) < mostDays; day = day.AddDate(0, 0, 1) {
		t.starts = append(t.starts, day)
	}
	t.asked, t.renewed, t.withdrawn = make([]int64, len(t.starts)), make([]int64, len(t.starts)), make([]int64, len(t.starts))
	return t
}

// on is the number of the day that a time is on: the first for what was before, the last for what came after.
func (t *tally) on(at time.Time) int {
	i, there := slices.BinarySearchFunc(t.starts, at, func(day, at time.Time) int { return day.Compare(at) })
	if there {
		return i
	}
	return max(i-1, 0)
}

func (t *tally) add(c models.Choice) {
	asked := c.Asked >= t.version
	switch {
	case c.Granted() && c.Notice.Version < t.version:
		if asked {
			t.asked[t.on(c.AskedAt)]++
		}
	case !asked: // never had an earlier one, or said no before this one
		return
	default:
		decided := t.on(c.HappenedAt)
		t.asked[min(t.on(c.AskedAt), decided)]++
		if c.Granted() {
			t.renewed[decided]++
		} else {
			t.withdrawn[decided]++
		}
	}
	t.had++
}

func (t *tally) days() []ProgressDay {
	days := make([]ProgressDay, len(t.starts))
	sum := ProgressDay{NotAsked: t.had}
	for i, start := range t.starts {
		sum.Day = start
		sum.Renewed += t.renewed[i]
		sum.Withdrawn += t.withdrawn[i]
		sum.NotAsked -= t.asked[i]
		sum.Undecided += t.asked[i] - t.renewed[i] - t.withdrawn[i]
		days[i] = sum
	}
	return days
}
