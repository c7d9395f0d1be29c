package sequencer

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/store"
)

// batch is one write in the making. Nothing of the Sequencer changes until it is durable.
type batch struct {
	s         *Sequencer
	lookup    bool // look every event id up first: the store has said that one is there already
	chain     *ledger.Chain
	tree      *ledger.Tree
	next      uint64
	entries   []store.Entry
	results   []Result // of the entries, in order
	unsigned  []ledger.Unsigned
	openings  [][]byte                   // of the entries: salt and detail, not yet sealed
	callers   map[int][]*pending         // who is answered with entry i of the batch
	events    map[string]int             // event id → i
	before    map[string]models.Standing // of those who are not remembered: where they stand before the batch
	standings map[string]models.Standing // after it
	refused   []refusal
	earlier   []earlier
}

type refusal struct {
	to  *pending
	err error
}

// earlier is an answer that is an entry from before the batch.
type earlier struct {
	to  *pending
	seq uint64
}

// build works out what each event says at its position, and signs it.
func (s *Sequencer) build(ctx context.Context, waiting []*pending, lookup bool) (*batch, error) {
	b := &batch{
		s: s, lookup: lookup,
		chain:     ledger.NewChain(s.cfg.Origin, s.cfg.EntryKey.KeyID(), s.last),
		tree:      s.tree.Clone(),
		next:      s.tree.Size(),
		callers:   map[int][]*pending{},
		events:    map[string]int{},
		standings: map[string]models.Standing{},
	}
	if err := b.prepare(ctx, waiting); err != nil {
		return nil, err
	}
	for _, p := range waiting {
		if err := b.place(ctx, p); err != nil {
			return nil, err
		}
	}
	return b, b.finish(ctx)
}

// subjectsOf are those whom events concern, each once; nobody is the empty one.
func subjectsOf(waiting []*pending) []string {
	subjects := make([]string, len(waiting))
	for i, p := range waiting {
		subjects[i] = p.event.Subject
	}
	slices.Sort(subjects)
	return slices.Compact(subjects)
}

// prepare reads where those stand who are not remembered, with one question, and makes the evidence keys of everybody in
// the batch who has none, in one write.
func (b *batch) prepare(ctx context.Context, waiting []*pending) error {
	subjects := subjectsOf(waiting)
	unknown := slices.DeleteFunc(slices.Clone(subjects), func(subject string) bool { return subject == "" || b.s.remembers(subject) })
	if len(unknown) > 0 {
		var err error
		if b.before, err = b.s.storedOf(ctx, unknown); err != nil {
			return err
		}
	}
	known := knownOnly(waiting)
	scopes := make([]store.Scope, 0, len(subjects))
	for _, subject := range subjects {
		if known[subject] {
			if st, err := b.standing(ctx, subject); err != nil {
				return err
			} else if len(st.Pseudonym) == 0 {
				continue
			}
		}
		scopes = append(scopes, scopeOf(subject))
	}
	if err := b.s.cfg.Ring.Ensure(ctx, scopes...); err != nil {
		return fmt.Errorf("evidence keys: %w", err)
	}
	return nil
}

// knownOnly are the subjects of whom all that is asked is for somebody who is known; as a rule there are none.
func knownOnly(waiting []*pending) map[string]bool {
	var known map[string]bool
	for _, p := range waiting {
		if p.event.Known {
			if known == nil {
				known = map[string]bool{}
			}
			known[p.event.Subject] = true
		}
	}
	if known != nil {
		for _, p := range waiting {
			if !p.event.Known {
				delete(known, p.event.Subject)
			}
		}
	}
	return known
}

// scopeOf is the key under which what is said of a subject is sealed.
func scopeOf(subject string) store.Scope {
	if subject == "" {
		return keys.LogScope
	}
	return keys.Evidence(subject)
}

// place gives one event its position, or notes why it has none. Its error is the store's, or errBehind.
func (b *batch) place(ctx context.Context, p *pending) error {
	standing, err := b.standing(ctx, p.event.Subject)
	if err != nil {
		return err
	}
	if p.event.Known && len(standing.Pseudonym) == 0 {
		b.refused = append(b.refused, refusal{p, store.ErrNotFound})
		return nil
	}
	detail, err := p.event.Propose(Position{Seq: b.next, Standing: standing})
	var same Unchanged
	switch {
	case errors.As(err, &same):
		return b.answerWith(p, same.Seq)
	case isRefusal(err):
		b.refused = append(b.refused, refusal{p, err})
		return nil
	}
	if known, err := b.known(ctx, p, detail.ID); known || err != nil {
		return err
	}
	return b.add(ctx, p, standing, detail)
}

// errBehind: the store already shows what another writer has appended beyond this one's head.
var errBehind = errors.New("another writer has appended more")

// answerWith answers a caller with an entry that is there already, or comes in this batch; errBehind if
// it is neither, because this writer has not seen it yet.
func (b *batch) answerWith(p *pending, seq uint64) error {
	first := b.next - uint64(len(b.entries))
	switch {
	case seq >= b.next:
		return errBehind
	case seq >= first:
		i := int(seq - first)
		b.callers[i] = append(b.callers[i], p)
	default:
		b.earlier = append(b.earlier, earlier{p, seq})
	}
	return nil
}

// known answers a caller whose event is in the log or in this batch already.
func (b *batch) known(ctx context.Context, p *pending, id ledger.EventID) (bool, error) {
	if id.IsZero() {
		return false, nil
	}
	if i, ok := b.events[id.String()]; ok {
		b.callers[i] = append(b.callers[i], p)
		return true, nil
	}
	if !b.lookup {
		return false, nil
	}
	e, err := b.s.cfg.Log.Event(ctx, id.String())
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look an event up: %w", err)
	}
	return true, b.answerWith(p, e.Seq)
}

// standing is what holds for a subject at the next position of the batch.
func (b *batch) standing(ctx context.Context, subject string) (models.Standing, error) {
	if st, ok := b.standings[subject]; ok || subject == "" {
		return st, nil
	}
	if st, ok := b.before[subject]; ok {
		return st, nil
	}
	return b.s.standing(ctx, subject)
}

// add makes the entry, all but its signature and what is sealed.
func (b *batch) add(ctx context.Context, p *pending, standing models.Standing, d ledger.Detail) error {
	if err := b.complete(ctx, p.event.Subject, &standing, &d); err != nil {
		return err
	}
	detail, err := d.Encode()
	if err != nil { // what was proposed cannot be said in the log: the caller's fault, not the batch's
		b.refused = append(b.refused, refusal{p, fmt.Errorf("encode detail: %w", err)})
		return nil
	}
	opening := make([]byte, ledger.SaltSize, ledger.SaltSize+len(detail))
	if _, err := io.ReadFull(b.s.cfg.Random, opening); err != nil {
		return fmt.Errorf("draw salt: %w", err)
	}
	commit := ledger.Commit(opening, detail)
	u := b.chain.Next(commit, b.s.cfg.Clock())
	entry := store.Entry{
		Seq: u.Seq, Event: d.ID.String(), Subject: p.event.Subject, Previous: standing.Seq,
		Public: ledger.IsPublic(d.Kind), Erasure: d.Kind == ledger.SubjectErased,
	}
	i := len(b.entries)
	b.entries = append(b.entries, entry)
	b.unsigned = append(b.unsigned, u)
	b.openings = append(b.openings, append(opening, detail...))
	b.results = append(b.results, Result{Time: u.Time, Detail: d})
	b.callers[i] = []*pending{p}
	b.events[entry.Event] = i
	b.next++
	if p.event.Subject != "" {
		b.standings[p.event.Subject] = fold(standing, u.Seq, u.Time, d)
	}
	for _, st := range forgotten(u.Seq, d) {
		b.standings[st.Customer] = st
	}
	return nil
}

// complete fills in what the sequencer knows and the proposer does not: the event's id, and the
// subject's pseudonym.
func (b *batch) complete(ctx context.Context, subject string, standing *models.Standing, d *ledger.Detail) error {
	if d.ID.IsZero() {
		var random [16]byte
		if _, err := io.ReadFull(b.s.cfg.Random, random[:]); err != nil {
			return fmt.Errorf("draw event id: %w", err)
		}
		d.ID = ledger.NewEventID(random, b.s.cfg.Clock())
	}
	if subject == "" {
		return nil
	}
	pseudonym, err := b.s.pseudonym(ctx, standing)
	if err != nil {
		return err
	}
	d.Subject = pseudonym
	return nil
}

// pseudonym gives the person's name in the log, and draws it if they have none.
func (s *Sequencer) pseudonym(ctx context.Context, st *models.Standing) (string, error) {
	if len(st.Pseudonym) == 0 {
		var random [16]byte
		if _, err := io.ReadFull(s.cfg.Random, random[:]); err != nil {
			return "", fmt.Errorf("draw pseudonym: %w", err)
		}
		name := base64.RawURLEncoding.EncodeToString(random[:])
		sealed, err := s.sealPseudonym(ctx, st.Customer, name)
		if err != nil {
			return "", err
		}
		st.Pseudonym = sealed
		return name, nil
	}
	name, err := s.cfg.Ring.Open(ctx, keys.Evidence(st.Customer), st.Pseudonym, pseudonymAAD(st.Customer))
	if err != nil {
		return "", fmt.Errorf("open pseudonym: %w", err)
	}
	return string(name), nil
}

func (s *Sequencer) sealPseudonym(ctx context.Context, customer, name string) ([]byte, error) {
	sealed, err := s.cfg.Ring.Seal(ctx, keys.Evidence(customer), []byte(name), pseudonymAAD(customer))
	if err != nil {
		return nil, fmt.Errorf("seal pseudonym: %w", err)
	}
	return sealed, nil
}

func pseudonymAAD(customer string) []byte { return []byte("pseudonym|" + customer) }

// aad binds a sealed detail to its position in this log.
func (s *Sequencer) aad(seq uint64) []byte { return fmt.Appendf(nil, "%s|%d", s.cfg.Origin, seq) }

// finish signs and seals all entries on all cores and grows the tree by them.
func (b *batch) finish(ctx context.Context) error {
	workers := min(runtime.GOMAXPROCS(0), len(b.entries))
	var g errgroup.Group
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(b.entries); i += workers {
				if err := b.signAndSeal(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i := range b.entries {
		completed := b.tree.Append(ledger.LeafHash(b.entries[i].Raw))
		b.entries[i].Hashes = joinHashes(completed)
		b.results[i].Entry = b.entries[i]
	}
	return nil
}

func (b *batch) signAndSeal(ctx context.Context, i int) (err error) {
	e := &b.entries[i]
	if e.Raw, err = b.unsigned[i].Sign(b.s.cfg.EntryKey); err != nil {
		return fmt.Errorf("sign entry %d: %w", e.Seq, err)
	}
	if e.Sealed, err = b.s.cfg.Ring.Seal(ctx, scopeOf(e.Subject), b.openings[i], b.s.aad(e.Seq)); err != nil {
		return fmt.Errorf("seal the detail of entry %d: %w", e.Seq, err)
	}
	return nil
}

func joinHashes(hashes []ledger.Hash) []byte {
	out := make([]byte, 0, len(hashes)*len(ledger.Hash{}))
	for _, h := range hashes {
		out = append(out, h[:]...)
	}
	return out
}
