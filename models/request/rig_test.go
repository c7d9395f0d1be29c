package request_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/sequencer/sequencertest"
	"candor/models/store"
)

// rig is the service on real stores, with two systems that have the scope, one that has not, and one that was revoked.
type rig struct {
	*sequencertest.Rig
	t        *testing.T
	config   request.Config
	log      *sequencer.Sequencer
	ring     *keys.Ring
	maps     *datamap.Holder
	billing  *billing.Service
	consents *consent.Service
	*request.Service
}

var officer = request.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: auth.RolePrivacyOfficer}, Auth: "demo"}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func give[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func same[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func want(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want %v", err, target)
	}
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{Rig: sequencertest.New(t, time.Date(2026, 1, 31, 22, 30, 0, 0, time.UTC)), t: t}
	raw, err := os.ReadFile("testdata/datamap.yaml")
	must(t, err)
	m := give(datamap.Parse(raw))(t)
	r.maps = datamap.NewHolder(r.Time, datamap.Version{Number: 1, Map: m})
	r.ring = r.Ring()
	r.log = r.Start(r.ring, 0)
	r.billing = billing.New(billing.Config{Map: datamap.Hold(m), Customers: r.Data, Records: r.Data, Ring: r.ring, Clock: r.Time})
	r.config = request.Config{
		Map: r.maps, Log: r.log, Requests: r.Data, Tasks: r.Data, Customers: r.Data, Clients: r.Data, Archives: r.Data, Tallies: r.Data,
		Records: r.billing, Ring: r.ring, Secret: []byte("secret"), Clock: r.Time, Logger: slog.New(slog.DiscardHandler),
	}
	r.Service = request.New(r.config)
	notices := give(notice.New(t.Context(), r.Data, r.log, r.Time, slog.New(slog.DiscardHandler)))(t)
	r.consents = give(consent.New(consent.Config{Map: datamap.Hold(m), Log: r.log, Customers: r.Data, Notices: notices, Clock: r.Time}))(t)
	for id, scopes := range map[string][]string{
		"rating": {auth.ScopeTasks}, "crm": {auth.ScopeRecords, auth.ScopeTasks}, "reader": {auth.ScopeConsentsRead}, "old": {auth.ScopeTasks},
	} {
		c := store.Client{ID: id, Name: "The " + id, Scopes: scopes, CreatedAt: r.Time()}
		if id == "old" {
			c.RevokedAt = r.Time()
		}
		must(t, r.Data.PutClient(t.Context(), c))
	}
	for ref, jurisdiction := range map[string]string{"cus_1": "", "cus_2": "US-CA"} {
		must(t, r.billing.PutCustomer(t.Context(), billing.Profile{
			Customer: models.Customer{Ref: ref, Jurisdiction: jurisdiction}, Name: "Anna", Email: "anna@example.test",
		}))
	}
	for category, fields := range map[string]map[string]string{
		"invoices": {"number": "1"}, "marketing": {"channel": "mail"}, "usage_detail": {"quantity": "3"},
	} {
		must(t, r.billing.PutRecord(t.Context(), models.Record{
			Customer: "cus_1", Category: category, ID: "a", OccurredAt: r.Time(), Source: "billing", Fields: fields,
		}))
	}
	return r
}

// move has the operator tell times in another zone from now on.
func (r *rig) move(zone string) {
	r.t.Helper()
	raw, err := os.ReadFile("testdata/datamap.yaml")
	must(r.t, err)
	m := give(datamap.Parse(bytes.Replace(raw, []byte("Europe/Berlin"), []byte(zone), 1)))(r.t)
	r.maps.Replace(append(r.maps.Versions(), datamap.Version{Number: 2, EffectiveAt: r.Time(), Map: m}))
}

func (r *rig) ask(kind request.Kind, asked request.Asked) request.Request {
	r.t.Helper()
	made, _, err := r.Ask(r.t.Context(), r.question(kind, asked))
	must(r.t, err)
	return made
}

func (r *rig) question(kind request.Kind, asked request.Asked) request.Question {
	return request.Question{
		Customer: "cus_1", Kind: kind, Asked: asked, Actor: ledger.Actor{Type: ledger.ActorCustomer}, Channel: "web", Auth: "link",
	}
}

func (r *rig) accept(id string, a request.Acceptance) request.Request {
	r.t.Helper()
	return give(r.Accept(r.t.Context(), id, officer, a))(r.t)
}

// open are the ids of a system's open tasks.
func (r *rig) open(client string) []request.Task {
	r.t.Helper()
	return give(r.PageTasks(r.t.Context(), client, request.TaskOpen, 0, 10))(r.t)
}

func (r *rig) confirm(client, task, outcome string) request.Task {
	r.t.Helper()
	return give(r.Confirm(r.t.Context(), client, task, request.Said{Outcome: outcome}))(r.t)
}

// kinds are what the log says of a customer, oldest first.
func (r *rig) kinds() (kinds []string) {
	r.t.Helper()
	for _, e := range give(r.log.History(context.Background(), "cus_1", 100))(r.t) {
		kinds = append([]string{e.Detail.Kind}, kinds...)
	}
	return kinds
}
