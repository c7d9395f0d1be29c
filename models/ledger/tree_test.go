package ledger_test

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"

	"candor/models/ledger"

	"golang.org/x/mod/sumdb/tlog"
)

const largest = 300

// naive is RFC 6962 section 2.1, word for word.
func naive(leaves []ledger.Hash) ledger.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := naive(leaves[:k]), naive(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}

func leaves(n int) []ledger.Hash {
	list := make([]ledger.Hash, n)
	for i := range list {
		list[i] = ledger.LeafHash(binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	return list
}

// grown is a tree with everything that it stores.
type grown struct {
	tree   ledger.Tree
	stored []ledger.Hash
	at     map[[2]uint64]ledger.Hash // by seq and position, as entries carry them
}

func grow(list []ledger.Hash) *grown {
	g := &grown{at: map[[2]uint64]ledger.Hash{}}
	for seq, leaf := range list {
		completed := g.tree.Append(leaf)
		g.stored = append(g.stored, completed...)
		for position, h := range completed {
			g.at[[2]uint64{uint64(seq), uint64(position)}] = h
		}
	}
	return g
}

// read finds every hash by the record that completed it.
func (g *grown) read(indexes []int64) ([]ledger.Hash, error) {
	var hashes []ledger.Hash
	for _, index := range indexes {
		seq, position := ledger.Completes(index)
		hashes = append(hashes, g.at[[2]uint64{seq, uint64(position)}])
	}
	return hashes, nil
}

func TestTreeIsRFC6962s(t *testing.T) {
	list := leaves(largest)
	g := grow(list)
	var tree ledger.Tree
	for size := range largest + 1 {
		want := naive(list[:size])
		if tree.Root() != want || tree.Size() != uint64(size) {
			t.Fatalf("size %d: root %v of %d, want %v", size, tree.Root(), tree.Size(), want)
		}
		if got, err := ledger.TreeRoot(uint64(size), g.read); err != nil || got != want {
			t.Fatalf("size %d: from stored hashes %v, %v", size, got, err)
		}
		edge, _ := g.read(ledger.EdgeIndexes(uint64(size)))
		resumed, err := ledger.NewTree(uint64(size), edge)
		if err != nil || resumed.Root() != want {
			t.Fatalf("size %d: resumed %v, %v", size, resumed.Root(), err)
		}
		if size < largest {
			if a, b := tree.Append(list[size]), resumed.Append(list[size]); !slices.Equal(a, b) {
				t.Fatalf("size %d: going on completes %v, having stopped %v", size, a, b)
			}
		}
	}
}

func TestCompletesFindsEveryStoredHash(t *testing.T) {
	g := grow(leaves(largest))
	if int64(len(g.stored)) != tlog.StoredHashCount(largest) {
		t.Fatalf("%d hashes are stored", len(g.stored))
	}
	for index, want := range g.stored {
		seq, position := ledger.Completes(int64(index))
		if g.at[[2]uint64{seq, uint64(position)}] != want {
			t.Fatalf("hash %d is not at position %d of entry %d", index, position, seq)
		}
	}
}

func TestTreeRefusesAnEdgeThatDoesNotFit(t *testing.T) {
	for _, test := range []struct {
		size uint64
		edge int
	}{{0, 1}, {1, 0}, {3, 1}, {4, 2}, {ledger.MaxSize, 1}} {
		if _, err := ledger.NewTree(test.size, make([]ledger.Hash, test.edge)); err == nil {
			t.Errorf("size %d with %d hashes is accepted", test.size, test.edge)
		}
	}
}

func TestInclusionAtEverySize(t *testing.T) {
	list := leaves(largest)
	g := grow(list)
	for size := 1; size <= largest; size++ {
		root := naive(list[:size])
		for index := range size {
			if size > 70 && index%13 != 0 && index != size-1 {
				continue
			}
			proof, err := ledger.InclusionProof(uint64(index), uint64(size), g.read)
			if err != nil {
				t.Fatal(err)
			}
			check := func(proof []ledger.Hash, index int, leaf ledger.Hash) error {
				return ledger.CheckInclusion(proof, uint64(size), root, uint64(index), leaf)
			}
			if err := check(proof, index, list[index]); err != nil {
				t.Fatalf("entry %d of %d: %v", index, size, err)
			}
			other := (index + 1) % size
			if other != index && (check(proof, other, list[index]) == nil || check(proof, index, list[other]) == nil) {
				t.Fatalf("entry %d of %d: the proof also holds for entry %d", index, size, other)
			}
			if check(append(slices.Clone(proof), ledger.Hash{}), index, list[index]) == nil {
				t.Fatalf("entry %d of %d: a longer proof holds", index, size)
			}
			for i := range proof {
				changed := slices.Clone(proof)
				changed[i][31] ^= 1
				if check(changed, index, list[index]) == nil || check(slices.Delete(slices.Clone(proof), i, i+1), index, list[index]) == nil {
					t.Fatalf("entry %d of %d: a changed proof holds", index, size)
				}
			}
		}
	}
	if _, err := ledger.InclusionProof(5, 5, g.read); err == nil {
		t.Error("there is a proof for an entry behind the end")
	}
	if ledger.CheckInclusion(nil, 0, ledger.EmptyRoot(), 0, ledger.Hash{}) == nil {
		t.Error("the empty tree contains something")
	}
}

func TestConsistencyAtEverySize(t *testing.T) {
	list := leaves(largest)
	g := grow(list)
	for newer := 0; newer <= largest; newer++ {
		for older := 0; older <= newer; older++ {
			if newer > 70 && older%17 != 0 && older != newer-1 && older != newer {
				continue
			}
			proof, err := ledger.ConsistencyProof(uint64(older), uint64(newer), g.read)
			if err != nil {
				t.Fatal(err)
			}
			oldRoot, newRoot := naive(list[:older]), naive(list[:newer])
			check := func(proof []ledger.Hash, oldRoot, newRoot ledger.Hash) error {
				return ledger.CheckConsistency(proof, uint64(older), oldRoot, uint64(newer), newRoot)
			}
			if err := check(proof, oldRoot, newRoot); err != nil {
				t.Fatalf("%d to %d: %v", older, newer, err)
			}
			if check(proof, ledger.Hash{1}, newRoot) == nil || (older > 0 && check(proof, oldRoot, ledger.Hash{1}) == nil) {
				t.Fatalf("%d to %d: the proof holds for another root", older, newer)
			}
			for i := range proof {
				changed := slices.Clone(proof)
				changed[i][0] ^= 1
				if check(changed, oldRoot, newRoot) == nil {
					t.Fatalf("%d to %d: a changed proof holds", older, newer)
				}
			}
			if check(append(slices.Clone(proof), ledger.Hash{}), oldRoot, newRoot) == nil {
				t.Fatalf("%d to %d: a longer proof holds", older, newer)
			}
		}
	}
	if _, err := ledger.ConsistencyProof(6, 5, g.read); err == nil {
		t.Error("there is a proof from a larger tree to a smaller one")
	}
	if ledger.CheckConsistency(nil, 6, ledger.Hash{}, 5, ledger.Hash{}) == nil {
		t.Error("a larger tree begins a smaller one")
	}
}
