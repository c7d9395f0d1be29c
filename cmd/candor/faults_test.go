package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"candor/frontend"
	"candor/handlers/web"
	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/ledger"
	"candor/models/store/mongo/mongotest"
)

// meddler makes a program's stores fail as they do in production.
type meddler interface {
	// gone has no call reach them; full has no write find room; slow has no write come to its end.
	gone(bool)
	full(bool)
	slow(bool)
	// cut has the next append fail, before it is done or after.
	cut(mongotest.Moment)
}

// troubled is the whole program on stores that can be made to fail, with a customer who has given a consent and
// changes their mind, and a billing system that asks.
type troubled struct {
	*site
	meddler
	clock   *atomic.Int64 // how far this machine's clock is off
	who     *visitor
	client  *visitor
	tokens  url.Values
	last    string
	changes int // that were answered
}

// onBothStores runs a test on each kind of store. Answers about consents may be as old as maxAge.
func onBothStores(t *testing.T, maxAge time.Duration, test func(t *testing.T, r *troubled)) {
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(t, onFiles(t, maxAge)) })
	t.Run("MongoDB", func(t *testing.T) { t.Parallel(); test(t, onProxies(t, maxAge)) })
}

// soon is an age that what is known reaches quickly, and not between two healthy calls.
const soon = 500 * time.Millisecond

func newTroubled(t *testing.T, s settings, m meddler, meddle func(p *program)) *troubled {
	t.Helper()
	dir := t.TempDir()
	s.BaseURL, s.Origin, s.PerSecond = "http://127.0.0.1", "privacy.example.com/log", 1_000_000
	s.Keys = filepath.Join(dir, "keys")
	s.complete()
	r := &troubled{meddler: m, clock: &atomic.Int64{}}
	p := newProgram(s, os.DirFS("operators/utility"), slog.New(slog.DiscardHandler))
	p.clock = func() time.Time { return time.Now().Add(time.Duration(r.clock.Load())) }
	p, err := p.step(t.Context(), p.readOperator, p.lockStore, p.openStores, func(context.Context) error { meddle(p); return nil },
		p.observeStores, p.openKeys, p.openLog, p.openServices, p.publish)
	check(t, err)
	t.Cleanup(func() { check(t, p.close()) })
	check(t, p.billing.PutCustomer(t.Context(), billing.Profile{Customer: customer("cus_1")}))
	app, err := p.site(&web.Demo{Customers: []frontend.DemoCustomer{{Ref: "cus_1"}}, Roles: auth.Roles(), Staff: p.demoStaff})
	check(t, err)
	r.site = &site{t, p, app}
	r.who, r.client = r.signIn("customer", "cus_1"), r.billingSystem(auth.Scopes()...)
	r.until("the page with the form is shown", func() bool {
		_, page := r.who.do(http.MethodGet, "/consents", nil)
		csrf, served := csrfField.FindStringSubmatch(page), servedField.FindStringSubmatch(page)
		if csrf == nil || served == nil {
			return false
		}
		r.tokens = url.Values{"csrf": csrf[1:], "served": served[1:]}
		return true
	})
	r.recorded()
	r.decides(true)
	return r
}

// choose makes the other choice than the last that was answered, as the page's form does. The same choice asked
// for again is the same event. It gives the problem, if there is one.
func (r *troubled) choose() (status int, retryAfter, problem string) {
	r.t.Helper()
	form := url.Values{"choice": {r.next()}, "csrf": r.tokens["csrf"], "served": r.tokens["served"]}
	cookie, _, _ := strings.Cut(r.who.cookie, ";")
	response, body := r.ask(http.MethodPost, "/consents/usage_analytics", form.Encode(),
		"Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/problem+json")
	var document struct{ Type string }
	if response.StatusCode != http.StatusSeeOther {
		check(r.t, json.Unmarshal([]byte(body), &document))
	} else {
		r.last = r.next()
		r.changes++
	}
	return response.StatusCode, response.Header.Get("Retry-After"), strings.TrimPrefix(document.Type, "urn:candor:problem:")
}

func (r *troubled) next() string {
	if r.last == "give" {
		return "withdraw"
	}
	return "give"
}

// recorded has the next choice recorded, asked for as often as it takes.
func (r *troubled) recorded() {
	r.t.Helper()
	r.until("the choice is recorded", func() bool { status, _, _ := r.choose(); return status == http.StatusSeeOther })
}

// refused wants the next choice to be answered with 503, when to come back, and one of the problems.
func (r *troubled) refused(problems ...string) {
	r.t.Helper()
	status, retryAfter, problem := r.choose()
	if status != http.StatusServiceUnavailable || retryAfter == "" || !strings.Contains(strings.Join(problems, " "), problem) {
		r.t.Fatalf("the choice was answered with %d, Retry-After %q, %s; want 503 and %q", status, retryAfter, problem, problems)
	}
}

// decision is what the billing system is told; asked is false if it was told that nothing can be decided.
func (r *troubled) decision() (allowed, asked bool) {
	r.t.Helper()
	const question = `{"subject":{"type":"customer","id":"cus_1"},"action":{"name":"usage_analytics"},"resource":{"type":"customer","id":"cus_1"}}`
	response, body := r.client.do(http.MethodPost, "/access/v1/evaluation", question)
	if response.StatusCode == http.StatusServiceUnavailable {
		if response.Header.Get("Retry-After") == "" {
			r.t.Fatalf("503 without Retry-After: %s", body)
		}
		return false, false
	}
	var answer struct {
		Decision bool
		Context  struct{ Error *struct{ Status int } }
	}
	check(r.t, json.Unmarshal([]byte(body), &answer))
	if answer.Decision && answer.Context.Error != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("%d: %s", response.StatusCode, body)
	}
	return answer.Decision, answer.Context.Error == nil
}

// decides wants that decision, once one can be made.
func (r *troubled) decides(want bool) {
	r.t.Helper()
	var allowed, asked bool
	r.until("a decision is made", func() bool { allowed, asked = r.decision(); return asked })
	if allowed != want {
		r.t.Fatalf("the decision is %t, want %t", allowed, want)
	}
}

// knows wants that decision to be made now, from what is known.
func (r *troubled) knows(want bool) {
	r.t.Helper()
	if allowed, asked := r.decision(); allowed != want || !asked {
		r.t.Fatalf("the decision is %t, made %t; want %t", allowed, asked, want)
	}
}

// denies wants nothing to be allowed once what is known is too old: neither by the answer to the billing system,
// which may be that nobody can tell who it is, nor by the rules below it.
func (r *troubled) denies() {
	r.t.Helper()
	r.until("nothing is decided", func() bool {
		_, err := r.program.consent.Decide(r.t.Context(), "cus_1", "usage_analytics", "")
		allowed, asked := r.decision()
		return models.KindOf(err) == models.Unavailable && !allowed && !asked
	})
}

// ready is what readiness says: a status and the problem of each check that has one.
func (r *troubled) ready() (status int, state string, problems map[string]string) {
	r.t.Helper()
	response, body := r.ask(http.MethodGet, "/readyz", "")
	var answer struct {
		Status string
		Checks []struct{ Name, Problem string }
	}
	check(r.t, json.Unmarshal([]byte(body), &answer))
	problems = map[string]string{}
	for _, made := range answer.Checks {
		if made.Problem != "" {
			problems[made.Name] = made.Problem
		}
	}
	return response.StatusCode, answer.Status, problems
}

// names wants readiness to have that state and status, and to name these checks. Another's problem may come of it:
// a store that is away has not taken what was written last either.
func (r *troubled) names(status int, state string, checks ...string) {
	r.t.Helper()
	r.until(fmt.Sprintf("readiness is %d, %s, and names %v", status, state, checks), func() bool {
		got, said, problems := r.ready()
		fits := got == status && said == state
		for _, name := range checks {
			fits = fits && problems[name] != ""
		}
		return fits
	})
}

// until waits until something holds, however slow the machine is.
func (r *troubled) until(what string, holds func() bool) {
	r.t.Helper()
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for !holds() {
		select {
		case <-pace.C:
		case <-r.t.Context().Done():
			r.t.Fatalf("never happened: %s", what)
		}
	}
}

// recovers wants everything to go on without a restart, and nothing to be lost or doubled.
func (r *troubled) recovers() {
	r.t.Helper()
	for range 2 { // what was asked for in vain, and the next
		r.recorded()
		r.decides(r.last == "give")
	}
	r.names(http.StatusOK, "ready")
	r.onlyAnswered()
}

// onlyAnswered wants each answered change to be in the log once, in its order, and nothing else, each proven; and
// the projection to say the same.
func (r *troubled) onlyAnswered() {
	r.t.Helper()
	var shown struct{ Entries []ledger.Evidence }
	r.until("the customer is shown their entries", func() bool {
		response, body := r.who.do(http.MethodGet, "/check.json", nil)
		return response.StatusCode == http.StatusOK && json.Unmarshal([]byte(body), &shown) == nil
	})
	if len(shown.Entries) != r.changes {
		r.t.Fatalf("the log has %d entries of the customer, and %d changes were answered", len(shown.Entries), r.changes)
	}
	verifier, err := ledger.NewVerifierKey(r.program.keys.CheckpointVerifier)
	check(r.t, err)
	var before ledger.Entry
	for i, e := range shown.Entries {
		entry, err := ledger.ParseEntry([]byte(e.Entry))
		check(r.t, err)
		proof, err := ledger.ParseProof([]byte(e.Proof))
		check(r.t, err)
		_, err = proof.Verify(ledger.LeafHash([]byte(e.Entry)), "privacy.example.com/log", verifier)
		check(r.t, err)
		var said struct{ State string }
		check(r.t, json.Unmarshal(e.Detail, &said))
		if want := []string{"given", "withdrawn"}[i%2]; said.State != want || entry.Payload.Time.Before(before.Payload.Time) {
			r.t.Fatalf("change %d says %q at %s, want %q and no earlier than %s", i, said.State, entry.Payload.Time, want, before.Payload.Time)
		}
		before = entry
	}
	r.until("the projection is saved", func() bool { return r.program.log.CheckProjection(r.t.Context(), func(uint64) {}) == nil })
}

// While decisions may be an hour old, the stores may be away that long.
func TestDecisionsGoOnFromWhatIsKnownLately(t *testing.T) {
	t.Parallel()
	onBothStores(t, time.Hour, func(t *testing.T, r *troubled) {
		r.gone(true)
		r.knows(true)
		r.refused("store_unavailable", "log_unavailable")
		r.knows(true)
		r.names(http.StatusServiceUnavailable, "not_ready", r.whole("store", "key_store")...)
		r.gone(false)
		r.recovers()
	})
}

// whole adds the saved checkpoint to the checks that fail, if the stores keep it.
func (r *troubled) whole(checks ...string) []string {
	if !embedded(r.program.settings.Store) {
		checks = append(checks, "checkpoint")
	}
	return checks
}

func TestNothingIsAllowedOnceWhatIsKnownIsOld(t *testing.T) {
	t.Parallel()
	onBothStores(t, soon, func(t *testing.T, r *troubled) {
		r.gone(true)
		r.denies()
		for range 3 {
			r.refused("store_unavailable", "log_unavailable")
			if allowed, _ := r.decision(); allowed {
				t.Fatal("a use was allowed by what is out of date")
			}
		}
		r.names(http.StatusServiceUnavailable, "not_ready", r.whole("store", "key_store")...)
		if response, _ := r.ask(http.MethodGet, "/healthz", ""); response.StatusCode != http.StatusOK {
			t.Errorf("the process is well, and /healthz answers %d", response.StatusCode)
		}
		r.gone(false)
		r.recovers()
	})
}

// With a full disk everything that is stored is there: pages and decisions go on.
func TestAFullDiskKeepsNobodyFromReading(t *testing.T) {
	t.Parallel()
	onBothStores(t, time.Hour, func(t *testing.T, r *troubled) {
		r.names(http.StatusOK, "ready")
		r.full(true)
		for range 2 {
			r.refused("outcome_unknown", "log_unavailable")
		}
		if status := r.who.status(http.MethodGet, "/consents", nil); status != http.StatusOK {
			t.Errorf("the page is answered with %d", status)
		}
		r.knows(true)
		r.names(http.StatusOK, "degraded", "log")
		r.full(false)
		r.recovers()
	})
}

// A write that comes to no end is given up; when it arrives after all it is there once.
func TestASlowStoreIsGivenUp(t *testing.T) {
	t.Parallel()
	onBothStores(t, time.Hour, func(t *testing.T, r *troubled) {
		r.slow(true)
		r.refused("outcome_unknown", "log_unavailable")
		r.knows(true)
		r.names(http.StatusOK, "degraded", "log")
		r.slow(false)
		r.recovers()
	})
}

// The connection is cut before the write, or after it: asked again, it is there once.
func TestACutWriteIsThereOnce(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]mongotest.Moment{"before": mongotest.BeforeIt, "during": mongotest.DuringIt, "after": mongotest.AfterIt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBothStores(t, time.Hour, func(t *testing.T, r *troubled) {
				r.cut(at)
				if at == mongotest.AfterIt {
					if status, _, problem := r.choose(); status != http.StatusSeeOther { // it was done, and is found
						t.Fatalf("a write that was done is answered with %d, %s", status, problem)
					}
				} else {
					r.refused("outcome_unknown")
				}
				r.recovers()
			})
		})
	}
}
