package datamap_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candor/models/datamap"
)

// everyMap gives small and the maps of the operators that come with the program.
func everyMap(t *testing.T) map[string]*datamap.Map {
	t.Helper()
	out := map[string]*datamap.Map{"small": parse(t, small), "nested": parse(t, nested)}
	files, err := filepath.Glob("../../cmd/candor/operators/*/datamap.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no operators", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[file] = parse(t, string(raw))
	}
	return out
}

func TestAMapIsReadBackFromEachOfItsForms(t *testing.T) {
	for name, m := range everyMap(t) {
		t.Run(name, func(t *testing.T) {
			fromJSON, err := datamap.Read(m.JSON())
			if err != nil || !fromJSON.Equal(m) {
				t.Errorf("from JSON: %v", err)
			}
			raw, err := m.YAML()
			if err != nil {
				t.Fatal(err)
			}
			fromYAML, err := datamap.Parse(raw)
			if err != nil || !fromYAML.Equal(m) {
				t.Errorf("from YAML: %v", err)
			}
			fromParts, problems := datamap.Join(m.Split())
			if len(problems) > 0 || !fromParts.Equal(m) {
				t.Errorf("from parts: %v", problems)
			}
			for part, text := range m.Split() {
				if err := datamap.CheckPart(part, text); err != nil {
					t.Errorf("%s is refused: %v", part, err)
				}
			}
		})
	}
}

func TestAMapIsReadStrictly(t *testing.T) {
	for part, text := range map[string]string{
		"operator": `{"name":{"en":"A"},"colour":"red"}`, "purposes/billing": `{"key":"advice"}`, "purposes/Bad": `{"key":"Bad"}`,
		"shoes/one": `{"key":"one"}`, "colour": `"red"`, "sources/a": `{"key":"a"} {}`, "removed": `{"a":1}`, "order": `[]`,
	} {
		if err := datamap.CheckPart(part, text); err == nil {
			t.Errorf("%s: %s is taken", part, text)
		}
	}
}

func TestWhatTheOrderDoesNotNameComesBehind(t *testing.T) {
	parts := parse(t, nested).Split()
	delete(parts, datamap.OrderPart)
	m, problems := datamap.Join(parts)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var keys []string
	for _, p := range m.Purposes {
		keys = append(keys, p.Key)
	}
	if !slices.Equal(keys, []string{"advice", "billing", "offers"}) {
		t.Errorf("%v", keys)
	}
}

func TestWhatDiffersIsNamed(t *testing.T) {
	before := parse(t, small)
	after := parse(t, strings.NewReplacer("renewal: P24M", "renewal: P12M", "{en: Advice, de: Rat}", "{en: Help, de: Rat}").Replace(small))
	changes := before.Compare(after)
	want := []datamap.Change{
		{Part: "purposes/advice", Path: "label.en", Before: "Advice", After: "Help"},
		{Part: "purposes/advice", Path: "renewal", Before: "P24M", After: "P12M"},
	}
	if !slices.Equal(changes, want) {
		t.Errorf("%+v", changes)
	}
	same := before
	if len(before.Compare(same)) > 0 {
		t.Error("a map differs from itself")
	}
}

func TestConsequencesOfWhatConsentsRestOn(t *testing.T) {
	before := parse(t, nested)
	for name, c := range map[string]struct {
		old, new string
		members  []string
		meaning  bool
	}{
		"renewal":    {"renewal: P24M", "renewal: P12M", []string{"renewal"}, false},
		"recipients": {"categories: [invoices]\n    recipients: [host]\n    renewal", "categories: [invoices]\n    recipients: [host, printer]\n    renewal", []string{"recipients"}, true},
		"basis": {
			"    basis: consent\n    on: {en: You get it", "    basis: legitimate_interests\n    because: {en: B, de: B}\n    on: {en: You get it",
			[]string{"basis"},
			true,
		},
		"words": {"{en: Advice, de: Rat}", "{en: Help, de: Rat}", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(nested, c.old, c.new, 1)
			if text == nested {
				t.Fatal("nothing was changed")
			}
			got := before.Consequences(parse(t, text))
			switch {
			case c.members == nil && len(got) == 0:
			case len(got) != 1 || got[0].Purpose.Key != "advice" || !slices.Equal(got[0].Members, c.members) || got[0].Meaning != c.meaning:
				t.Errorf("%+v", got)
			}
		})
	}
}

// A map that lacks a part says so and is no map: whatever parts are taken out or muddled, a map without problems is one
// that reads back from its JSON.
func TestWhateverIsDoneToPartsAMapWithoutProblemsIsOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := parse(t, nested).Split()
	names := slices.Sorted(maps.Keys(all))
	sound := 0
	for range 500 {
		parts := maps.Clone(all)
		for range 1 + random.IntN(3) {
			name := names[random.IntN(len(names))]
			switch random.IntN(4) {
			case 0:
				delete(parts, name)
			case 1:
				parts[name] = "{}"
			case 2:
				parts[name] = strings.Replace(parts[name], `"advice"`, `"billing"`, 1)
			default:
				parts[name] = strings.Replace(parts[name], "P24M", "P1Y", 1)
			}
		}
		m, problems := datamap.Join(parts)
		problems = append(problems, m.Problems()...)
		if len(problems) > 0 {
			continue
		}
		sound++
		if back, err := datamap.Read(m.JSON()); err != nil || !back.Equal(m) {
			t.Fatalf("%v", err)
		}
	}
	if sound == 0 || sound == 500 {
		t.Errorf("%d of 500 are sound", sound)
	}
}
