package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/published"
)

// dataMaps is `candor data-map diff|export|import`.
func dataMaps(ctx context.Context, e env, args []string) error {
	f := flags(e, "data-map",
		"usage: candor data-map diff [flags]", "       candor data-map export [flags] > datamap.yaml", "       candor data-map import [flags]")
	if err := saysWhat(e, f, args); err != nil {
		return err
	}
	open := openData
	if args[0] == "import" { // a draft is in the log
		open = openLog
	}
	return with(ctx, e, f, args[1:], open, func(p *program, arguments []string) error {
		if len(arguments) > 0 {
			return misused(f)
		}
		return p.dataMaps(ctx, e, f, args[0])
	})
}

func (p *program) dataMaps(ctx context.Context, e env, f *flag.FlagSet, action string) error {
	newest := p.maps.Newest()
	if newest.Number == 0 && (action == "diff" || action == "export" || action == "import") {
		return errors.New("nothing is published yet: the file becomes version 1 when the server first starts")
	}
	switch action {
	case "diff":
		return printChanges(e, newest, newest.Map.Compare(p.file))
	case "export":
		raw, err := newest.Map.YAML()
		if err != nil {
			return err
		}
		_, err = e.stdout.Write(raw)
		return err
	case "import":
		return p.draftFile(ctx, e, newest)
	}
	return misused(f)
}

func printChanges(e env, newest published.Version, changes []datamap.Change) error {
	if len(changes) == 0 {
		_, err := fmt.Fprintf(e.stdout, "the file says what version %d says\n", newest.Number)
		return err
	}
	if _, err := fmt.Fprintf(e.stdout, "what the file says differently from version %d, which was published last:\n", newest.Number); err != nil {
		return err
	}
	for _, c := range changes {
		place := strings.TrimSuffix(strings.ReplaceAll(c.Part, "/", ".")+"."+c.Path, ".")
		if _, err := fmt.Fprintf(e.stdout, "%s\n  - %s\n  + %s\n", place, c.Before, c.After); err != nil {
			return err
		}
	}
	return nil
}

// draftFile makes the file a draft in the workspace, which a person must submit and another approve.
func (p *program) draftFile(ctx context.Context, e env, newest published.Version) error {
	var err error
	if p.notices, err = notice.New(ctx, p.data, p.log, p.clock, p.logger); err != nil {
		return err
	}
	if err = p.openMaps(ctx); err != nil {
		return err
	}
	if err = p.openEditorial(ctx); err != nil {
		return err
	}
	by := editorial.By{Actor: ledger.Actor{Type: ledger.ActorService, ID: "command_line"}}
	draft, err := p.editorial.Start(ctx, by, editorial.KindDataMap, published.Key)
	if err != nil {
		return err
	}
	changes := p.file.Split()
	for part := range newest.Map.Split() {
		if _, stays := changes[part]; !stays {
			changes[part] = ""
		}
	}
	saved, err := p.editorial.Save(ctx, by, draft.Ref, draft.Revision, changes)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "the file is the draft of version %d now: somebody submits it, and somebody else approves it, on /staff/data-map\n", saved.Version)
	return err
}
