package signin_test

import (
	"regexp"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/signin"
	"candor/models/store"
)

var linkPattern = regexp.MustCompile(`https://privacy\.example\.test/sessions/([A-Za-z0-9_-]{43})`)

// In place of a link that is over, a fresh one comes by mail, to the same page.
func TestAFreshLink(t *testing.T) {
	r := newRig(t)
	old := must[auth.Link](t)(r.auth.CreateLink(t.Context(), auth.LinkRequest{Customer: "cus_1", Flow: auth.Flow{Page: auth.FlowHistory}}))
	want(t, r.AskFreshLink(t.Context(), old.Secret, asking("a")), auth.ErrLinkUnknown) // it still works
	r.pass(auth.MaxLinkLifetime)
	if err := r.AskFreshLink(t.Context(), old.Secret, asking("a")); err != nil {
		t.Fatal(err)
	}
	r.deliver(t)
	m := linkPattern.FindStringSubmatch(r.shown.Last()[0].Text)
	if m == nil {
		t.Fatalf("no link in %q", r.shown.Last()[0].Text)
	}
	link, err := r.auth.CheckLink(t.Context(), m[1])
	if err != nil || link.Customer != "cus_1" || link.Flow != "history" {
		t.Fatalf("%+v, %v", link, err)
	}
	r.pass(auth.MailedLinkLifetime)
	_, err = r.auth.CheckLink(t.Context(), m[1])
	want(t, err, auth.ErrLinkExpired)
}

// Who revokes a link revokes what was mailed in its place too, and the sessions that it has started.
func TestAFreshLinkOfARevokedOneLetsNobodyIn(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	old := must[auth.Link](t)(r.auth.CreateLink(ctx, auth.LinkRequest{Customer: "cus_1"}))
	r.pass(auth.MaxLinkLifetime)
	mailed := func(old string) string {
		if err := r.AskFreshLink(ctx, old, asking("a")); err != nil {
			t.Fatal(err)
		}
		r.deliver(t)
		return linkPattern.FindStringSubmatch(r.shown.Last()[0].Text)[1]
	}
	used := mailed(old.Secret)
	session, _, err := r.auth.UseLink(ctx, used)
	if err != nil {
		t.Fatal(err)
	}
	waiting := mailed(used) // in place of the one that came in place of the first
	if err := r.auth.RevokeLink(ctx, old.ID); err != nil {
		t.Fatal(err)
	}
	if left := must[[]store.Session](t)(r.auth.SessionsOf(ctx, "cus_1")); len(left) != 0 {
		t.Errorf("the session of %s goes on", session.Link)
	}
	_, _, err = r.auth.UseLink(ctx, waiting)
	want(t, err, auth.ErrLinkRevoked)
	want(t, r.AskFreshLink(ctx, used, asking("a")), auth.ErrLinkUnknown)
}

func TestAFreshLinkIsNotForEverybody(t *testing.T) {
	r := newRig(t)
	r.customer(t, "cus_2", "No Address", "")
	links := map[string]auth.Link{}
	for _, ref := range []string{"cus_1", "cus_2"} {
		links[ref] = must[auth.Link](t)(r.auth.CreateLink(t.Context(), auth.LinkRequest{Customer: ref}))
	}
	r.pass(time.Hour)
	for i := range 4 {
		for ref, link := range links { // alike, with an address on file or without
			err := r.AskFreshLink(t.Context(), link.Secret, asking("a"))
			if i < 3 && err != nil {
				t.Errorf("%s: %v", ref, err)
			}
			if i == 3 {
				want(t, err, signin.ErrTooMany)
			}
		}
	}
	r.deliver(t)
	for _, m := range r.shown.Last() {
		if m.To != "anna@example.test" {
			t.Errorf("a mail went to %q", m.To)
		}
	}
	if err := r.auth.RevokeLink(t.Context(), links["cus_2"].ID); err != nil {
		t.Fatal(err)
	}
	want(t, r.AskFreshLink(t.Context(), links["cus_2"].Secret, asking("a")), auth.ErrLinkUnknown)
	want(t, r.AskFreshLink(t.Context(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", asking("a")), auth.ErrLinkUnknown)
}
