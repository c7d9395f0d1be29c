package checklist

import (
	"context"
	"maps"

	"candor/models"
	"candor/models/editorial"
	"candor/models/notice"
)

// Drafts are notices with their checklist, as one more part of each version: it is saved, compared and approved with the
// text, and the next version begins with it. What is published is the text alone.
type Drafts struct {
	*notice.Drafts

	// Required says that no text is approved while an element is open. Otherwise that is a hint; but a section that is gone
	// and a reason that is missing are always mended first.
	Required bool
	// Content is what a version said at its end, as editorial.Service gives it.
	Content func(ctx context.Context, ref editorial.Ref, revision int) (editorial.Content, error)
}

var _ editorial.Kind = (*Drafts)(nil)

// Newest begins with the checklist of the version with whose text it begins.
func (d *Drafts) Newest(ctx context.Context, key string) (editorial.Base, error) {
	base, err := d.Drafts.Newest(ctx, key)
	if err != nil || base.From == 0 {
		return base, err
	}
	before, err := d.Content(ctx, editorial.Ref{Kind: d.Name(), Key: key, Version: base.From}, 0)
	switch {
	case models.KindOf(err) == models.NotFound: // it came from a file
		return base, nil
	case err != nil:
		return base, err
	}
	if part := before[Part]; part != "" {
		base.Content = maps.Clone(base.Content)
		base.Content[Part] = part
	}
	return base, nil
}

// Part lets the checklist be one.
func (d *Drafts) Part(part, text string) error {
	if part != Part {
		return d.Drafts.Part(part, text)
	}
	_, err := Read(text)
	return err
}

// Check lists what is missing from the text, and what is left to do in the checklist.
func (d *Drafts) Check(ctx context.Context, doc editorial.Document) []editorial.Problem {
	problems := d.Drafts.Check(ctx, textOnly(doc))
	placed, err := Read(doc.Content[Part])
	if err != nil {
		return append(problems, editorial.Problem{Error: models.Fail(models.Invalid, "bad_checklist").In(Part)})
	}
	open, broken := 0, 0
	for _, item := range Unsettled(Check(placed, doc.Content[notice.SourceLanguage+"/body"])) {
		if item.State == Open {
			open++
		} else {
			broken++
		}
	}
	if broken > 0 {
		problems = append(problems, editorial.Problem{Error: models.Fail(models.Invalid, "checklist_broken", "count", broken).In(Part)})
	}
	if open > 0 && d.Required {
		problems = append(problems, editorial.Problem{Error: models.Fail(models.Invalid, "checklist_open", "count", open).In(Part)})
	}
	return problems
}

// Publish publishes the text.
func (d *Drafts) Publish(ctx context.Context, doc editorial.Document) error {
	return d.Drafts.Publish(ctx, textOnly(doc))
}

// Unpublish takes it back.
func (d *Drafts) Unpublish(ctx context.Context, doc editorial.Document) error {
	return d.Drafts.Unpublish(ctx, textOnly(doc))
}

func textOnly(doc editorial.Document) editorial.Document {
	doc.Content = maps.Clone(doc.Content)
	delete(doc.Content, Part)
	return doc
}
