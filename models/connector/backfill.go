package connector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/store"
)

// Step is one listing that a backfill goes through, page by page.
type Step struct {
	// Name says what is listed, in the other system's words.
	Name string
	// Page gives the things after a position, "" at first, that were made at or after since, if it is not zero.
	Page func(ctx context.Context, since time.Time, after string) (Page, error)
}

// Page is one of a listing.
type Page struct {
	States []State
	// Next is the position to go on from; empty at the end.
	Next string
}

// Options say how to backfill.
type Options struct {
	// Since leaves out what was made before, if it is not zero.
	Since time.Time
	// DryRun fetches and checks everything, and writes nothing.
	DryRun bool
	// Restart begins anew, where the last backfill would be resumed.
	Restart bool
	// Progress, if set, is told how far it is after each page.
	Progress func(Progress)
	// Rejected, if set, is told of each thing that was refused, and why.
	Rejected func(id string, why error)
}

// Progress is how far a backfill is. It is what is kept to resume it, too.
type Progress struct {
	Since time.Time `json:"since,omitzero"`
	// Turn is the one before the first of this backfill: what it has not met has an earlier one.
	Turn uint64 `json:"turn"`
	// Step is the name of the step that is under way, and After the position in it.
	Step  string `json:"step"`
	After string `json:"after"`
	// Counts are what became of what was met, by step.
	Counts map[string]map[Outcome]int64 `json:"counts"`
	// Resumed says that this is the rest of a backfill that ended early.
	Resumed bool `json:"-"`
}

// Done is how many things were met in a step.
func (p Progress) Done(step string) (n int64) {
	for _, count := range p.Counts[step] {
		n += count
	}
	return n
}

// Total is how many things had an outcome, over all steps.
func (p Progress) Total(o Outcome) (n int64) {
	for _, counts := range p.Counts {
		n += counts[o]
	}
	return n
}

const (
	job      = "backfill"
	pageSize = 100
	// Rest is the last step, of a backfill of everything: what is held and was not met is looked for one by one, and
	// removed if it is gone.
	Rest = "rest"
)

// ErrOtherAccount says that a backfill met nothing at all of a system of which something is held.
var ErrOtherAccount = models.Fail(models.Conflict, "connector_other_account")

// Backfill brings everything, resumes where it ended the last time if that was early, and may run beside live events
// and beside other servers. Two at once do the work twice, and no harm.
func (i *Intake) Backfill(ctx context.Context, c Connector, o Options) (Progress, error) {
	b := &backfill{Intake: i, connector: c, o: o}
	if err := b.begin(ctx); err != nil {
		return Progress{}, err
	}
	steps := c.Steps()
	at := max(0, slices.IndexFunc(steps, func(s Step) bool { return s.Name == b.p.Step }))
	if b.p.Step == Rest {
		at = len(steps)
	}
	for _, step := range steps[at:] {
		if err := b.step(ctx, step); err != nil {
			return b.p, fmt.Errorf("%s: %w", step.Name, err)
		}
	}
	if err := b.rest(ctx); err != nil {
		return b.p, fmt.Errorf("%s: %w", Rest, err)
	}
	if o.DryRun {
		return b.p, nil
	}
	return b.p, models.Wrap("forget the position", i.Store.DropConnectorState(ctx, i.Name, job))
}

// Position says how far a backfill is that has not ended; ErrNotFound if there is none.
func (i *Intake) Position(ctx context.Context) (Progress, error) {
	raw, err := i.Store.ConnectorState(ctx, i.Name, job)
	if err != nil {
		return Progress{}, err
	}
	var p Progress
	if err := json.Unmarshal(raw, &p); err != nil {
		return Progress{}, fmt.Errorf("read the position: %w", err)
	}
	return p, nil
}

type backfill struct {
	*Intake

	connector Connector
	o         Options
	p         Progress
}

// begin finds where to go on. What was begun for another time is begun anew.
func (b *backfill) begin(ctx context.Context) error {
	if !b.o.DryRun && !b.o.Restart {
		p, err := b.Position(ctx)
		if err == nil && p.Since.Equal(b.o.Since) {
			b.p, b.p.Resumed = p, true
			return nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	b.p = Progress{Since: b.o.Since, Counts: map[string]map[Outcome]int64{}}
	if b.o.DryRun {
		return nil
	}
	turn, err := b.Store.NextTurn(ctx, b.Name)
	b.p.Turn = turn
	return models.Wrap("take a turn", err)
}

func (b *backfill) step(ctx context.Context, s Step) error {
	if b.p.Step != s.Name {
		b.p.Step, b.p.After = s.Name, ""
		if err := b.save(ctx); err != nil { // so that the step before is not gone on with
			return err
		}
	}
	for {
		next, err := b.page(ctx, s)
		if err != nil {
			return err
		}
		b.p.After = next
		if next == "" {
			return nil
		}
		if err := b.save(ctx); err != nil {
			return err
		}
	}
}

// page takes one in. Its turn comes before it is fetched, so that whoever fetches later claims over it.
func (b *backfill) page(ctx context.Context, s Step) (next string, err error) {
	turn := uint64(0)
	if !b.o.DryRun {
		if turn, err = b.Store.NextTurn(ctx, b.Name); err != nil {
			return "", models.Wrap("take a turn", err)
		}
	}
	page, err := s.Page(ctx, b.p.Since, b.p.After)
	if err != nil {
		return "", err
	}
	if b.o.DryRun {
		for _, state := range page.States {
			b.count(s.Name, state.ID, b.check(state))
		}
	} else if err := b.take(ctx, s.Name, turn, page.States); err != nil {
		return "", err
	}
	b.tell()
	return page.Next, nil
}

// take writes the states of a page that nobody else has claimed since, and syncs the others one by one.
func (b *backfill) take(ctx context.Context, step string, turn uint64, states []State) error {
	ids := make([]string, len(states))
	for n, s := range states {
		ids[n] = s.ID
	}
	lost, err := b.Store.ClaimObjects(ctx, b.Name, turn, ids)
	if err != nil {
		return models.Wrap("claim", err)
	}
	var settled []store.ConnectorObject
	results := map[string]result{}
	for _, s := range states {
		if slices.Contains(lost, s.ID) {
			continue
		}
		now, o, why, err := b.apply(ctx, turn, s, b.connector.Fetch)
		if err != nil {
			return err
		}
		settled = append(settled, now)
		results[s.ID] = result{o, why}
	}
	others, err := b.Store.SettleObjects(ctx, settled)
	if err != nil {
		return models.Wrap("settle", err)
	}
	for _, id := range append(lost, others...) {
		delete(results, id)
		if err := b.one(ctx, step, id); err != nil {
			return err
		}
	}
	for id, r := range results {
		b.told(id, r.outcome)
		b.count(step, id, r)
	}
	return nil
}

// one fetches and writes a single thing.
func (b *backfill) one(ctx context.Context, step, id string) error {
	o, why, err := b.Sync(ctx, id, b.connector.Fetch)
	if err != nil {
		return err
	}
	b.count(step, id, result{o, why})
	return nil
}

type result struct {
	outcome Outcome
	why     error
}

// check says what would become of a state.
func (b *backfill) check(s State) result {
	err := s.Refused
	o := Held
	switch {
	case err != nil:
	case s.gone():
		o = Nothing
	case s.Profile != nil:
		held := b.merge(billing.Profile{}, s)
		err = b.Billing.CheckCustomer(held)
	case s.Record.Category == "" || len(s.Record.Fields) == 0:
		o = Nothing
	default:
		r := *s.Record
		r.Customer, r.Source = OutsideID(s.Owner), b.Source // the reference is known only when its customer is held
		err = b.Billing.CheckRecord(r)
	}
	if err != nil {
		return result{Rejected, err}
	}
	return result{outcome: o}
}

func (b *backfill) count(step, id string, r result) {
	if b.p.Counts[step] == nil {
		b.p.Counts[step] = map[Outcome]int64{}
	}
	b.p.Counts[step][r.outcome]++
	if r.why != nil && b.o.Rejected != nil {
		b.o.Rejected(id, r.why)
	}
}

func (b *backfill) tell() {
	if b.o.Progress != nil {
		b.o.Progress(b.p)
	}
}

func (b *backfill) save(ctx context.Context) error {
	if b.o.DryRun {
		return nil
	}
	raw, err := json.Marshal(b.p)
	if err != nil {
		return fmt.Errorf("keep the position: %w", err)
	}
	return models.Wrap("keep the position", b.Store.PutConnectorState(ctx, b.Name, job, raw))
}

// rest looks for each thing that is held and that this backfill has not met: it may be gone.
func (b *backfill) rest(ctx context.Context) error {
	if b.o.DryRun || !b.p.Since.IsZero() {
		return nil
	}
	if b.p.Step != Rest {
		b.p.Step, b.p.After = Rest, ""
		if err := b.save(ctx); err != nil {
			return err
		}
	}
	for {
		page, err := b.Store.PageObjects(ctx, b.Name, b.p.After, pageSize)
		if err != nil {
			return models.Wrap("list objects", err)
		}
		for _, o := range page {
			if o.Connector != b.Name {
				return nil // all of this connector's are done
			}
			if err := b.missed(ctx, o); err != nil {
				return err
			}
		}
		if len(page) == 0 {
			return nil
		}
		b.p.After = page[len(page)-1].ID
		b.tell()
		if err := b.save(ctx); err != nil {
			return err
		}
	}
}

// missed fetches a thing that is held and was not met. A key that meets nothing at all would have everything removed:
// it is another account's.
func (b *backfill) missed(ctx context.Context, o store.ConnectorObject) error {
	if o.Turn > b.p.Turn || o.Place.Customer == "" {
		return nil
	}
	if b.p.Total(Held)+b.p.Total(Rejected)+b.p.Total(Nothing) == 0 {
		return ErrOtherAccount
	}
	return b.one(ctx, Rest, o.ID)
}
