package frontend

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Brand is the operator as its customers know it.
type Brand struct {
	// Name is the operator's name; required in English.
	Name Words
	// LogoSVG is a picture shown beside the name, as an SVG file; empty for a plain mark.
	LogoSVG []byte
	// AccentLight and AccentDark are the colours of buttons and links on light and on dark pages,
	// as #rrggbb; empty for the green of the house.
	AccentLight, AccentDark string
	// HomeURL is the operator's own site, where a person without a session gets a link; may be empty.
	HomeURL string
	Contact Contact
}

// Contact is who answers: GDPR Art. 13(1)(a), (b) and 13(2)(d). Empty members are left out.
type Contact struct {
	Postal string // lines separated by line breaks
	Email  string
	Phone  string
	// DPO is the data protection officer's name or title, an address at its end: "Maren Petersen, dpo@example.org".
	DPO string
	// Authority is the supervisory authority to complain to, AuthorityURL its site.
	Authority    Words
	AuthorityURL string
}

// DPOName is the data protection officer's name or title alone; empty if only an address is known.
func (c Contact) DPOName() string {
	name, _ := c.splitDPO()
	return name
}

// DPOEmail is where the data protection officer can be written to; empty if that is not known.
func (c Contact) DPOEmail() string {
	_, email := c.splitDPO()
	return email
}

// splitDPO finds the address in "Maren Petersen, dpo@example.org".
func (c Contact) splitDPO() (name, email string) {
	at := strings.LastIndexAny(c.DPO, ", ") + 1
	if !strings.Contains(c.DPO[at:], "@") {
		return c.DPO, ""
	}
	return strings.TrimRight(c.DPO[:at], ", "), c.DPO[at:]
}

// Words are words for people, by BCP 47 language tag.
type Words map[string]string

// In is the words in a language, or else in English.
func (w Words) In(tag string) string {
	if s := w[tag]; s != "" {
		return s
	}
	return w["en"]
}

// Colours of the style sheet that a brand's accent is seen on or written in; style.css has the same.
const (
	paperLight, surfaceLight = "#fbf9f4", "#ffffff"
	paperDark, surfaceDark   = "#141816", "#1c221f"
	houseLight, houseDark    = "#0b5a47", "#74d8b8"
	leastContrast            = 4.5 // WCAG 2.2, 1.4.3
)

// check fills in what was left out and says what cannot be used.
func (b *Brand) check() error {
	if strings.TrimSpace(b.Name["en"]) == "" {
		return errors.New("brand name is empty: set the operator's name, at least in English")
	}
	if b.AccentLight == "" {
		b.AccentLight = houseLight
	}
	if b.AccentDark == "" {
		b.AccentDark = houseDark
	}
	return errors.Join(
		checkAccent("light", b.AccentLight, paperLight, surfaceLight),
		checkAccent("dark", b.AccentDark, paperDark, surfaceDark),
	)
}

// checkAccent refuses an accent that is hard to read on the grounds of its theme, or that text in
// the ground's colour is hard to read on.
func checkAccent(theme, accent string, grounds ...string) error {
	for _, ground := range grounds {
		ratio, err := contrast(accent, ground)
		if err != nil {
			return fmt.Errorf("brand colour for %s pages: %w", theme, err)
		}
		if ratio < leastContrast {
			return fmt.Errorf("brand colour %s for %s pages has a contrast of %.1f:1 with the page's %s; choose one with at least %.1f:1",
				accent, theme, ratio, ground, leastContrast)
		}
	}
	return nil
}

// contrast is the contrast ratio of two colours by WCAG 2.2, 1 to 21.
func contrast(a, b string) (float64, error) {
	la, err := luminance(a)
	if err != nil {
		return 0, err
	}
	lb, err := luminance(b)
	if err != nil {
		return 0, err
	}
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05), nil
}

// luminance is the relative luminance of a colour by WCAG 2.2, 0 to 1.
func luminance(colour string) (float64, error) {
	hex, found := strings.CutPrefix(colour, "#")
	value, err := strconv.ParseUint(hex, 16, 32)
	if !found || len(hex) != 6 || err != nil {
		return 0, fmt.Errorf("%q is not a colour: write it as #rrggbb", colour)
	}
	linear := func(shift uint) float64 {
		c := float64(value>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0), nil
}
