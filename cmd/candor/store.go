package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"candor/models/store/file"
	"candor/models/store/transfer"
)

// stores is `candor store copy|compare FROM TO`.
func stores(ctx context.Context, e env, args []string) error {
	f := flags(e, "store", "usage: candor store copy [flags] FROM TO", "       candor store compare [flags] FROM TO",
		"", "FROM and TO are URLs as --store takes them, or YAML files of settings as --config takes them, so that",
		"no password stands on the command line. No server may run on either.")
	from, to := placeFlags(f, "from"), placeFlags(f, "to")
	quiet := f.Bool("quiet", false, "no bar")
	if len(args) == 0 || (args[0] != "copy" && args[0] != "compare") {
		return misused(f)
	}
	arguments, err := parse(f, args[1:])
	if err != nil {
		return err
	}
	if len(arguments) != 2 {
		return misused(f)
	}
	if err := errors.Join(from.named(arguments[0]), to.named(arguments[1])); err != nil {
		return err
	}
	work, said := transfer.Copy, "copied and compared"
	if args[0] == "compare" {
		work, said = transfer.Compare, "the same in both"
	}
	return between(ctx, *from, *to, args[0] == "copy", func(from, to transfer.Stores) error {
		summary, err := work(ctx, transfer.Config{From: from, To: to, Progress: lateBar(e, *quiet)})
		if err != nil {
			return err
		}
		for _, kind := range transfer.Kinds() {
			fmt.Fprintf(e.stdout, "%12d  %s\n", summary[kind].Items, kind)
		}
		fmt.Fprintf(e.stdout, "%s: every one, the log's chain and tree, and the saved checkpoint\n", said)
		return nil
	})
}

// placeFlags are the flags of one side; what they leave open is found as a server finds it.
func placeFlags(f *flag.FlagSet, side string) *settings {
	var s settings
	f.StringVar(&s.KeyStore, "key-store-"+side, "", "`URL` of that side's store of encryption keys (default as a server's: keys.db beside the store, or the database NAME-keys)")
	f.StringVar(&s.Checkpoint, "checkpoint-"+side, "", "`file` of that side's saved checkpoint, of an embedded store (default as a server's: checkpoint beside the store)")
	return &s
}

// named takes a side by its URL, or by what a file of settings says of it.
func (s *settings) named(side string) error {
	if !strings.HasSuffix(side, ".yaml") {
		s.Store = side
		return nil
	}
	lines, err := readConfig(side, allSettings())
	if err != nil {
		return err
	}
	s.Store, s.Keys = lines["store"], lines["keys"]
	s.KeyStore = valueOr(s.KeyStore, lines["key-store"])
	s.Checkpoint = valueOr(s.Checkpoint, lines["checkpoint"])
	return nil
}

// lateBar is a bar whose length is told with the first step.
func lateBar(e env, quiet bool) func(done, total int64) {
	var bar func(int64)
	return func(done, total int64) {
		if bar == nil {
			bar = newBar(e, total, "entries and customers", quiet)
		}
		bar(done)
	}
}

// between opens two places, makes the second if it is allowed to, and closes both when the work is done.
func between(ctx context.Context, from, to settings, makeTo bool, work func(from, to transfer.Stores) error) error {
	if err := errors.Join(from.place("FROM", false), to.place("TO", makeTo)); err != nil {
		return err
	}
	if from.Store == to.Store || from.KeyStore == to.KeyStore {
		return errors.New("FROM and TO are the same store")
	}
	source, err := openPlace(ctx, from)
	if err != nil {
		return errors.Join(fmt.Errorf("FROM: %w", err), source.close())
	}
	target, err := openPlace(ctx, to)
	if err != nil {
		return errors.Join(fmt.Errorf("TO: %w", err), target.close(), source.close())
	}
	return errors.Join(work(source.stores, target.stores), target.close(), source.close())
}

// place completes a side and checks it: opening an embedded store makes what is not there.
func (s *settings) place(side string, mayMake bool) error {
	s.complete()
	for _, url := range []string{s.Store, s.KeyStore} {
		if !knownStore(url) {
			return fmt.Errorf("%s: %q is not a store; write %s", side, withoutSecret(url), storeForms)
		}
		if !embedded(url) || mayMake {
			continue
		}
		if _, err := os.Stat(storePath(url)); err != nil {
			return fmt.Errorf("%s: there is no store %s; name the file of another folder, or its key store by a flag", side, storePath(url))
		}
	}
	return nil
}

// place is both stores of one side, and its saved checkpoint.
type place struct {
	stores transfer.Stores
	lock   *file.Lock
}

func openPlace(ctx context.Context, s settings) (p place, err error) {
	if embedded(s.Store) {
		if p.lock, err = takeLock(s.Store); err != nil {
			return p, err
		}
	}
	if p.stores.Data, err = openDataStore(ctx, s.Store); err != nil {
		return p, err
	}
	if p.stores.Keys, err = openKeyStore(ctx, s.KeyStore); err != nil {
		return p, err
	}
	if embedded(s.KeyStore) {
		if err := makeFolder(s.Checkpoint); err != nil {
			return p, err
		}
	}
	p.stores.Checkpoints, err = openCheckpoints(p.stores.Keys, s.Checkpoint)
	return p, err
}

func (p place) close() error {
	var errs []error
	if p.stores.Data != nil {
		errs = append(errs, p.stores.Data.Close())
	}
	if p.stores.Keys != nil {
		errs = append(errs, p.stores.Keys.Close())
	}
	if p.lock != nil {
		errs = append(errs, p.lock.Release())
	}
	return errors.Join(errs...)
}
