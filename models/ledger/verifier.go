package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// batchSize is the number of entries that a core checks at a time.
const batchSize = TileWidth

// VerifierConfig says what to verify a log against.
type VerifierConfig struct {
	Origin string
	// Workers is the number of goroutines that check signatures; 0 means one for each core.
	Workers int
	// Since, if not nil, is an opened checkpoint kept from earlier, which the log must continue.
	Since *Checkpoint
	// Tile, if not nil, returns the hash tile as it is served. It is called from one goroutine, in order: for every
	// full tile when its last entry has been seen, and for the partial ones at the end. Its errors end the
	// verification as they are.
	Tile func(Tile) ([]byte, error)
}

// Verifier verifies a whole log, entry by entry in the order of seq, on all cores and in bounded memory.
//
// Three parts work at once: Add collects entries into batches and learns the keys from their disclosures;
// workers check everything that concerns one entry or two neighbours in a batch; and one goroutine takes the
// finished batches in order, joins them, and builds the tree. So the first failure it meets is the first there is.
type Verifier struct {
	cfg     VerifierConfig
	ring    Keyring
	batch   *batch
	jobs    chan *batch
	order   chan *batch
	failed  chan struct{} // closed at the first failure
	workers sync.WaitGroup
	joined  chan struct{} // closed when the joiner has ended

	// Owned by the joiner until joined is closed.
	tree  *Tree
	tiles tileRows
	last  item
	err   error
}

// item is an entry on its way through the Verifier.
type item struct {
	raw        []byte
	disclosure error // what is wrong with its disclosure
	entry      Entry
	link, leaf Hash
}

type batch struct {
	start uint64 // seq of the first item
	items []item
	ring  *Keyring // knows every key event up to the batch's last entry, at least
	bad   int      // index of the first bad item, or len(items)
	err   *VerifyError
	done  chan struct{}
}

// NewVerifier starts a verification. Finish must be called, also after Add has failed: it ends the goroutines.
func NewVerifier(cfg VerifierConfig) *Verifier {
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	v := &Verifier{
		cfg: cfg, batch: newBatch(0), tree: &Tree{},
		jobs: make(chan *batch, cfg.Workers), order: make(chan *batch, 2*cfg.Workers),
		failed: make(chan struct{}), joined: make(chan struct{}),
	}
	for range cfg.Workers {
		v.workers.Go(func() {
			for b := range v.jobs {
				b.check(cfg.Origin)
				close(b.done)
			}
		})
	}
	go v.join()
	return v
}

func newBatch(start uint64) *batch {
	return &batch{start: start, items: make([]item, 0, batchSize), done: make(chan struct{})}
}

// Add takes the next entry and, if its detail is public, the disclosure of it, else nil. raw must not be changed before Finish.
// An error says that the verification has failed, perhaps at an entry further back; Finish says why.
func (v *Verifier) Add(raw []byte, public *Disclosure) error {
	seq := v.batch.start + uint64(len(v.batch.items))
	v.batch.items = append(v.batch.items, item{raw: raw, disclosure: v.learn(seq, raw, public)})
	if len(v.batch.items) < batchSize {
		return nil
	}
	return v.flush()
}

// Size is the number of entries added so far.
func (v *Verifier) Size() uint64 { return v.batch.start + uint64(len(v.batch.items)) }

// errStopped is what Add returns once there is a failure.
var errStopped = errors.New("the verification has failed")

func (v *Verifier) flush() error {
	b := v.batch
	b.ring = v.ring.clone()
	v.batch = newBatch(b.start + uint64(len(b.items)))
	select {
	case <-v.failed:
		return errStopped
	default:
	}
	v.jobs <- b
	v.order <- b
	return nil
}

// learn checks a disclosure and applies a key event. The keys are taken from a disclosure that opens its own
// entry even if that is not the one served, so that an altered entry is called what it is.
func (v *Verifier) learn(seq uint64, raw []byte, public *Disclosure) error {
	if public == nil {
		if seq == 0 {
			return &VerifyError{seq, KeyCheck, fmt.Errorf("%w: entry 0 has to be %s and disclosed to everyone", ErrKey, KeyAdded)}
		}
		return nil
	}
	_, detail, err := public.Open()
	if errors.Is(err, ErrCommit) {
		return &VerifyError{seq, CommitCheck, err}
	}
	if err != nil {
		return &VerifyError{seq, DisclosureCheck, fmt.Errorf("disclosure: %w", err)}
	}
	if err := v.ring.Apply(seq, detail); err != nil {
		return &VerifyError{seq, KeyCheck, err}
	}
	if public.Entry != string(raw) {
		return &VerifyError{seq, DisclosureCheck, errors.New("its disclosure is of another entry")}
	}
	if !IsPublic(detail.Kind) {
		return &VerifyError{seq, DisclosureCheck, fmt.Errorf("a detail of kind %s is disclosed to everyone", detail.Kind)}
	}
	return nil
}

// check finds the first bad item of the batch. The first item's place in the chain is left to the joiner.
func (b *batch) check(origin string) {
	b.bad = len(b.items)
	for i := range b.items {
		var before *item
		if i > 0 {
			before = &b.items[i-1]
		}
		if err := b.items[i].check(b.start+uint64(i), origin, b.ring, before); err != nil {
			b.bad, b.err = i, err
			return
		}
	}
}

// check leaves out what concerns the entry before if that is not at hand. An entry whose signature is bad
// was changed by someone else than its signer, which is worth more to know than where it then does not fit.
func (it *item) check(seq uint64, origin string, ring *Keyring, before *item) *VerifyError {
	e, err := ParseEntry(it.raw)
	if err != nil {
		return &VerifyError{seq, FormatCheck, err}
	}
	it.entry, it.link, it.leaf = e, e.Link(), LeafHash(it.raw)
	key, err := ring.Lookup(e.KeyID, UseEntry, seq)
	if err != nil {
		var disclosure *VerifyError
		if seq == 0 && errors.As(it.disclosure, &disclosure) {
			return disclosure // why the key is not known
		}
		return &VerifyError{seq, KeyCheck, err}
	}
	if err := e.Verify(key); err != nil {
		return &VerifyError{seq, SignatureCheck, err}
	}
	if e.Payload.Log != origin {
		return &VerifyError{seq, LogCheck, fmt.Errorf("%w: log is %s, not %s", ErrOrigin, e.Payload.Log, origin)}
	}
	if e.Payload.Seq != seq {
		return &VerifyError{seq, SeqCheck, fmt.Errorf("an entry with seq %d stands in its place", e.Payload.Seq)}
	}
	if before != nil {
		if err := it.follows(seq, before.link, before.entry.Payload.Time); err != nil {
			return err
		}
	}
	var disclosure *VerifyError
	errors.As(it.disclosure, &disclosure)
	return disclosure
}

func (it *item) follows(seq uint64, link Hash, last time.Time) *VerifyError {
	if it.entry.Payload.Prev != link {
		return &VerifyError{seq, PrevCheck, errors.New("prev is not the hash of the entry before it")}
	}
	if it.entry.Payload.Time.Before(last) {
		return &VerifyError{seq, TimeCheck, fmt.Errorf("time goes back, from %s to %s", FormatTime(last), FormatTime(it.entry.Payload.Time))}
	}
	return nil
}

// join takes the batches in order. After a failure it only empties the channel, so that Add never blocks.
func (v *Verifier) join() {
	defer close(v.joined)
	v.last.link = EmptyRoot()
	v.err = v.since()
	if v.err != nil {
		close(v.failed)
	}
	for b := range v.order {
		<-b.done
		if v.err != nil {
			continue
		}
		if v.err = v.append(b); v.err != nil {
			close(v.failed)
		}
	}
}

func (v *Verifier) append(b *batch) error {
	if b.bad > 0 {
		if err := b.items[0].follows(b.start, v.last.link, v.last.entry.Payload.Time); err != nil {
			return err
		}
	}
	for _, it := range b.items[:b.bad] {
		full := v.tiles.append(v.tree.Append(it.leaf))
		if err := v.since(); err != nil {
			return err
		}
		for _, t := range full {
			if err := v.compare(t); err != nil {
				return err
			}
		}
	}
	if b.err != nil {
		return b.err
	}
	v.last = b.items[len(b.items)-1]
	return nil
}

// since compares the root with the one kept from earlier, when the tree has its size.
func (v *Verifier) since() error {
	if s := v.cfg.Since; s != nil && s.Size == v.tree.Size() && s.Root != v.tree.Root() {
		return &VerifyError{UnknownSeq, ConsistencyCheck, fmt.Errorf(
			"the first %d entries are not those of the earlier checkpoint: the log's past was rewritten", s.Size)}
	}
	return nil
}

// compare holds a tile that was built from the entries against the one that is served.
func (v *Verifier) compare(built rowTile) error {
	if v.cfg.Tile == nil {
		return nil
	}
	served, err := v.cfg.Tile(built.tile)
	if err != nil {
		return err
	}
	if bytes.Equal(served, built.data) {
		return nil
	}
	if len(served) != len(built.data) {
		return &VerifyError{built.tile.Start(), TileCheck, fmt.Errorf("%s has %d bytes, not %d", built.tile.Path(), len(served), len(built.data))}
	}
	at := 0
	for served[at] == built.data[at] {
		at++
	}
	at /= len(Hash{})
	seq := built.tile.Start() + uint64(at)<<(built.tile.Level*TileHeight) // never negative
	return &VerifyError{seq, TileCheck, fmt.Errorf("hash %d of %s is not the one of the entries", at, built.tile.Path())}
}

// Finish ends the verification and says whether the log is good: every entry, and all of them together the
// checkpoint, which the caller has opened. The error is a *VerifyError for the first bad entry, or what the Tile function returned.
func (v *Verifier) Finish(want Checkpoint) error {
	if len(v.batch.items) > 0 {
		_ = v.flush() // what failed is in v.err
	}
	close(v.jobs)
	close(v.order)
	v.workers.Wait()
	<-v.joined
	if v.err != nil {
		return v.err
	}
	if s := v.cfg.Since; s != nil && s.Size > want.Size {
		return &VerifyError{UnknownSeq, ConsistencyCheck, fmt.Errorf(
			"the checkpoint has %d entries, the earlier one had %d: the log was cut off", want.Size, s.Size)}
	}
	for _, t := range v.tiles.partial() {
		if err := v.compare(t); err != nil {
			return err
		}
	}
	if v.tree.Size() != want.Size {
		return &VerifyError{v.tree.Size(), SeqCheck, fmt.Errorf("the checkpoint has %d entries, there are %d", want.Size, v.tree.Size())}
	}
	if v.tree.Root() != want.Root {
		return &VerifyError{UnknownSeq, RootCheck, fmt.Errorf("the %d entries do not give the checkpoint's root", want.Size)}
	}
	return nil
}

// Keys is what the log said about its keys. It may be called after Finish.
func (v *Verifier) Keys() *Keyring { return v.ring.clone() }
