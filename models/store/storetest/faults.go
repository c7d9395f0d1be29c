package storetest

import (
	"context"
	"errors"
	"sync"
	"time"

	"candor/models"
	"candor/models/store"
)

// Fault is what happens to one call.
type Fault int

// The faults. Calls without one pass.
const (
	Pass   Fault = iota
	Before       // nothing is done, and the caller is told Unavailable
	After        // it is done, and the caller is told Unavailable all the same
	Hang         // nothing is done until the caller stops waiting; then Unavailable
	Late         // it is done once the caller has stopped waiting, who is told Unavailable
	Short        // Read gives only the first half of what there is; other calls pass
)

// Call names a method that can be made to fail.
type Call string

// The methods that can be made to fail.
const (
	Append        Call = "Append"
	Read          Call = "Read"
	Size          Call = "Size"
	Hashes        Call = "Hashes"
	Event         Call = "Event"
	History       Call = "History"
	Standing      Call = "Standing"
	SaveStandings Call = "SaveStandings"
	Applied       Call = "Applied"
	Publish       Call = "Publish"
	Ping          Call = "Ping"
	TakeLease     Call = "TakeLease"
	DropLease     Call = "DropLease"
)

// Faults is a data store that fails by script. The zero value of everything but Data is ready to use,
// and it is safe for concurrent use.
type Faults struct {
	store.Data

	mu     sync.Mutex
	script map[Call][]Fault
	calls  map[Call]int
	gone   bool
}

// On adds to what happens to the next calls of a method, one fault a call.
func (f *Faults) On(call Call, faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.script == nil {
		f.script = map[Call][]Fault{}
	}
	f.script[call] = append(f.script[call], faults...)
}

// Gone makes every call that has no fault of its own fail Before, until it is called with false.
func (f *Faults) Gone(gone bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = gone
}

// Calls is how often a method has been called.
func (f *Faults) Calls(call Call) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[call]
}

// Left is how many faults have not happened yet.
func (f *Faults) Left() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, faults := range f.script {
		n += len(faults)
	}
	return n
}

func (f *Faults) next(call Call) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[Call]int{}
	}
	f.calls[call]++
	if faults := f.script[call]; len(faults) > 0 {
		f.script[call] = faults[1:]
		return faults[0]
	}
	if f.gone {
		return Before
	}
	return Pass
}

// ErrFault is the cause of every failure that a script asked for.
var ErrFault = errors.New("a fault that the test asked for")

// do carries out the call with its fault.
func (f *Faults) do(ctx context.Context, call Call, fn func(context.Context) error) (Fault, error) {
	failed := models.Fail(models.Unavailable, "store_unavailable").Because(ErrFault)
	fault := f.next(call)
	switch fault {
	case Before:
		return fault, failed
	case After:
		if err := fn(ctx); err != nil {
			return fault, err
		}
		return fault, failed
	case Hang:
		<-ctx.Done()
		return fault, failed
	case Late:
		<-ctx.Done()
		if err := fn(context.WithoutCancel(ctx)); err != nil {
			return fault, err
		}
		return fault, failed
	default:
		return fault, fn(ctx)
	}
}

func faulty[T any](ctx context.Context, f *Faults, call Call, fn func(context.Context) (T, error)) (T, error) {
	var value, none T
	_, err := f.do(ctx, call, func(ctx context.Context) (err error) {
		value, err = fn(ctx)
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

// Append may fail.
func (f *Faults) Append(ctx context.Context, batch []store.Entry) error {
	_, err := f.do(ctx, Append, func(ctx context.Context) error { return f.Data.Append(ctx, batch) })
	return err
}

// Read may fail, or come short.
func (f *Faults) Read(ctx context.Context, seq uint64, limit int) (entries []store.Entry, err error) {
	fault, err := f.do(ctx, Read, func(ctx context.Context) (err error) {
		entries, err = f.Data.Read(ctx, seq, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	if fault == Short {
		entries = entries[:len(entries)/2]
	}
	return entries, nil
}

// Size may fail.
func (f *Faults) Size(ctx context.Context) (uint64, error) {
	return faulty(ctx, f, Size, f.Data.Size)
}

// Hashes may fail.
func (f *Faults) Hashes(ctx context.Context, seqs []uint64) ([][]byte, error) {
	return faulty(ctx, f, Hashes, func(ctx context.Context) ([][]byte, error) { return f.Data.Hashes(ctx, seqs) })
}

// Event may fail.
func (f *Faults) Event(ctx context.Context, id string) (store.Entry, error) {
	return faulty(ctx, f, Event, func(ctx context.Context) (store.Entry, error) { return f.Data.Event(ctx, id) })
}

// History may fail.
func (f *Faults) History(ctx context.Context, subject string, newest uint64, limit int) ([]store.Entry, error) {
	return faulty(ctx, f, History, func(ctx context.Context) ([]store.Entry, error) {
		return f.Data.History(ctx, subject, newest, limit)
	})
}

// Standing may fail.
func (f *Faults) Standing(ctx context.Context, customer string) (models.Standing, error) {
	return faulty(ctx, f, Standing, func(ctx context.Context) (models.Standing, error) { return f.Data.Standing(ctx, customer) })
}

// StandingsOf fails as Standing does.
func (f *Faults) StandingsOf(ctx context.Context, customers []string, purposes ...string) ([]models.Standing, error) {
	return faulty(ctx, f, Standing, func(ctx context.Context) ([]models.Standing, error) {
		return f.Data.StandingsOf(ctx, customers, purposes...)
	})
}

// SaveStandings may fail.
func (f *Faults) SaveStandings(ctx context.Context, applied uint64, standings []models.Standing) error {
	_, err := f.do(ctx, SaveStandings, func(ctx context.Context) error { return f.Data.SaveStandings(ctx, applied, standings) })
	return err
}

// Applied may fail.
func (f *Faults) Applied(ctx context.Context) (uint64, error) {
	return faulty(ctx, f, Applied, f.Data.Applied)
}

// Publish may fail.
func (f *Faults) Publish(ctx context.Context, p store.Publication) error {
	_, err := f.do(ctx, Publish, func(ctx context.Context) error { return f.Data.Publish(ctx, p) })
	return err
}

// Ping may fail.
func (f *Faults) Ping(ctx context.Context) error {
	_, err := f.do(ctx, Ping, f.Data.Ping)
	return err
}

// TakeLease may fail.
func (f *Faults) TakeLease(ctx context.Context, name, holder string, now, until time.Time) error {
	_, err := f.do(ctx, TakeLease, func(ctx context.Context) error { return f.Data.TakeLease(ctx, name, holder, now, until) })
	return err
}

// DropLease may fail.
func (f *Faults) DropLease(ctx context.Context, name, holder string) error {
	_, err := f.do(ctx, DropLease, func(ctx context.Context) error { return f.Data.DropLease(ctx, name, holder) })
	return err
}
