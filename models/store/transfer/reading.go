package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"candor/models"
	"candor/models/ledger"
	"candor/models/store"
)

// Bounds of what is read at once and written at once.
const (
	batchEntries  = 256
	batchBytes    = 2 << 20
	pageCustomers = 100
	pageItems     = 500
	documentBytes = 16 << 20
	workers       = 8 // pages of customers at a time
)

// nobody is whose keys the log's own are.
const nobody = ""

// kinds are what is published.
var kinds = [...]string{"notice", "notice_retired", "purpose", "requirement", "requirement_withdrawn"}

// written are the kinds of what is written and approved.
var written = [...]string{"notice", "data_map", "requirement"}

// reading reads one side from end to end, in an order that both have, and writes what it reads to the
// other, if it is told to.
type reading struct {
	of       Stores
	to       *Stores // nil: read only
	saved    saved
	progress *progress
}

func (r *reading) all(ctx context.Context) (Summary, error) {
	s := sums{}
	for _, part := range []func(context.Context, sums) error{r.log, r.customers, r.standings, r.publications, r.wordings, r.revisions, r.attestations, r.clients, r.outside, r.webhooks, r.staff} {
		if err := part(ctx, s); err != nil {
			return nil, err
		}
	}
	return s.summary(), nil
}

// log reads the entries, and checks their chain, their tree and the saved checkpoint.
func (r *reading) log(ctx context.Context, s sums) error {
	there := uint64(0)
	if r.to != nil {
		var err error
		if there, err = r.to.Data.Size(ctx); err != nil {
			return fmt.Errorf("read the target's log: %w", err)
		}
	}
	check, err := newLogCheck(r.saved.checkpoint)
	if err != nil {
		return err
	}
	for seq := uint64(0); ; {
		entries, err := r.of.Data.Read(ctx, seq, batchEntries)
		if err != nil {
			return fmt.Errorf("read entries from %d on: %w", seq, err)
		}
		if len(entries) == 0 {
			return check.end()
		}
		for _, e := range entries {
			if err := errors.Join(check.next(e), s.add(Entries, e, true)); err != nil {
				return err
			}
		}
		if r.to != nil {
			if err := r.putEntries(ctx, entries, there); err != nil {
				return err
			}
		}
		seq += uint64(len(entries))
		r.progress.add(len(entries))
	}
}

// putEntries appends those that the target has not, and compares those that it has.
func (r *reading) putEntries(ctx context.Context, entries []store.Entry, there uint64) error {
	if old := entries[:min(uint64(len(entries)), there-min(there, entries[0].Seq))]; len(old) > 0 {
		if err := r.compareEntries(ctx, old); err != nil {
			return err
		}
		entries = entries[len(old):]
	}
	for len(entries) > 0 {
		n, size := 0, 0
		for n < len(entries) && (n == 0 || size < batchBytes) {
			size += len(entries[n].Raw) + len(entries[n].Sealed) + len(entries[n].Hashes)
			n++
		}
		if err := r.to.Data.Append(ctx, entries[:n]); err != nil {
			return fmt.Errorf("append entries from %d on: %w", entries[0].Seq, err)
		}
		entries = entries[n:]
	}
	return nil
}

func (r *reading) compareEntries(ctx context.Context, ours []store.Entry) error {
	theirs, err := r.to.Data.Read(ctx, ours[0].Seq, len(ours))
	if err != nil {
		return fmt.Errorf("read the target's entries from %d on: %w", ours[0].Seq, err)
	}
	for i, e := range ours {
		if i >= len(theirs) {
			return fmt.Errorf("%w: its log lacks entry %d. Name an empty one", ErrTarget, e.Seq)
		}
		a, err := canonical(e)
		if err != nil {
			return err
		}
		b, err := canonical(theirs[i])
		if err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			return fmt.Errorf("%w: its entry %d is another one than the source's. Name an empty one", ErrTarget, e.Seq)
		}
	}
	return nil
}

// customers reads everybody, pages of them at once; the log's own keys first.
func (r *reading) customers(ctx context.Context, s sums) error {
	if err := r.keys(ctx, s, []models.Customer{{Ref: nobody}}); err != nil {
		return err
	}
	var pages []sums
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	err := eachPage(pageCustomers, func(after string) ([]models.Customer, error) {
		return r.of.Data.PageCustomers(within, after, pageCustomers)
	}, func(c models.Customer) string { return c.Ref }, func(page []models.Customer) error {
		part := sums{}
		pages = append(pages, part)
		group.Go(func() error { return r.page(within, part, page) })
		return nil
	})
	if failed := group.Wait(); failed != nil { // it is why a page could not be read, too
		return failed
	}
	if err != nil {
		return err
	}
	for _, part := range pages {
		s.join(part)
	}
	return nil
}

// eachPage goes through something that is given page by page.
func eachPage[T any](size int, next func(after string) ([]T, error), name func(T) string, do func([]T) error) error {
	for after := ""; ; {
		page, err := next(after)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := do(page); err != nil {
			return err
		}
		if len(page) < size {
			return nil
		}
		after = name(page[len(page)-1])
	}
}

func (r *reading) standings(ctx context.Context, s sums) error {
	err := eachPage(pageItems, func(after string) ([]models.Standing, error) {
		return r.of.Data.PageStandings(ctx, after, pageItems)
	}, func(st models.Standing) string { return st.Customer }, func(page []models.Standing) error {
		for _, st := range page {
			if err := s.add(Standings, st, true); err != nil {
				return err
			}
		}
		if r.to == nil {
			return nil
		}
		return r.to.Data.SaveStandings(ctx, 0, page)
	})
	if err != nil {
		return fmt.Errorf("standings: %w", err)
	}
	applied, err := r.of.Data.Applied(ctx)
	if err == nil && r.to != nil {
		err = r.to.Data.SaveStandings(ctx, applied, nil)
	}
	if err != nil {
		return fmt.Errorf("standings: %w", err)
	}
	return s.add(Standings, applied, false)
}

func (r *reading) publications(ctx context.Context, s sums) error {
	for _, kind := range kinds {
		list, err := r.of.Data.Publications(ctx, kind)
		if err != nil {
			return fmt.Errorf("publications: %w", err)
		}
		for _, p := range list {
			if err := s.add(Publications, p, true); err != nil {
				return err
			}
			if r.to == nil {
				continue
			}
			if err := r.to.Data.Publish(ctx, p); err != nil && !errors.Is(err, store.ErrExists) {
				return fmt.Errorf("publications: %w", err)
			}
		}
	}
	return nil
}

func (r *reading) wordings(ctx context.Context, s sums) error {
	err := eachPage(pageItems, func(after string) ([]store.Wording, error) {
		return r.of.Data.PageWordings(ctx, after, pageItems)
	}, func(w store.Wording) string { return w.SHA256 }, func(page []store.Wording) error {
		for _, w := range page {
			if err := s.add(Wordings, w, true); err != nil {
				return err
			}
			if r.to == nil {
				continue
			}
			if err := r.to.Data.KeepWording(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("wordings: %w", err)
	}
	return nil
}

func (r *reading) clients(ctx context.Context, s sums) error {
	list, err := r.of.Data.Clients(ctx)
	if err != nil {
		return fmt.Errorf("API clients: %w", err)
	}
	for _, c := range list {
		if err := s.add(Clients, c, true); err != nil {
			return err
		}
		if r.to == nil {
			continue
		}
		if err := r.to.Data.PutClient(ctx, c); err != nil {
			return fmt.Errorf("API clients: %w", err)
		}
	}
	return nil
}

// logCheck follows the chain and the tree.
type logCheck struct {
	want ledger.Checkpoint
	tree *ledger.Tree
	link ledger.Hash
}

func newLogCheck(want ledger.Checkpoint) (*logCheck, error) {
	tree, err := ledger.NewTree(0, nil)
	return &logCheck{want: want, tree: tree, link: ledger.EmptyRoot()}, err
}

func (c *logCheck) next(e store.Entry) error {
	seq := c.tree.Size()
	parsed, err := ledger.ParseEntry(e.Raw)
	if err != nil {
		return fmt.Errorf("entry %d is damaged: %w", seq, err)
	}
	if e.Seq != seq || parsed.Payload.Seq != seq || parsed.Payload.Prev != c.link || parsed.Payload.Log != c.want.Origin {
		return fmt.Errorf("entry %d does not follow the one before it: the log is damaged", seq)
	}
	var hashes []byte
	for _, h := range c.tree.Append(ledger.LeafHash(e.Raw)) {
		hashes = append(hashes, h[:]...)
	}
	if !bytes.Equal(hashes, e.Hashes) {
		return fmt.Errorf("entry %d: the tree hashes kept with it are others than its own: the log is damaged", seq)
	}
	c.link = parsed.Link()
	if c.tree.Size() == c.want.Size && c.tree.Root() != c.want.Root {
		return fmt.Errorf("the first %d entries are not those of the saved checkpoint", c.want.Size)
	}
	return nil
}

// end says whether the checkpoint was reached.
func (c *logCheck) end() error {
	if c.tree.Size() < c.want.Size {
		return fmt.Errorf("the log ends after %d entries, before its saved checkpoint of %d", c.tree.Size(), c.want.Size)
	}
	return nil
}
