package export

import (
	"context"
	"time"

	"candor/models"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/shown"
	"candor/models/store"
)

// Records is what is held about a customer; *billing.Service is one.
type Records interface {
	// Each hands out the records of one category, oldest first, with From ≤ OccurredAt < To (zero is
	// no bound). Records whose key was destroyed are left out.
	Each(ctx context.Context, customer, category string, from, to time.Time, fn func(models.Record) error) error
	// Document gives a file of a record with its content, or a NotFound error.
	Document(ctx context.Context, customer, category, record, name string) (models.Document, error)
}

// Directory knows customers and how much is held about each; store.Data is one.
type Directory interface {
	Customer(ctx context.Context, ref string) (models.Customer, error)
	Tallies(ctx context.Context, customer string) (map[string]models.Tally, error)
}

// Log is the consent log; *sequencer.Sequencer is one.
type Log interface {
	// Newest is where a customer stands now.
	Newest(ctx context.Context, customer string) (models.Standing, error)
	// EntriesOf gives a customer's entries from one of theirs on backwards, newest first, at most limit.
	EntriesOf(ctx context.Context, customer string, newest uint64, limit int) ([]store.Entry, error)
	// Checkpoint covers every change that has been answered.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Evidence opens an entry and proves its place under that checkpoint; keys.ErrDestroyed if nobody
	// can open it any more.
	Evidence(ctx context.Context, e store.Entry, checkpoint []byte) (ledger.Evidence, error)
	// KeyEvidence does so for every key event of the log, in its order.
	KeyEvidence(ctx context.Context, checkpoint []byte) ([]ledger.Evidence, error)
	// Keys lists every entry and document key that the log has added.
	Keys() []ledger.PublishedKey
}

// Consents says where what is recorded leaves a customer now, by purpose; *consent.Service does.
type Consents interface {
	Stand(ctx context.Context, standing models.Standing) (map[string]consent.Stands, error)
}

// Notices are the published texts; *notice.Service is one.
type Notices interface {
	// Current gives the version in force, Version a certain one; notice.ErrUnknown if there is none.
	Current(key string) (notice.Notice, error)
	Version(key string, version int) (notice.Notice, error)
}

// Shown gives back what a person was shown, from what was kept; *shown.Service is one.
type Shown interface {
	Of(ctx context.Context, d ledger.Detail) (shown.Shown, error)
}

// Receipts makes receipts; *consent.Receipts is one.
type Receipts interface {
	// ReceiptIn gives the receipt of an entry that records a customer's choice, proved under that
	// checkpoint, and the same signed, a compact JWS.
	ReceiptIn(ctx context.Context, customer string, seq uint64, checkpoint []byte) (ledger.Receipt, []byte, error)
}

// Words writes for people in one language; *i18n.Localizer is one.
type Words interface {
	// T says a message, with pairs of a placeholder's name and its value.
	T(id string, args ...any) string
	Tag() string
	Dir() string
	Date(t time.Time) string
	DateTime(t time.Time) string
	Number(n int64) string
	Decimal(number string) string
	Money(minor, currency string) string
	Region(code string) string
	List(items []string) string
}

// Sources is what archives are made from; all of it is required.
type Sources struct {
	Map       *datamap.Holder
	Directory Directory
	Records   Records
	Log       Log
	Notices   Notices
	Consents  Consents
	Receipts  Receipts
	Shown     Shown
	// Words speaks a BCP 47 language tag, or what comes closest.
	Words func(locale string) Words
	// Documents signs manifests: a document key.
	Documents ledger.Signer
	// VerifierKey is the checkpoints' verifier key (C2SP signed-note vkey).
	VerifierKey string
}
