package export

import (
	"context"
	"fmt"
	"io"
	"time"

	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
)

// archive is one archive in the making.
type archive struct {
	*Sources
	Map      *datamap.Map // the one in force when it was begun, to its end
	request  Request
	customer models.Customer
	tallies  map[string]models.Tally
	at       time.Time
	words    Words
	bundle   *bundle
	progress func(records int)
	spool    *spool // for the CSV file of each category in turn
	// spoolLimit is the constant of that name; tests make it small.
	spoolLimit int

	tables   []*table
	consents consents
	withheld []ledger.Withheld
}

// Write writes the archive that a request asks for to w as a zip file. at is the time it is said to
// be made at; progress, which may be called from another goroutine, is told of the records that are
// done, some at a time. On an error what w was given is no archive.
//
// The records of a category are read once for both of its files; they pass through in batches, so
// that memory does not grow with their number.
func Write(ctx context.Context, w io.Writer, s *Sources, r Request, at time.Time, progress func(records int)) error {
	a := &archive{Sources: s, request: r, at: at.UTC(), progress: progress, spoolLimit: spoolLimit}
	return a.write(ctx, w)
}

func (a *archive) write(ctx context.Context, w io.Writer) error {
	ctx = a.Sources.Map.Pin(ctx)
	a.Map = a.Sources.Map.In(ctx)
	var err error
	if a.customer, err = a.Directory.Customer(ctx, a.request.Customer); err != nil {
		return fmt.Errorf("find the customer: %w", err)
	}
	if a.tallies, err = a.Directory.Tallies(ctx, a.customer.Ref); err != nil {
		return fmt.Errorf("count records: %w", err)
	}
	a.words = a.Words(a.request.Locale)
	if a.bundle, err = newBundle(w, a.at); err != nil {
		return err
	}
	if a.spool, err = newSpool(a.spoolLimit); err != nil {
		return err
	}
	for _, c := range a.request.chosen(a.Map) {
		if err := a.writeCategory(ctx, c); err != nil {
			return fmt.Errorf("archive category %s: %w", c.Key, err)
		}
	}
	if err := a.writeConsents(ctx); err != nil {
		return fmt.Errorf("archive consents: %w", err)
	}
	for _, write := range []func() error{a.writeProcessing, a.writeSchemas, a.writePage, a.writeReadme} {
		if err := write(); err != nil {
			return err
		}
	}
	return a.bundle.seal(ledger.Manifest{
		Customer: a.customer.Ref, CreatedAt: ledger.FormatTime(a.at), Origin: a.consents.origin, Withheld: a.withheld,
	}, a.Documents)
}

// withhold notes in the manifest what is left out, and why.
func (a *archive) withhold(category, ground string) {
	a.withheld = append(a.withheld, ledger.Withheld{Category: category, Ground: ground})
}
