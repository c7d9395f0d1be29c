package models_test

import (
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"
	"time"

	"candor/models"
)

// What is read of some purposes is what is read of all, without the others; whatever they are called.
func TestSomeChoicesAreReadAsAllAre(t *testing.T) {
	names := []string{"a", "state", "notice", "key", "*", `"`, `\`, `\"`, "{", "}", "a:b", "<é>", ","}
	random := mathrand.New(mathrand.NewPCG(1, 0))
	some := func() []string {
		return slices.DeleteFunc(slices.Clone(names), func(string) bool { return random.IntN(2) == 0 })
	}
	for range 500 {
		var all models.Choices
		for i, name := range some() {
			all = all.With(models.Choice{
				Purpose: name, State: models.State(names[random.IntN(len(names))]), Seq: uint64(i), HappenedAt: time.Unix(int64(i), 0).UTC(),
				Notice: models.NoticeRef{Key: names[random.IntN(len(names))], Locale: names[random.IntN(len(names))]},
			})
		}
		raw, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		purposes := append(some(), "nobody")
		got, err := models.ReadChoices(raw, purposes...)
		want := slices.DeleteFunc(slices.Clone(all), func(c models.Choice) bool { return !slices.Contains(purposes, c.Purpose) })
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v of %s: %v, %v", purposes, raw, got, err)
		}
		if got, err = models.ReadChoices(raw); err != nil || !slices.Equal(got, all) {
			t.Fatalf("all of %s: %v, %v", raw, got, err)
		}
	}
}

// What is damaged is found, where it matters to what is read.
func TestDamagedChoicesAreNotRead(t *testing.T) {
	raw, err := json.Marshal(models.Choices{{Purpose: "a", State: `"\`}, {Purpose: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	for end := range raw {
		if got, err := models.ReadChoices(raw[:end], "b"); err == nil {
			t.Errorf("%s: %v", raw[:end], got)
		}
	}
	for _, text := range []string{"", "[]", `{"b":1}`, `{"b":{"seq":"x"}}`, `{"a":{}"b":{}}`, `{"a":{},}`, `{,}`, fmt.Sprintf("%s}", raw)} {
		if got, err := models.ReadChoices([]byte(text), "b"); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func BenchmarkReadChoices(b *testing.B) {
	var all models.Choices
	for _, purpose := range []string{"fraud_prevention", "marketing_email", "partner_sharing", "usage_analytics"} {
		all = all.With(models.Choice{Purpose: purpose, State: models.Refused, Notice: models.NoticeRef{Key: purpose, Version: 1, Locale: "en", SHA256: fmt.Sprintf("%064d", 1)}})
	}
	raw, err := json.Marshal(all)
	if err != nil {
		b.Fatal(err)
	}
	for name, purposes := range map[string][]string{"all": nil, "one": {"*", "usage_analytics"}, "none": {"*"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := models.ReadChoices(raw, purposes...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
