package ledger_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"candor/models/ledger"
)

func TestNewEventIDIsTimeThenChance(t *testing.T) {
	at := time.UnixMilli(1767225600123)
	id := ledger.NewEventID([16]byte(bytes.Repeat([]byte{0xff}, 16)), at)
	if got := id.String(); got != "019b76da-a87b-7fff-bfff-ffffffffffff" {
		t.Fatalf("got %s", got)
	}
	later := ledger.NewEventID([16]byte{}, at.Add(time.Millisecond))
	if later.String() <= id.String() {
		t.Errorf("%s of a later time sorts before %s", later, id)
	}
}

func TestDerivedEventIDDependsOnEveryPart(t *testing.T) {
	same := ledger.DerivedEventID("ab", "c")
	if same != ledger.DerivedEventID("ab", "c") {
		t.Error("the same parts give different ids")
	}
	if got := same.String(); got[14] != '8' || !strings.ContainsRune("89ab", rune(got[19])) {
		t.Errorf("%s is not a UUID of version 8", got)
	}
	for _, parts := range [][]string{{"a", "bc"}, {"abc"}, {"ab", "c", ""}, {"", "ab", "c"}, {"c", "ab"}, {}} {
		if ledger.DerivedEventID(parts...) == same {
			t.Errorf("%q gives the id of %q", parts, []string{"ab", "c"})
		}
	}
}

func TestParseEventID(t *testing.T) {
	for _, id := range []ledger.EventID{ledger.DerivedEventID("x"), ledger.NewEventID([16]byte{1, 2, 3}, time.UnixMilli(1))} {
		got, err := ledger.ParseEventID(id.String())
		if err != nil || got != id {
			t.Errorf("%s reads back as %s, %v", id, got, err)
		}
	}
	for _, bad := range []string{
		"", "019b76da-a87b-7fff-bfff-fffffffffff", "019B76DA-a87b-7fff-bfff-ffffffffffff", "019b76daa87b-7fff-bfff-ffffffffffff-",
		"019b76da-a87b-4fff-bfff-ffffffffffff", "019b76da-a87b-7fff-7fff-ffffffffffff", "g19b76da-a87b-7fff-bfff-ffffffffffff",
		"019b76da_a87b_7fff_bfff_ffffffffffff", "00000000-0000-0000-0000-000000000000",
	} {
		if _, err := ledger.ParseEventID(bad); err == nil {
			t.Errorf("%q was read as an event id", bad)
		}
	}
}
