package sequencer_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"candor/models/ledger"
)

// However long one server writes without a pause, another gets its turn: who has just lost a race for a position has
// more to do before the next than who has won it, and would lose for ever.
func TestAServerThatWritesWithoutAPauseKeepsNobodyWaiting(t *testing.T) {
	onBothStores(t, func(t *testing.T, w *world) {
		busy, _ := w.start()
		other, _ := w.beside().start()
		writing, done := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for c := range 8 {
			change := choose(fmt.Sprintf("cus_busy_%d", c), "p", ledger.EventID{})
			_, err := busy.Append(t.Context(), change)
			must(t, err)
			group.Go(func() {
				for writing.Err() == nil {
					if _, err := busy.Append(t.Context(), change); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for range 10 {
			if _, err := other.Append(t.Context(), choose("cus_other", "p", ledger.EventID{})); err != nil {
				t.Error(err)
			}
		}
		done()
		group.Wait()
	})
}
