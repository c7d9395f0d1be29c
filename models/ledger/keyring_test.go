package ledger_test

import (
	"errors"
	"testing"

	"candor/models/ledger"
)

func keyEvent(kind, use, name string) ledger.Detail {
	jwk := ledger.NewJWK(public(name))
	return ledger.Detail{Kind: kind, Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: use, JWK: &jwk}
}

func TestKeysSignFromTheirAdditionToTheirRetirement(t *testing.T) {
	var ring ledger.Keyring
	steps := []struct {
		seq uint64
		d   ledger.Detail
	}{
		{0, keyEvent(ledger.KeyAdded, ledger.UseEntry, "a")},
		{1, keyEvent(ledger.KeyAdded, ledger.UseDocument, "d")},
		{4, ledger.Detail{Kind: ledger.ConsentGiven}},
		{5, keyEvent(ledger.KeyAdded, ledger.UseEntry, "b")},
		{9, keyEvent(ledger.KeyRetired, ledger.UseEntry, "a")},
	}
	for _, s := range steps {
		if err := ring.Apply(s.seq, s.d); err != nil {
			t.Fatalf("entry %d: %v", s.seq, err)
		}
	}
	for _, test := range []struct {
		name, use string
		after     uint64
		good      bool
	}{
		{"a", ledger.UseEntry, 0, true},   // entry 0 itself
		{"a", ledger.UseEntry, 9, true},   // the entry that retires it
		{"a", ledger.UseEntry, 10, false}, // retired
		{"b", ledger.UseEntry, 5, false},  // the entry that adds it
		{"b", ledger.UseEntry, 6, true},
		{"b", ledger.UseDocument, 6, false},
		{"d", ledger.UseDocument, 1, false},
		{"d", ledger.UseDocument, 2, true},
		{"d", ledger.UseEntry, 2, false},
		{"e", ledger.UseEntry, 2, false},
	} {
		key, err := ring.Lookup(ledger.KeyID(public(test.name)), test.use, test.after)
		if (err == nil) != test.good || test.good != key.Equal(public(test.name)) || !test.good && !errors.Is(err, ledger.ErrKey) {
			t.Errorf("%s for %s after %d entries: %v", test.name, test.use, test.after, err)
		}
	}
	if !ring.Knows(ledger.KeyID(public("a")), ledger.UseEntry) || ring.Knows(ledger.KeyID(public("a")), ledger.UseDocument) {
		t.Error("a retired key is still a key of the log, for its use")
	}
}

func TestKeyEventsThatMakeNoSense(t *testing.T) {
	first := keyEvent(ledger.KeyAdded, ledger.UseEntry, "a")
	for name, test := range map[string]struct {
		before []ledger.Detail
		d      ledger.Detail
	}{
		"entry 0 adds a document key": {nil, keyEvent(ledger.KeyAdded, ledger.UseDocument, "a")},
		"entry 0 retires":             {nil, keyEvent(ledger.KeyRetired, ledger.UseEntry, "a")},
		"entry 0 is a consent":        {nil, ledger.Detail{Kind: ledger.ConsentGiven}},
		"added twice":                 {[]ledger.Detail{first}, first},
		"added for a second use":      {[]ledger.Detail{first}, keyEvent(ledger.KeyAdded, ledger.UseDocument, "a")},
		"unknown one retired":         {[]ledger.Detail{first}, keyEvent(ledger.KeyRetired, ledger.UseEntry, "b")},
		"retired for another use":     {[]ledger.Detail{first}, keyEvent(ledger.KeyRetired, ledger.UseDocument, "a")},
		"retired twice":               {[]ledger.Detail{first, keyEvent(ledger.KeyRetired, ledger.UseEntry, "a")}, keyEvent(ledger.KeyRetired, ledger.UseEntry, "a")},
		"back after retirement":       {[]ledger.Detail{first, keyEvent(ledger.KeyRetired, ledger.UseEntry, "a")}, first},
		"no key":                      {[]ledger.Detail{first}, ledger.Detail{Kind: ledger.KeyAdded, Use: ledger.UseEntry}},
	} {
		var ring ledger.Keyring
		for seq, d := range test.before {
			if err := ring.Apply(uint64(seq), d); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if ring.Apply(uint64(len(test.before)), test.d) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
