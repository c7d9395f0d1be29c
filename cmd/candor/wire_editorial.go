package main

import (
	"context"

	"candor/models/editorial"
	"candor/models/notice"
	"candor/models/notice/checklist"
	"candor/models/training"
)

// openEditorial makes the workflow of what some write and somebody else approves.
func (p *program) openEditorial(context.Context) error {
	p.editorial = editorial.New(editorial.Config{
		Store: p.data, Log: p.log, Kinds: p.kinds(), Clock: p.clock, Logger: p.logger,
	})
	return nil
}

// kinds are what goes through it.
func (p *program) kinds() []editorial.Kind {
	return []editorial.Kind{
		&checklist.Drafts{
			Drafts:   &notice.Drafts{Notices: p.notices, Languages: func() []string { return p.datamap.Current().Operator.Languages }},
			Required: p.settings.RequireChecklist,
			Content: func(ctx context.Context, ref editorial.Ref, revision int) (editorial.Content, error) {
				return p.editorial.Content(ctx, ref, revision)
			},
		},
		p.mapDrafts(),
		&training.Drafts{Requirements: p.training, Languages: func() []string { return p.datamap.Current().Operator.Languages }},
	}
}

// serveEditorial carries on what a crash has left undone, and says in the log what was superseded.
func (p *program) serveEditorial(ctx context.Context) {
	p.once(ctx, "editorial", p.editorial.Run)
	p.once(ctx, "notices", p.notices.Run)
}
