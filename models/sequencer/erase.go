package sequencer

import (
	"context"
	"fmt"
	"strings"

	"candor/models"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/store"
)

// Erase destroys keys of a customer, by name: what was sealed under them is unreadable from then on,
// in every copy and backup. The log says so first; whatever happens after that, the keys so named are
// destroyed, and destroyed again at every start. With keys.EvidenceScope among them the customer's
// choices are no longer known and nothing rests on them (GDPR Art. 17). A name without a key is passed
// over.
func (s *Sequencer) Erase(ctx context.Context, customer string, names []string) error {
	d := ledger.Detail{Kind: ledger.SubjectErased, Actor: ledger.Actor{Type: ledger.ActorSystem}}
	for _, name := range names {
		k := erasedKey{Scope: store.Scope{Customer: customer, Name: name}}
		var err error
		if k.id, err = s.cfg.Ring.Identify(ctx, k.Scope); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if k.id != "" {
			d.Keys = append(d.Keys, k.String())
		}
	}
	if len(d.Keys) == 0 {
		return nil
	}
	propose := func(Position) (ledger.Detail, error) { return d, nil }
	if _, err := s.Append(ctx, Event{Propose: propose}); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return s.destroy(ctx, d)
}

// erasedKey is a key as subject.erased names it: customer/name#id. Neither a customer's reference nor
// a name has a slash or a number sign.
type erasedKey struct {
	store.Scope
	id string
}

func (k erasedKey) String() string { return k.Customer + "/" + k.Name + "#" + k.id }

func erasedKeys(d ledger.Detail) []erasedKey {
	var out []erasedKey
	for _, text := range d.Keys {
		scope, id, _ := strings.Cut(text, "#")
		customer, name, ok := strings.Cut(scope, "/")
		if ok && d.Kind == ledger.SubjectErased {
			out = append(out, erasedKey{store.Scope{Customer: customer, Name: name}, id})
		}
	}
	return out
}

// destroy destroys the keys that an erasure names, if they are there. One that its scope was given
// since is another key and stays.
func (s *Sequencer) destroy(ctx context.Context, d ledger.Detail) error {
	for _, k := range erasedKeys(d) {
		id, err := s.cfg.Ring.Identify(ctx, k.Scope)
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if id != k.id {
			continue
		}
		if err := s.cfg.Ring.Destroy(ctx, k.Scope); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return nil
}

// destroyErased destroys again what a restored backup of the key store brought back, before anything
// is served (log-format, "Never").
func (s *Sequencer) destroyErased(ctx context.Context) error {
	return s.each(ctx, s.cfg.Log.Erasures, func(e store.Entry) error {
		r, err := s.read(ctx, e)
		if err != nil {
			return err
		}
		return s.destroy(ctx, r.Detail)
	})
}

// forgotten are the standings that an event leaves without choices: of those whose evidence it erased.
func forgotten(seq uint64, d ledger.Detail) []models.Standing {
	var out []models.Standing
	for _, k := range erasedKeys(d) {
		if k.Name == keys.EvidenceScope {
			out = append(out, models.Standing{Customer: k.Customer, Seq: seq})
		}
	}
	return out
}
