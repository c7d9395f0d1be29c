package frontend

import (
	"math"
	"regexp"
	"strings"
	"testing"
)

func TestContrast(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21},
		{"#ffffff", "#ffffff", 1},
		{"#767676", "#ffffff", 4.54}, // the well-known lightest grey that passes on white
	} {
		got, err := contrast(tt.a, tt.b)
		if err != nil || math.Abs(got-tt.want) > 0.01 {
			t.Errorf("contrast(%s, %s) = %.2f, %v; want %.2f", tt.a, tt.b, got, err, tt.want)
		}
	}
}

func TestBrandIsChecked(t *testing.T) {
	named := Words{"en": "Nordlicht"}
	for _, tt := range []struct {
		name  string
		brand Brand
		want  []string // parts of the error; none for no error
	}{
		{"the house's colours", Brand{Name: named}, nil},
		{"good colours", Brand{Name: named, AccentLight: "#7a1f5c", AccentDark: "#f3b3dd"}, nil},
		{"no name", Brand{Name: Words{"de": "Nordlicht"}}, []string{"name is empty"}},
		{"too light for light pages", Brand{Name: named, AccentLight: "#ffaa00"}, []string{"#ffaa00", "light pages", "4.5:1"}},
		{"too dark for dark pages", Brand{Name: named, AccentDark: "#7a1f5c"}, []string{"#7a1f5c", "dark pages", "4.5:1"}},
		{"no colour", Brand{Name: named, AccentLight: "green"}, []string{`"green"`, "#rrggbb"}},
		{"both wrong", Brand{Name: named, AccentLight: "#fff", AccentDark: "#000000"}, []string{`"#fff"`, "dark pages"}},
		{"something else in it", Brand{Name: named, AccentLight: "#00000;}"}, []string{"#rrggbb"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.brand.check()
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, part := range tt.want {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("error %v does not say %q", err, part)
				}
			}
		})
	}
}

func TestDPOIsSplit(t *testing.T) {
	for _, tt := range []struct{ dpo, name, email string }{
		{"Maren Petersen, dpo@nordlicht.example", "Maren Petersen", "dpo@nordlicht.example"},
		{"dpo@nordlicht.example", "", "dpo@nordlicht.example"},
		{"Maren Petersen", "Maren Petersen", ""},
		{"", "", ""},
	} {
		c := Contact{DPO: tt.dpo}
		if c.DPOName() != tt.name || c.DPOEmail() != tt.email {
			t.Errorf("%q is split into %q and %q", tt.dpo, c.DPOName(), c.DPOEmail())
		}
	}
	r, catalogue := newTestRenderer(t)
	l, _ := catalogue.Localizer("en")
	page, err := r.Render(l, visitor, SignInPage{})
	if err != nil || !strings.Contains(string(page), `<a href="mailto:dpo@nordlicht.example">`) {
		t.Errorf("the officer cannot be written to from a page: %v", err)
	}
}

// palette reads the colours of style.css for a theme: 1 for light, 2 for dark.
func palette(t *testing.T, theme int) map[string]string {
	t.Helper()
	sheet, err := files.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string]string{"accent": []string{houseLight, houseDark}[theme-1]}
	pairs := regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`)
	for _, m := range pairs.FindAllStringSubmatch(string(sheet), -1) {
		colours[m[1]] = m[1+theme]
	}
	return colours
}

// TestColoursCanBeRead holds every colour of text to 4.5:1 on every ground it stands on, and every
// edge of a control to 3:1 (WCAG 2.2, 1.4.3 and 1.4.11), in both themes.
func TestColoursCanBeRead(t *testing.T) {
	hues := []string{"contract", "legal", "interest", "consent", "life", "public"}
	for theme, name := range []string{1: "light", 2: "dark"} {
		if name == "" {
			continue
		}
		colours := palette(t, theme)
		check := func(text, ground string, least float64) {
			t.Helper()
			ratio, err := contrast(colours[text], colours[ground])
			if err != nil {
				t.Errorf("%s: %s on %s: %v", name, text, ground, err)
			} else if ratio < least {
				t.Errorf("%s: %s on %s has %.2f:1, less than %.1f:1", name, text, ground, ratio, least)
			}
		}
		for _, ground := range []string{"paper", "surface", "sunken"} {
			for _, text := range append([]string{"ink", "soft", "accent"}, hues...) {
				check(text, ground, leastContrast)
			}
			check("edge", ground, 3)
		}
		for _, hue := range hues {
			check(hue, hue+"-tint", leastContrast)
			check("ink", hue+"-tint", leastContrast)
			check("accent", hue+"-tint", leastContrast)
		}
		check("on-accent", "accent", leastContrast)
	}
}

func TestBrandKnowsTheStyleSheet(t *testing.T) {
	light, dark := palette(t, 1), palette(t, 2)
	if light["paper"] != paperLight || light["surface"] != surfaceLight || dark["paper"] != paperDark || dark["surface"] != surfaceDark {
		t.Errorf("brand.go checks against other grounds than style.css has: %s %s %s %s",
			light["paper"], light["surface"], dark["paper"], dark["surface"])
	}
}
