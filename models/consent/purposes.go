package consent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// purposeKind is what definitions of purposes are under in store.Publications.
const purposeKind = "purpose"

// PublishPurposes records in the log every purpose whose definition is not the one last recorded,
// and keeps that version of it. Of servers that publish the same at the same time all succeed.
func PublishPurposes(ctx context.Context, publications store.Publications, log *sequencer.Sequencer, m *datamap.Map, now time.Time) error {
	stored, err := publications.Publications(ctx, purposeKind)
	if err != nil {
		return fmt.Errorf("publish purposes: %w", err)
	}
	latest := map[string]store.Publication{}
	for _, p := range stored { // in order of version
		latest[p.Key] = p
	}
	for i := range m.Purposes {
		p := &m.Purposes[i]
		definition, err := p.Definition()
		if err != nil {
			return err
		}
		if bytes.Equal(latest[p.Key].Content, definition) {
			continue
		}
		next := store.Publication{
			Kind: purposeKind, Key: p.Key, Version: latest[p.Key].Version + 1, PublishedAt: now, Content: definition,
		}
		if err := publishPurpose(ctx, publications, log, next); err != nil {
			return fmt.Errorf("publish purpose %s: %w", p.Key, err)
		}
	}
	return nil
}

// publishPurpose derives the event from what is published, so that a crash half-way repeats nothing.
func publishPurpose(ctx context.Context, publications store.Publications, log *sequencer.Sequencer, p store.Publication) error {
	sum := sha256.Sum256(p.Content)
	result, err := log.Append(ctx, sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind:    ledger.PurposeChanged,
			ID:      ledger.DerivedEventID(ledger.PurposeChanged, p.Key, strconv.Itoa(p.Version), hex.EncodeToString(sum[:])),
			Actor:   ledger.Actor{Type: ledger.ActorSystem},
			Purpose: p.Key,
		}, nil
	}})
	if err != nil {
		return err
	}
	p.Seq = result.Entry.Seq
	err = publications.Publish(ctx, p)
	if errors.Is(err, store.ErrExists) { // a server that starts at the same time was faster
		return checkSame(ctx, publications, p)
	}
	return err
}

// checkSame accepts that a definition was published already, and refuses if it was another.
func checkSame(ctx context.Context, publications store.Publications, p store.Publication) error {
	stored, err := publications.Publications(ctx, purposeKind)
	if err != nil {
		return err
	}
	for _, there := range stored {
		if there.Key == p.Key && there.Version == p.Version && bytes.Equal(there.Content, p.Content) {
			return nil
		}
	}
	return fmt.Errorf("another server has just published another definition as version %d: give all servers the same data map", p.Version)
}
