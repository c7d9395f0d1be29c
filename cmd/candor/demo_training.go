package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/training"
)

// demoUntrained is by what the door offers the privacy officer whose training has expired.
const demoUntrained = "untrained_officer"

// demoTrained says how many days ago each of the demo's staff did what staff must do. An administrator's renewal is near; of
// one officer the training has run out, and not the policies.
func demoTrained() map[string]int {
	return map[string]int{
		auth.RoleLegalEditor: 40, auth.RoleLegalApprover: 101, auth.RolePrivacyOfficer: 162, auth.RoleAuditor: 223, auth.RoleAdmin: 345,
		demoUntrained: 200,
	}
}

// expiredAgo is how many days ago the untrained officer passed the training.
const expiredAgo = 400

// trainStaff has the demo's staff acknowledge every policy and pass every training that binds them, some time ago.
func (p *program) trainStaff(ctx context.Context) error {
	for who, days := range demoTrained() {
		id, err := p.demoStaff(ctx, who)
		if err != nil {
			return err
		}
		member, err := p.staff.Member(ctx, id)
		if err != nil {
			return fmt.Errorf("train the demo's staff: %w", err)
		}
		standings, err := p.training.Standings(ctx, member)
		if err != nil {
			return fmt.Errorf("train the demo's staff: %w", err)
		}
		for i, st := range standings {
			ago := days
			if who == demoUntrained && st.Requirement.Kind == training.Training {
				ago = expiredAgo
			}
			at := p.clock().AddDate(0, 0, -ago).Add(-time.Duration(i) * time.Hour)
			if err := p.train(ctx, member, st.Requirement, at); err != nil {
				return fmt.Errorf("train the demo's staff: %w", err)
			}
		}
	}
	return nil
}

func (p *program) train(ctx context.Context, member models.Staff, r training.Requirement, at time.Time) error {
	answers := map[string][]string{}
	for _, q := range r.Questions {
		for _, a := range q.Answers {
			if a.Right {
				answers[q.ID] = append(answers[q.ID], a.ID)
			}
		}
	}
	done, err := p.training.Attest(ctx, training.Attempt{
		Member: member, Key: r.Key, Answers: answers, Auth: auth.MethodDemo, OccurredAt: at,
		Shown: training.Shown{Version: r.Version, Locale: "en", SHA256: r.Hash("en"), Nonce: "demo"},
	})
	if err == nil && !done.Passed() {
		err = errors.New("a right answer is wrong")
	}
	return err
}
