package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"candor/i18n"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/published"
)

// readOperator reads the operator's reviewed file. Until the store is open it is the data map in force.
func (p *program) readOperator(context.Context) (err error) {
	if p.catalogue, err = i18n.Load(); err != nil {
		return err
	}
	raw, err := fs.ReadFile(p.operator, "datamap.yaml")
	if err != nil {
		return fmt.Errorf("read the data map: %w", err)
	}
	if p.file, err = datamap.Parse(raw); err != nil {
		return mapInWords(p.catalogue, err)
	}
	p.datamap = datamap.NewHolder(p.clock, datamap.Version{Map: p.file})
	return nil
}

// mapInWords says what is wrong with a data map in the data map's own words, a line for each place in the file.
func mapInWords(catalogue *i18n.Catalogue, err error) error {
	problems, ok := errors.AsType[datamap.Problems](err)
	if !ok {
		return err
	}
	words := catalogue.Match("", "en")
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = problem.Field + ": " + words.T("error."+problem.Code, problem.Args...)
	}
	return fmt.Errorf("the data map is not right:\n%s", strings.Join(lines, "\n"))
}

// openMaps reads which versions of the data map were published: from then on they are in force, and not the file. Without a
// log it publishes nothing.
func (p *program) openMaps(ctx context.Context) (err error) {
	cfg := published.Config{Store: p.data, Purposes: p.publishPurposes, Holder: p.datamap, Clock: p.clock, Logger: p.logger}
	if p.log != nil {
		cfg.Log = p.log
	}
	p.maps, err = published.New(ctx, cfg)
	return mapInWords(p.catalogue, err)
}

func (p *program) publishPurposes(ctx context.Context, m *datamap.Map) error {
	return consent.PublishPurposes(ctx, p.data, p.log, m, p.clock())
}

// mapDrafts is the data map as something that some write and somebody else approves.
func (p *program) mapDrafts() *published.Drafts {
	return &published.Drafts{Maps: p.maps, Notices: p.notices, Records: p.data}
}

// publishMap takes the operator's file as the next version, or says that it is not taken. Its notices are published.
func (p *program) publishMap(ctx context.Context) error {
	m := p.datamap.Current()
	taken := p.maps.Compare(p.file) == published.Taken
	if taken {
		m = p.file
		held, err := p.mapDrafts().Held(ctx, m)
		if err != nil {
			return err
		}
		if len(held) > 0 {
			return mapInWords(p.catalogue, held)
		}
	}
	for i := range m.Purposes {
		purpose := &m.Purposes[i]
		if _, err := p.notices.Current(m.NoticeFor(purpose)); err != nil {
			return fmt.Errorf("purpose %s: its notice %s is not published: %w", purpose.Key, m.NoticeFor(purpose), err)
		}
	}
	outcome, err := p.maps.Seed(ctx, p.file)
	if err != nil {
		return mapInWords(p.catalogue, err)
	}
	newest := p.maps.Newest()
	switch outcome {
	case published.Older:
		p.logger.Info("the data map in the workspace is newer than the file: bring the file up to date with candor data-map export",
			"version", newest.Number)
	case published.Different:
		p.logger.Warn("the data map's file has changed and is not taken, because the workspace has published since: compare them "+
			"with candor data-map diff, then candor data-map import makes the file a draft there, or candor data-map export writes "+
			"what was published", "version", newest.Number)
	case published.Same, published.Taken:
	}
	return nil
}
