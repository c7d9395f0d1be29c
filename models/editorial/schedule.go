package editorial

import (
	"context"
	"fmt"
	"time"

	"candor/models"
)

// When is when a version is to take effect: at once if it is zero.
type When struct {
	// Local is a date and time as a clock on a wall shows them, "2026-12-01T00:00"; or a date, for its first moment.
	Local string
	// Zone is the IANA time zone of that clock, such as "Europe/Berlin".
	Zone string
}

// Moment is the moment that is meant. A time that the zone passes over when clocks go forward is refused; of one that it
// has twice when they go back the later is meant, so that nothing takes effect earlier than anybody may have read.
func (w When) Moment() (time.Time, error) {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil || w.Zone == "" || w.Zone == "Local" {
		return time.Time{}, models.Fail(models.Invalid, "draft_time_zone").In("time_zone")
	}
	const dated, timed = "2006-01-02", "2006-01-02T15:04"
	layout := timed
	if len(w.Local) == len(dated) {
		layout = dated
	}
	wall, err := time.Parse(layout, w.Local)
	if err != nil || wall.Year() < 2000 || wall.Year() > 2200 {
		return time.Time{}, models.Fail(models.Invalid, "draft_time").In("effective_at")
	}
	later := time.Time{}
	for _, near := range []time.Duration{-36 * time.Hour, 36 * time.Hour} { // on both sides of any change of clocks
		_, offset := wall.Add(near).In(zone).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second)
		if t.In(zone).Format(timed) == wall.Format(timed) && t.After(later) {
			later = t
		}
	}
	if later.IsZero() && layout == dated { // some zones change at midnight: the day begins later
		return firstMoment(wall, zone), nil
	}
	if later.IsZero() {
		return time.Time{}, models.Fail(models.Invalid, "draft_time_skipped").In("effective_at")
	}
	return later.UTC(), nil
}

// firstMoment is the first of a day whose midnight a zone passes over.
func firstMoment(wall time.Time, zone *time.Location) time.Time {
	_, before := wall.Add(-36 * time.Hour).In(zone).Zone()
	return wall.Add(-time.Duration(before) * time.Second).UTC() // clocks are put forward at that very moment
}

// Schedule publishes an approved version, to take effect when is said. It is in the log, and everybody can read it, when
// Schedule returns.
func (s *Service) Schedule(ctx context.Context, by By, ref Ref, revision int, when When) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	moment := time.Time{}
	if when != (When{}) {
		if moment, err = when.Moment(); err != nil {
			return Edition{}, err
		}
	}
	write, approve := k.Permissions()
	permission := approve
	if may(by, approve, false) != nil {
		permission = write
	}
	e, err := s.move(ctx, moved{
		by: by, ref: ref, revision: revision, step: StepScheduled, may: permission, from: []State{Approved},
		change: func(h history, r *record) error {
			effective := moment
			if effective.IsZero() {
				effective = r.at
			} else if effective.Before(r.at) {
				return models.Fail(models.Invalid, "draft_time_past").In("effective_at")
			}
			if err := s.ready(ctx, k, h, false); err != nil {
				return err
			}
			if err := s.follows(ctx, ref, effective); err != nil {
				return err
			}
			if from := r.After.Approval.InvalidFrom; !from.IsZero() && from.Before(effective) {
				return models.Fail(models.Invalid, "draft_invalid_before").In("effective_at")
			}
			r.After.State = Scheduled
			r.After.Schedule = &Schedule{EffectiveAt: effective, Zone: when.Zone, By: by, At: r.at}
			return nil
		},
		same: func(after standing) bool {
			return after.Schedule != nil && after.Schedule.Zone == when.Zone && (moment.IsZero() || after.Schedule.EffectiveAt.Equal(moment))
		},
	})
	if err != nil {
		return Edition{}, err
	}
	if err := s.carry(ctx, e); err != nil {
		return Edition{}, err
	}
	return s.clocked(ctx, e)
}

// follows refuses a version that would take effect before an earlier one does.
func (s *Service) follows(ctx context.Context, ref Ref, effective time.Time) error {
	there, err := s.versions(ctx, ref.Kind, ref.Key)
	if err != nil {
		return err
	}
	for _, e := range there {
		if e.Version < ref.Version && e.State == Scheduled && e.Schedule.EffectiveAt.After(effective) {
			return models.Fail(models.Invalid, "draft_before_earlier", "version", e.Version).In("effective_at")
		}
	}
	return nil
}

// Withdraw ends a version that is not in force: a draft, or one that is scheduled and has not taken effect.
func (s *Service) Withdraw(ctx context.Context, by By, ref Ref, revision int, note string) (Edition, error) {
	k, err := s.kind(ref.Kind)
	if err != nil {
		return Edition{}, err
	}
	if err := checkNote("note", note, false); err != nil {
		return Edition{}, err
	}
	write, approve := k.Permissions()
	permission := approve
	if may(by, approve, false) != nil {
		permission = write
	}
	e, err := s.move(ctx, moved{
		by: by, ref: ref, revision: revision, step: StepWithdrawn, note: note, may: permission,
		from: []State{Draft, InReview, Approved, Scheduled},
		change: func(h history, r *record) error {
			if at := h.head().After.Schedule; at != nil && !at.EffectiveAt.After(r.at.Add(margin)) {
				return ErrInForce
			}
			r.After.State = Withdrawn
			return nil
		},
	})
	if err != nil {
		return Edition{}, err
	}
	return e, s.carry(ctx, e)
}

// margin is how long before it takes effect a version can still be withdrawn: every server has heard of it by then.
const margin = time.Minute

// carry does what follows from a step that is in the log: a scheduled version is published, a withdrawn one unpublished.
// Doing it again changes nothing.
func (s *Service) carry(ctx context.Context, e Edition) error {
	k, err := s.kind(e.Kind)
	if err != nil || e.Schedule == nil {
		return err
	}
	content, err := s.Content(ctx, e.Ref, 0)
	if err != nil {
		return err
	}
	d := Document{Edition: e, Content: content}
	err = k.Publish(ctx, d) // what was withdrawn, too: another server may be about to publish it
	if err == nil && e.State == Withdrawn {
		err = k.Unpublish(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("carry out a step of %s %s, version %d: %w", e.Kind, e.Key, e.Version, err)
	}
	return nil
}

// Carry carries out what a crash has left undone: steps that the log has not said, versions that are scheduled and not
// published, or withdrawn and not unpublished. Any server may do it at any time, and one does it again and again.
func (s *Service) Carry(ctx context.Context) error {
	for _, k := range s.cfg.Kinds {
		list, err := s.cfg.Store.NewestRevisions(ctx, k.Name(), "")
		if err != nil {
			return fmt.Errorf("list what is written: %w", err)
		}
		for _, stored := range list {
			r, err := read(stored)
			if err != nil {
				return err
			}
			if err := s.finish(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// finish carries out what one version's last step asks for, once.
func (s *Service) finish(ctx context.Context, r record) error {
	s.mu.Lock()
	done := s.carried[r.Ref] == r.number
	s.mu.Unlock()
	if done {
		return nil
	}
	if err := s.say(ctx, r); err != nil {
		return err
	}
	if err := s.carry(ctx, r.edition()); err != nil {
		return err
	}
	s.mu.Lock()
	s.carried[r.Ref] = r.number
	s.mu.Unlock()
	return nil
}

// pace is how often Run looks.
const pace = 10 * time.Second

// Run carries on until ctx ends. One server does it for all.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		if err := s.Carry(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("what was approved could not be carried out", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
