package i18n

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"time"

	"github.com/goccy/go-yaml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.yaml
var files embed.FS

// Language is one of the languages that Candor speaks.
type Language struct {
	Tag  string // BCP 47, e.g. "pl"
	Name string // the endonym: the language's name in the language itself
	Dir  string // "ltr" or "rtl"
}

// Catalogue holds the messages of every language. It is safe for concurrent use once loaded.
type Catalogue struct {
	bundle     *goi18n.Bundle
	matcher    language.Matcher
	localizers []*Localizer // in the order of the locales table
	digests    map[string]string
	plural     map[string]bool // ids whose English has plural forms

	// Problem, if set, is told of every message that could not be said as asked: an id that the language or
	// English lacks, a placeholder without a value. Tests set it, before they ask for a Localizer's first text;
	// a running server shows the best text it has and does not need it.
	Problem func(tag, id, problem string)
}

// Load parses the embedded catalogues, as Read does.
func Load() (*Catalogue, error) { return Read(files) }

// Read parses the catalogues of every language, LANGUAGE.yaml in a folder, and checks every message: its syntax, its
// placeholders, and that it has the plural form "other". It fails naming the file and the id.
func Read(folder fs.FS) (*Catalogue, error) {
	c := &Catalogue{bundle: goi18n.NewBundle(language.English), digests: map[string]string{}, plural: map[string]bool{}}
	c.bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	tags := make([]language.Tag, 0, len(locales))
	for i := range locales {
		name := locales[i].tag + ".yaml"
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		if err := c.parse(name, raw); err != nil {
			return nil, err
		}
		tags = append(tags, language.MustParse(locales[i].tag))
		c.localizers = append(c.localizers, c.localizer(&locales[i]))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

func (c *Catalogue) parse(name string, raw []byte) error {
	file, err := c.bundle.ParseMessageFileBytes(raw, name)
	if err != nil {
		return fmt.Errorf("parse catalogue %s: %w", name, err)
	}
	for _, m := range file.Messages {
		if err := check(m); err != nil {
			return fmt.Errorf("catalogue %s: message %q: %w", name, m.ID, err)
		}
		if file.Tag == language.English && len(forms(m)) > 1 {
			c.plural[m.ID] = true
		}
	}
	sum := sha256.Sum256(raw)
	c.digests[file.Tag.String()] = hex.EncodeToString(sum[:])
	return nil
}

func (c *Catalogue) localizer(of *locale) *Localizer {
	return &Localizer{catalogue: c, messages: goi18n.NewLocalizer(c.bundle, of.tag), locale: of, zone: func() *time.Location { return time.UTC }}
}

// Languages lists what Candor speaks, in the order in which a menu shows it.
func (c *Catalogue) Languages() []Language {
	list := make([]Language, 0, len(locales))
	for _, l := range locales {
		list = append(list, Language{Tag: l.tag, Name: l.name, Dir: l.dir})
	}
	return list
}

// Localizer returns the localizer of a tag exactly as Languages lists it.
func (c *Catalogue) Localizer(tag string) (*Localizer, bool) {
	for _, l := range c.localizers {
		if l.locale.tag == tag {
			return l, true
		}
	}
	return nil, false
}

// Match returns the language to speak: the first preferred tag (an explicit choice, then the profile's) that
// Candor speaks some form of, else the best of an Accept-Language header (RFC 9110, section 12.5.4), else
// English. What cannot be parsed is passed over.
func (c *Catalogue) Match(acceptLanguage string, preferred ...string) *Localizer {
	for _, p := range preferred {
		tag, err := language.Parse(p)
		if err != nil {
			continue
		}
		if _, i, confidence := c.matcher.Match(tag); confidence != language.No {
			return c.localizers[i]
		}
	}
	// What parsed before an error is still what the reader asked for.
	tags, _, _ := language.ParseAcceptLanguage(acceptLanguage)
	if _, i, confidence := c.matcher.Match(tags...); confidence != language.No {
		return c.localizers[i]
	}
	return c.localizers[0]
}

// Digest is the SHA-256, in hexadecimal, of the catalogue file of a language: the version of the wording
// that consent events record. It is empty for a tag that Candor does not speak.
func (c *Catalogue) Digest(tag string) string { return c.digests[tag] }
