package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
)

func TestLinkRequests(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct {
		name    string
		request auth.LinkRequest
		field   string // at fault; empty if the link is made
	}{
		{"plain", auth.LinkRequest{Customer: "cus_1"}, ""},
		{"everything", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://my.example.test/bills?x=1", Locale: "pt-BR", ExpiresIn: time.Second}, ""},
		{"no customer", auth.LinkRequest{}, "customer"},
		{"unknown customer", auth.LinkRequest{Customer: "cus_2"}, "customer"},
		{"too long", auth.LinkRequest{Customer: "cus_1", ExpiresIn: 301 * time.Second}, "expires_in"},
		{"negative", auth.LinkRequest{Customer: "cus_1", ExpiresIn: -time.Second}, "expires_in"},
		{"no language", auth.LinkRequest{Customer: "cus_1", Locale: "<b>"}, "locale"},
		{"another origin", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://evil.example.test/"}, "return_url"},
		{"another scheme", auth.LinkRequest{Customer: "cus_1", ReturnURL: "http://my.example.test/"}, "return_url"},
		{"another port", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://my.example.test:444/"}, "return_url"},
		{"origin as a prefix", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://my.example.test.evil.test/"}, "return_url"},
		{"origin as a user", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://my.example.test@evil.test/"}, "return_url"},
		{"user at the origin", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://a:b@my.example.test/"}, "return_url"},
		{"backslash", auth.LinkRequest{Customer: "cus_1", ReturnURL: `https://my.example.test\@evil.test/`}, "return_url"},
		{"no scheme", auth.LinkRequest{Customer: "cus_1", ReturnURL: "//my.example.test/"}, "return_url"},
		{"script", auth.LinkRequest{Customer: "cus_1", ReturnURL: "javascript:alert(1)"}, "return_url"},
		{"line break", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://my.example.test/\r\nX: y"}, "return_url"},
		{"endless", auth.LinkRequest{Customer: "cus_1", ReturnURL: "https://my.example.test/" + strings.Repeat("a", 2048)}, "return_url"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			link, err := r.CreateLink(context.Background(), tt.request)
			var e *models.Error
			switch {
			case tt.field == "" && err != nil:
				t.Fatal(err)
			case tt.field == "" && len(link.Secret) != 43:
				t.Errorf("secret of %d characters", len(link.Secret))
			case tt.field != "" && (!errors.As(err, &e) || e.Kind != models.Invalid || e.Field != tt.field):
				t.Errorf("got %v, want an invalid %s", err, tt.field)
			}
		})
	}
}

func TestLinkWorksOnce(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	link, err := r.CreateLink(ctx, auth.LinkRequest{Customer: "cus_1", Locale: "de"})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // as a mail scanner does
		if l, err := r.CheckLink(ctx, link.Secret); err != nil || l.Customer != "cus_1" || l.Locale != "de" {
			t.Fatalf("check: %+v, %v", l, err)
		}
	}
	var in, out atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			session, secret, err := r.UseLink(ctx, link.Secret)
			switch {
			case err == nil && session.Customer == "cus_1" && session.Method == "link" && len(secret) == 43:
				in.Add(1)
			case errors.Is(err, auth.ErrLinkUsed):
				out.Add(1)
			default:
				t.Errorf("%+v, %v", session, err)
			}
		})
	}
	wg.Wait()
	if in.Load() != 1 || out.Load() != 19 {
		t.Errorf("%d got in and %d did not", in.Load(), out.Load())
	}
	if _, err := r.CheckLink(ctx, link.Secret); !errors.Is(err, auth.ErrLinkUsed) {
		t.Errorf("check of a used link: %v", err)
	}
}

func TestLinkEnds(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	link, err := r.CreateLink(ctx, auth.LinkRequest{Customer: "cus_1", ExpiresIn: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	r.clock.pass(time.Minute)
	if _, _, err := r.UseLink(ctx, link.Secret); !errors.Is(err, auth.ErrLinkExpired) {
		t.Errorf("an expired link: %v", err)
	}
	for _, secret := range []string{"", "x", altered(link.Secret), link.Secret + "\n", link.Secret[:42] + "\n"} {
		if _, _, err := r.UseLink(ctx, secret); !errors.Is(err, auth.ErrLinkUnknown) {
			t.Errorf("%q: %v", secret, err)
		}
	}
	r.clock.pass(25 * time.Hour)
	if err := r.Forget(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.CheckLink(ctx, link.Secret); !errors.Is(err, auth.ErrLinkUnknown) {
		t.Errorf("a forgotten link: %v", err)
	}
}

func TestSameKeyGivesTheSameLink(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	request := auth.LinkRequest{Customer: "cus_1", ExpiresIn: time.Minute, Key: "client_a 1"}
	first, err := r.CreateLink(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	r.clock.pass(10 * time.Second)
	again, err := r.CreateLink(ctx, request)
	if err != nil || again.Secret != first.Secret || again.ID != first.ID || again.ExpiresAt.Unix() != first.ExpiresAt.Unix() {
		t.Errorf("again: %+v, %v; first %+v", again, err, first)
	}
	other := request
	other.Key = "client_b 1"
	if link, err := r.CreateLink(ctx, other); err != nil || link.Secret == first.Secret {
		t.Errorf("another client's key: the same link, or %v", err)
	}
	other = request
	other.ExpiresIn = 2 * time.Minute
	if _, err := r.CreateLink(ctx, other); !errors.Is(err, auth.ErrKeyReused) {
		t.Errorf("another request under the key: %v", err)
	}
	if _, _, err := r.UseLink(ctx, first.Secret); err != nil {
		t.Fatal(err)
	}
	if again, err = r.CreateLink(ctx, request); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.UseLink(ctx, again.Secret); !errors.Is(err, auth.ErrLinkUsed) {
		t.Errorf("asking again made a used link good: %v", err)
	}
}

// A link that was revoked lets nobody in, and who came in by it is out, on every server.
func TestRevokeLink(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	unused, err := r.CreateLink(ctx, auth.LinkRequest{Customer: "cus_1"})
	if err != nil {
		t.Fatal(err)
	}
	used, err := r.CreateLink(ctx, auth.LinkRequest{Customer: "cus_1"})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := r.UseLink(ctx, used.Secret)
	if err != nil {
		t.Fatal(err)
	}
	stays, _, err := r.SignIn(ctx, "cus_1", "", auth.MethodDemo)
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range []auth.Link{unused, used} {
		if err := r.elsewhere().RevokeLink(ctx, link.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.UseLink(ctx, link.Secret); !errors.Is(err, auth.ErrLinkRevoked) {
			t.Errorf("a revoked link: %v", err)
		}
	}
	if _, err := r.Session(ctx, secret); !errors.Is(err, auth.ErrSessionEnded) {
		t.Errorf("the session of a revoked link: %v", err)
	}
	if _, err := r.Session(ctx, stays); err != nil {
		t.Errorf("another session of the customer: %v", err)
	}
	if err := r.RevokeLink(ctx, "ps_none"); !errors.Is(err, auth.ErrLinkUnknown) {
		t.Errorf("a link that is not there: %v", err)
	}
}

// Revoked at the very moment at which it is used, a link has started no session that lasts.
func TestRevokeLinkWhileItIsUsed(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	for range 25 {
		link, err := r.CreateLink(ctx, auth.LinkRequest{Customer: "cus_1"})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		group.Go(func() { _, _, _ = r.UseLink(ctx, link.Secret) }) // whether it got in first does not matter
		group.Go(func() {
			if err := r.elsewhere().RevokeLink(ctx, link.ID); err != nil {
				t.Error(err)
			}
		})
		group.Wait()
		if left, err := r.SessionsOf(ctx, "cus_1"); err != nil || len(left) > 0 {
			t.Fatalf("%d sessions are left, %v", len(left), err)
		}
	}
}
