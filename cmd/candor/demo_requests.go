package main

import (
	"context"
	"errors"
	"fmt"

	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/request"
)

// demoOfficer is the member of staff who answers the demo's requests.
func (p *program) demoOfficer() request.By {
	id := p.staff.AccountID("demo", auth.RolePrivacyOfficer)
	return request.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: auth.RolePrivacyOfficer, Auth: auth.MethodDemo}
}

// makeRequests has a few customers ask, and an officer answer: one request is open, one waits for a system that has not
// confirmed, one was refused with its ground, one was answered. Nothing of anybody's data is erased or restricted.
func (d *demonstration) makeRequests(ctx context.Context) error {
	if len(d.card.Customers) < shownPeople {
		return nil
	}
	if _, _, err := d.program.auth.AddClient(ctx, "Customer relations (CRM)", []string{auth.ScopeTasks}); err != nil {
		return fmt.Errorf("make demo requests: %w", err)
	}
	ask := func(person int, kind request.Kind, asked request.Asked, channel string, daysAgo int) (request.Request, error) {
		q := request.Question{
			Customer: d.card.Customers[person].Ref, Kind: kind, Asked: asked, Channel: channel, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Auth: "demo",
			OccurredAt: d.program.clock().AddDate(0, 0, -daysAgo),
		}
		made, _, err := d.program.requests.Ask(ctx, q)
		return made, err
	}
	_, err := ask(4, request.Erasure, request.Asked{Text: "Please erase whatever you do not need."}, "web", 9)
	waiting, err2 := ask(6, request.Rectification, request.Asked{Category: "contact", Field: "phone", Value: "+49 40 66969 099"}, "phone", 24)
	refused, err3 := ask(7, request.Erasure, request.Asked{Text: "Erase everything."}, "paper", 40)
	answered, err4 := ask(7, request.Rectification, request.Asked{Category: "contact", Field: "address", Value: "Example Street 9"}, "web", 20)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return fmt.Errorf("make demo requests: %w", err)
	}
	return d.answerRequests(ctx, waiting.ID, refused.ID, answered.ID)
}

func (d *demonstration) answerRequests(ctx context.Context, waiting, refused, answered string) error {
	r, officer := d.program.requests, d.program.demoOfficer()
	_, err := r.Refuse(ctx, refused, officer, []string{request.GroundLegalClaims}, "")
	for _, id := range []string{waiting, answered} {
		_, accepted := r.Accept(ctx, id, officer, request.Acceptance{})
		err = errors.Join(err, accepted)
	}
	tasks, listed := r.PageTasks(ctx, d.card.API.ClientID, request.TaskOpen, 0, 10)
	err = errors.Join(err, listed)
	for _, t := range tasks {
		_, confirmed := r.Confirm(ctx, d.card.API.ClientID, t.ID, request.Said{Outcome: request.TaskDone})
		err = errors.Join(err, confirmed)
	}
	_, closed := r.Answer(ctx, answered, officer, "")
	if err = errors.Join(err, closed); err != nil {
		return fmt.Errorf("make demo requests: %w", err)
	}
	return nil
}
