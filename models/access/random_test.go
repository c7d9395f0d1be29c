package access_test

import (
	"math/rand/v2"
	"testing"

	"candor/models/access"
)

// random draws the steps of a test, from a seed that a failure names.
type random struct{ *rand.Rand }

func newRandom(t *testing.T) random {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return random{rand.New(rand.NewPCG(seed, 0))}
}

func (r random) n(most int) int { return r.IntN(most) }

func (r random) member(of []access.By) access.By { return of[r.n(len(of))] }
