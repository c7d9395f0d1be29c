package auth_test

import (
	"errors"
	"testing"

	"candor/models"
	"candor/models/auth"
)

var shown = auth.Served{
	Purpose: "usage_analytics",
	Notice:  models.NoticeRef{Key: "usage_analytics", Version: 2, Locale: "ar", SHA256: "abc"},
	UI:      "5d41402a",
}

func TestServed(t *testing.T) {
	r := newRig(t)
	token, err := r.Served("session", shown)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.OpenServed("session", token)
	if err != nil {
		t.Fatal(err)
	}
	if got.Purpose != shown.Purpose || got.Notice != shown.Notice || got.UI != shown.UI || got.Nonce == "" {
		t.Errorf("got %+v", got)
	}
	if want := r.clock.time().Add(auth.ServedLifetime); !got.Expires.Equal(want) {
		t.Errorf("expires %v, want %v", got.Expires, want)
	}
	other, err := r.Served("session", shown)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.OpenServed("session", other); err != nil || again.Nonce == got.Nonce {
		t.Errorf("two showings have one nonce, or %v", err)
	}
}

func TestStaleServed(t *testing.T) {
	r := newRig(t)
	token, err := r.Served("session", shown)
	if err != nil {
		t.Fatal(err)
	}
	access, _ := r.bearer(t, auth.ScopeRecords)
	for name, text := range map[string]string{
		"none": "", "no token": "a.b.c", "an access token": access, "line break": token[:len(token)-1] + "\n" + token[len(token)-1:],
	} {
		if _, err := r.OpenServed("session", text); !errors.Is(err, models.ErrStaleServed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.OpenServed("another", token); !errors.Is(err, models.ErrStaleServed) {
		t.Errorf("of another session: %v", err)
	}
	eachAlteration(token, func(altered string) {
		if _, err := r.OpenServed("session", altered); !errors.Is(err, models.ErrStaleServed) {
			t.Errorf("accepted %q", altered)
		}
	})
	r.clock.pass(auth.ServedLifetime)
	if _, err := r.OpenServed("session", token); !errors.Is(err, models.ErrStaleServed) {
		t.Errorf("after its time: %v", err)
	}
}

func TestServedIsNoAccessToken(t *testing.T) {
	r := newRig(t)
	token, err := r.Served("session", shown)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Authorize(t.Context(), token); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("%v", err)
	}
}

// eachAlteration changes every 7th character, and the last one in every way.
func eachAlteration(token string, try func(string)) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := 0; i < len(token); i += 7 {
		to := byte('A')
		if token[i] == to {
			to = 'B'
		}
		try(token[:i] + string(to) + token[i+1:])
	}
	last := len(token) - 1
	for _, c := range []byte(alphabet) {
		if c != token[last] {
			try(token[:last] + string(c))
		}
	}
}
