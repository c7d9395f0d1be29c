package notice

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
)

// Bounds of titles and summaries, in characters.
const (
	maxTitle   = 200
	maxSummary = 600
)

// The fields of a text, as the last part of the name of a part: "de/summary".
const (
	fieldTitle   = "title"
	fieldSummary = "summary"
	fieldBody    = "body"
)

// Fields lists them in the order in which they are read.
func Fields() []string { return []string{fieldTitle, fieldSummary, fieldBody} }

// SourceLanguage is the language that all others are translated from, and that everything falls back to.
const SourceLanguage = "en"

// Drafts is how notices are written, approved and published: editorial.Kind for them. The parts of a notice are
// LANGUAGE/title, LANGUAGE/summary and LANGUAGE/body.
type Drafts struct {
	Notices *Service
	// Languages are the BCP 47 tags in which every notice must be there.
	Languages func() []string
}

var _ editorial.Kind = (*Drafts)(nil)

// Name is editorial.KindNotice.
func (*Drafts) Name() string { return editorial.KindNotice }

// Permissions are those for texts.
func (*Drafts) Permissions() (write, approve auth.Permission) {
	return auth.WriteTexts, auth.ApproveTexts
}

// Readers may comment.
func (*Drafts) Readers() auth.Permission { return auth.SeeTexts }

// Newest begins with the newest version that was not withdrawn, in force or not.
func (d *Drafts) Newest(_ context.Context, key string) (editorial.Base, error) {
	var b editorial.Base
	for _, n := range d.Notices.All(key) {
		b.Version = n.Version
		if !n.withdrawn() {
			b.From, b.Content = n.Version, n.Content()
		}
	}
	return b, nil
}

// InForce asks the clock.
func (d *Drafts) InForce(_ context.Context, key string, at time.Time) (int, error) {
	n, err := d.Notices.At(key, at)
	if errors.Is(err, ErrUnknown) {
		return 0, nil
	}
	return n.Version, err
}

// Source is Source.
func (*Drafts) Source(part string) string { return Source(part) }

// Source is the part that a part is translated from: the same field in English. English itself has none.
func Source(part string) string {
	tag, field, ok := strings.Cut(part, "/")
	if !ok || tag == SourceLanguage {
		return ""
	}
	return SourceLanguage + "/" + field
}

// Part wants a language and a field.
func (*Drafts) Part(part, text string) error {
	tag, field, ok := strings.Cut(part, "/")
	if !ok || !slices.Contains(Fields(), field) || !validTag(tag) {
		return models.Fail(models.Invalid, "draft_part").In(part)
	}
	limit := map[string]int{fieldTitle: maxTitle, fieldSummary: maxSummary}[field]
	if limit > 0 && utf8.RuneCountInString(text) > limit {
		return models.Fail(models.Invalid, "text_title_too_long", "max", limit).In(part)
	}
	return nil
}

// validTag says whether a tag is written as BCP 47 recommends.
func validTag(tag string) bool {
	parsed, err := language.Parse(tag)
	return err == nil && parsed.String() == tag && tag != "und"
}

// Check wants each required language whole and up to date, and of any other language all or nothing.
func (d *Drafts) Check(_ context.Context, doc editorial.Document) (problems []editorial.Problem) {
	tags := map[string]bool{SourceLanguage: true}
	for _, tag := range d.Languages() {
		tags[tag] = true
	}
	for part := range doc.Content {
		tag, _, _ := strings.Cut(part, "/")
		tags[tag] = true
	}
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		for _, field := range Fields() {
			part := tag + "/" + field
			switch {
			case strings.TrimSpace(doc.Content[part]) == "":
				problems = append(problems, editorial.Missing(part, tag == SourceLanguage))
			case doc.Stale(part, d.Source(part)):
				problems = append(problems, editorial.Stale(part))
			}
		}
	}
	return problems
}

// Publish makes it a version that never changes.
func (d *Drafts) Publish(ctx context.Context, doc editorial.Document) error {
	return d.Notices.Publish(ctx, FromDocument(doc))
}

// Unpublish retires it.
func (d *Drafts) Unpublish(ctx context.Context, doc editorial.Document) error {
	return d.Notices.Retire(ctx, doc.Key, doc.Version)
}

// FromDocument is the notice that a document is, or would be: one that is not approved or scheduled has no terms or date.
func FromDocument(doc editorial.Document) Notice {
	n := Notice{Key: doc.Key, Version: doc.Version, Texts: map[string]Text{}}
	for part, words := range doc.Content {
		tag, field, _ := strings.Cut(part, "/")
		text := n.Texts[tag]
		switch field {
		case fieldTitle:
			text.Title = words
		case fieldSummary:
			text.Summary = words
		case fieldBody:
			text.Body = words
		}
		n.Texts[tag] = text
	}
	for tag, text := range n.Texts {
		text.SHA256 = text.Hash()
		n.Texts[tag] = text
	}
	if doc.Schedule != nil {
		n.EffectiveAt = doc.Schedule.EffectiveAt
	}
	if a := doc.Approval; a != nil {
		n.Material, n.Effect, n.InvalidFrom = a.Material, Effect(a.Effect), a.InvalidFrom
		if n.Effect == Invalidate && n.InvalidFrom.IsZero() {
			n.InvalidFrom = n.EffectiveAt
		}
	}
	return n
}

// Content is what the notice says, in parts.
func (n Notice) Content() editorial.Content {
	c := editorial.Content{}
	for tag, text := range n.Texts {
		c[tag+"/"+fieldTitle], c[tag+"/"+fieldSummary], c[tag+"/"+fieldBody] = text.Title, text.Summary, text.Body
	}
	return c
}
