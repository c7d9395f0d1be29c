package ledger

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// HashReader returns the stored hashes of the tree with the given indexes, as many and in the same order.
// An index is that of tlog.StoredHashIndex; Completes says which record's entry carries that hash.
type HashReader func(indexes []int64) ([]Hash, error)

// ReadHashes makes a HashReader one of golang.org/x/mod/sumdb/tlog.
func (r HashReader) ReadHashes(indexes []int64) ([]Hash, error) { return r(indexes) }

// Completes says where the stored hash of an index is: it is the one at position (0 is the leaf) among
// those that Tree.Append returned for record seq.
func Completes(index int64) (seq uint64, position int) {
	level, n := tlog.SplitStoredHashIndex(index)
	return uint64(n+1)<<level - 1, level // an index is never negative
}

// Tree is the right edge of RFC 6962's tree, enough to append to it and to know its root. It is for one goroutine.
type Tree struct {
	size uint64
	edge []Hash // roots of the full subtrees that the size consists of, the largest first
}

// EdgeIndexes are the stored hashes that NewTree needs to go on at a size, in its order.
func EdgeIndexes(size uint64) []int64 {
	var indexes []int64
	var start uint64
	for level := 63; level >= 0; level-- {
		if size>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, int64(start>>level))) // below MaxSize
			start += 1 << level
		}
	}
	return indexes
}

// NewTree continues a tree of the given size, whose edge is the hashes of EdgeIndexes. The caller compares Root
// with a checkpoint: nothing here can tell whether the edge is the right one.
func NewTree(size uint64, edge []Hash) (*Tree, error) {
	if size >= MaxSize {
		return nil, fmt.Errorf("a tree has fewer than 2^53 entries, not %d", size)
	}
	if len(edge) != bits.OnesCount64(size) {
		return nil, fmt.Errorf("a tree of size %d has an edge of %d hashes, not %d", size, bits.OnesCount64(size), len(edge))
	}
	return &Tree{size: size, edge: append(make([]Hash, 0, 64), edge...)}, nil
}

// Append adds the hash of the next leaf. It returns the stored hashes that this record completes, level 0
// (the leaf itself) first: they travel with the entry.
func (t *Tree) Append(leaf Hash) (completed []Hash) {
	completed = make([]Hash, 1, 1+bits.TrailingZeros64(^t.size))
	completed[0] = leaf
	h := leaf
	for s := t.size; s&1 == 1; s >>= 1 {
		last := len(t.edge) - 1
		h = tlog.NodeHash(t.edge[last], h)
		t.edge = t.edge[:last]
		completed = append(completed, h)
	}
	t.edge = append(t.edge, h)
	t.size++
	return completed
}

// Size is the number of leaves.
func (t *Tree) Size() uint64 { return t.size }

// Clone is a tree that goes its own way from here.
func (t *Tree) Clone() *Tree {
	return &Tree{size: t.size, edge: append(make([]Hash, 0, 64), t.edge...)}
}

// Root is the tree's hash; SHA-256 of the empty string if it is empty.
func (t *Tree) Root() Hash {
	if len(t.edge) == 0 {
		return EmptyRoot()
	}
	last := len(t.edge) - 1
	h := t.edge[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(t.edge[i], h)
	}
	return h
}

// ErrProof says that a proof does not lead to the root.
var ErrProof = errors.New("the proof does not lead to the checkpoint's root")

// TreeRoot is the root of the tree of the first size leaves, from stored hashes.
func TreeRoot(size uint64, r HashReader) (Hash, error) {
	if size == 0 {
		return EmptyRoot(), nil
	}
	if size >= MaxSize {
		return Hash{}, malformed("a tree has fewer than 2^53 entries")
	}
	return tlog.TreeHash(int64(size), r)
}

// InclusionProof proves that leaf index is in the tree of the given size (RFC 6962 section 2.1.1), sibling of the leaf first.
func InclusionProof(index, size uint64, r HashReader) ([]Hash, error) {
	if index >= size || size >= MaxSize {
		return nil, fmt.Errorf("no entry %d in a tree of size %d", index, size)
	}
	return tlog.ProveRecord(int64(size), int64(index), r)
}

// CheckInclusion checks an InclusionProof; ErrProof if it does not lead from the leaf to the root.
func CheckInclusion(proof []Hash, size uint64, root Hash, index uint64, leaf Hash) error {
	if index >= size || size >= MaxSize {
		return fmt.Errorf("%w: no entry %d in a tree of size %d", ErrProof, index, size)
	}
	if tlog.CheckRecord(proof, int64(size), root, int64(index), leaf) != nil {
		return ErrProof
	}
	return nil
}

// ConsistencyProof proves that the tree of size older is the beginning of that of size newer (RFC 6962
// section 2.1.2). It is empty if older is 0 or equal to newer.
func ConsistencyProof(older, newer uint64, r HashReader) ([]Hash, error) {
	if older > newer || newer >= MaxSize {
		return nil, fmt.Errorf("a tree of size %d cannot begin one of size %d", older, newer)
	}
	if older == 0 || older == newer {
		return nil, nil
	}
	return tlog.ProveTree(int64(newer), int64(older), r)
}

// CheckConsistency checks a ConsistencyProof; ErrProof if it does not show that the one tree begins the other.
func CheckConsistency(proof []Hash, older uint64, olderRoot Hash, newer uint64, newerRoot Hash) error {
	switch {
	case older > newer || newer >= MaxSize:
		return fmt.Errorf("%w: a tree of size %d cannot begin one of size %d", ErrProof, older, newer)
	case older == 0 && len(proof) == 0 && olderRoot == EmptyRoot(), older == newer && len(proof) == 0 && olderRoot == newerRoot:
		return nil
	case older == 0 || older == newer:
		return ErrProof
	}
	if tlog.CheckTree(proof, int64(newer), newerRoot, int64(older), olderRoot) != nil {
		return ErrProof
	}
	return nil
}
