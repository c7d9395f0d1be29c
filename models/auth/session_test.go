package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"candor/models/auth"
)

func TestSession(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	secret, made, err := r.SignIn(ctx, "cus_1", "", auth.MethodDemo)
	if err != nil {
		t.Fatal(err)
	}
	if made.Hash == secret {
		t.Error("the secret itself is kept")
	}
	if got, err := r.Session(ctx, secret); err != nil || got.Customer != "cus_1" {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, other := range []string{"", "x", made.Hash + "\n", secret + "="} {
		if _, err := r.Session(ctx, other); !errors.Is(err, auth.ErrNotSignedIn) {
			t.Errorf("%q: %v", other, err)
		}
	}
	r.clock.pass(auth.SessionLifetime)
	if _, err := r.Session(ctx, secret); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("after its end: %v", err)
	}
}

// A member of staff who does nothing for a while is signed out by the clock; one who goes on is not, up to the end of the
// session. Customers stay.
func TestStaffWhoDoNothingAreSignedOut(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	enter := func(customer, staff string) string {
		secret, _, err := r.SignIn(ctx, customer, staff, auth.MethodDemo)
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	idle, busy, customer := enter("", "m1"), enter("", "m1"), enter("cus_1", "")
	for range 3 {
		r.clock.pass(auth.StaffIdle - time.Minute)
		session, err := r.Session(ctx, busy)
		if err != nil {
			t.Fatalf("while they work: %v", err)
		}
		if err := r.Seen(ctx, session); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Session(ctx, idle); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("who did nothing: %v", err)
	}
	if list, err := r.SessionsOfStaff(ctx, "m1"); err != nil || len(list) != 1 {
		t.Errorf("%d are listed, %v", len(list), err)
	}
	if _, err := r.Session(ctx, customer); err != nil {
		t.Errorf("a customer: %v", err)
	}
	r.clock.pass(auth.StaffIdle)
	if _, err := r.Session(ctx, busy); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("to the minute: %v", err)
	}
}

func TestSignOut(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	secret, _, err := r.SignIn(ctx, "", "auditor", auth.MethodDemo)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.SignOut(ctx, secret); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Session(ctx, secret); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("after signing out: %v", err)
	}
}

func TestSignInRefuses(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	if _, _, err := r.SignIn(ctx, "cus_2", "", auth.MethodDemo); !errors.Is(err, auth.ErrUnknownCustomer) {
		t.Errorf("an unknown customer: %v", err)
	}
	for _, who := range [][2]string{{"", ""}, {"cus_1", "auditor"}} {
		if _, _, err := r.SignIn(ctx, who[0], who[1], auth.MethodDemo); err == nil {
			t.Errorf("%q got in", who)
		}
	}
}

func TestCSRF(t *testing.T) {
	r := newRig(t)
	token := r.CSRF("one")
	if token != r.CSRF("one") {
		t.Error("it does not last its session")
	}
	if err := r.CheckCSRF("one", token); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"", token[1:], r.CSRF("two"), token + "\n"} {
		if err := r.CheckCSRF("one", wrong); !errors.Is(err, auth.ErrCSRF) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// A session that was begun or ended on another server is so here at once: nothing of it is remembered.
func TestSessionsOfAllServers(t *testing.T) {
	r := newRig(t)
	other := r.elsewhere()
	secret, _, err := r.SignIn(t.Context(), "cus_1", "", auth.MethodDemo)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if s, err := other.Session(t.Context(), secret); err != nil || s.Customer != "cus_1" {
			t.Fatalf("%+v, %v", s, err)
		}
	}
	if err := r.SignOut(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Session(t.Context(), secret); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("after signing out elsewhere: %v", err)
	}
}
