package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"candor/models/staff"
	"candor/models/training"
)

// openTraining makes the service of what staff must know.
func (p *program) openTraining(ctx context.Context) error {
	var err error
	p.training, err = training.New(ctx, training.Config{
		Publications: p.data, Attestations: p.data, Log: p.log, MaxAge: p.settings.MaxAge, Clock: p.clock, Logger: p.logger,
		Since: p.memberSince,
	})
	return err
}

// memberSince says when somebody became a member of staff.
func (p *program) memberSince(ctx context.Context, id string) (time.Time, error) {
	m, err := p.staff.Find(ctx, id)
	if errors.Is(err, staff.ErrUnknownMember) {
		return time.Time{}, nil
	}
	return m.AddedAt, err
}

// reminders tells members of staff by mail what is due; there must be an outbox.
func (p *program) reminders() *training.Reminders {
	return &training.Reminders{
		Training: p.training, Members: p.addressees, Outbox: p.data, Wake: p.outbox.Wake,
		Words: p.mailWords, Language: func() string { return p.datamap.Current().Operator.Languages[0] },
		Operator: p.operatorName, BaseURL: p.settings.BaseURL, Logger: p.logger,
	}
}

// addressees are those on the staff.
func (p *program) addressees(ctx context.Context) (there []training.Addressee, err error) {
	members, err := p.staff.Members(ctx)
	for _, m := range members {
		if !m.Ended() {
			there = append(there, training.Addressee{Staff: m.Staff, Email: m.Email})
		}
	}
	return there, err
}

// publishRequirements puts the operator's reviewed policies and trainings into force; there may be none.
func (p *program) publishRequirements(ctx context.Context) error {
	folder, err := fs.Sub(p.operator, "requirements")
	if err != nil {
		return fmt.Errorf("read requirements: %w", err)
	}
	requirements, err := training.ReadFiles(folder, p.datamap.Current().Operator.Languages)
	if err != nil {
		return err
	}
	for _, r := range requirements {
		if err := p.training.Publish(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// rebuildTraining makes what staff acknowledged and passed anew from the log, or compares it.
func (p *program) rebuildTraining(ctx context.Context, check bool) error {
	if err := p.openTraining(ctx); err != nil {
		return err
	}
	differ, err := p.training.Rebuild(ctx, check)
	if err == nil && check && differ > 0 {
		err = fmt.Errorf("%d attestations of staff are not what the log says: run candor rebuild", differ)
	}
	return err
}
