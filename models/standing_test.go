package models_test

import (
	"encoding/json"
	"slices"
	"testing"

	"candor/models"
)

func TestChoicesReplaceOneAnotherByPurposeAndStayInOrder(t *testing.T) {
	var c models.Choices
	for seq, purpose := range []string{"m", "z", "a", "m"} {
		before := slices.Clone(c)
		with := c.With(models.Choice{Purpose: purpose, State: models.Given, Seq: uint64(seq)})
		if !slices.Equal(c, before) {
			t.Fatalf("adding %s changed what others may hold: %v, before %v", purpose, c, before)
		}
		c = with
	}
	want := models.Choices{
		{Purpose: "a", State: models.Given, Seq: 2}, {Purpose: "m", State: models.Given, Seq: 3}, {Purpose: "z", State: models.Given, Seq: 1},
	}
	if !slices.Equal(c, want) {
		t.Fatalf("got %v, want %v", c, want)
	}
	if got := c.Of("m"); got.Seq != 3 {
		t.Fatalf("the choice about m is of entry %d, want 3", got.Seq)
	}
	if got := c.Of("b"); got != (models.Choice{}) {
		t.Fatalf("nothing was said about b, got %v", got)
	}
}

func TestStoredChoicesReadAsAnObjectByPurpose(t *testing.T) {
	c := models.Choices{{Purpose: "a", State: models.Refused, Seq: 2}, {Purpose: "b", State: models.Given, Seq: 1}}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var byPurpose map[string]struct{ Seq uint64 }
	if err := json.Unmarshal(raw, &byPurpose); err != nil || len(byPurpose) != 2 || byPurpose["a"].Seq != 2 {
		t.Fatalf("%s: %v", raw, err)
	}
	var back models.Choices
	if err := json.Unmarshal(raw, &back); err != nil || !slices.Equal(back, c) {
		t.Fatalf("%s came back as %v, %v", raw, back, err)
	}
	if raw, err := json.Marshal(models.Standing{}.Choices); err != nil || string(raw) != "{}" {
		t.Fatalf("no choices are written as %s, %v", raw, err)
	}
}
