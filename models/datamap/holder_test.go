package datamap_test

import (
	"testing"
	"time"

	"candor/models/datamap"
)

func TestTheMapInForceIsTheNewestWhoseTimeHasCome(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	first, second, third := new(datamap.Map), new(datamap.Map), new(datamap.Map)
	h := datamap.NewHolder(clock, datamap.Version{Number: 1, EffectiveAt: now, Map: first})
	if h.Current() != first || h.At(now.Add(-time.Hour)) != first {
		t.Fatal("the only map there is does not hold")
	}
	h.Replace([]datamap.Version{
		{Number: 1, EffectiveAt: now, Map: first},
		{Number: 2, EffectiveAt: now.Add(time.Hour), Map: second},
		{Number: 3, EffectiveAt: now.Add(2 * time.Hour), Map: third},
	})
	if h.Current() != first {
		t.Fatal("a version holds before its time")
	}
	page := h.Pin(t.Context())
	now = now.Add(time.Hour)
	if h.Current() != second || h.Version().Number != 2 {
		t.Fatal("a version does not hold at its time")
	}
	if h.In(page) != first || h.In(h.Pin(page)) != first || h.In(t.Context()) != second {
		t.Fatal("what works with one map is given another half-way")
	}
	if h.At(now.Add(-time.Minute)) != first || h.At(now.Add(24*time.Hour)) != third {
		t.Fatal("another map is said to have been in force")
	}
}

func TestAskingForTheMapAllocatesNothing(t *testing.T) {
	now := time.Now()
	h := datamap.NewHolder(time.Now, datamap.Version{Map: new(datamap.Map)}, datamap.Version{EffectiveAt: now.Add(time.Hour), Map: new(datamap.Map)})
	if n := testing.AllocsPerRun(100, func() { h.Current() }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}
