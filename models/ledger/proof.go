package ledger

import (
	"bytes"
	"fmt"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
)

// maxProofSize is a checkpoint and the longest path there can be.
const maxProofSize = maxCheckpointSize + 64*45 + 128

// Proof shows that an entry is in the tree of a checkpoint (C2SP tlog-proof, without its optional `extra`,
// which nothing authenticates).
type Proof struct {
	Index      uint64
	Hashes     []Hash
	Checkpoint []byte // the exact bytes of the signed note
}

// FormatProof writes a proof as tlog-proof text.
func FormatProof(index uint64, hashes []Hash, checkpoint []byte) []byte {
	p := proof.TLogProof{Index: index, Checkpoint: checkpoint, Hashes: make([][32]byte, len(hashes))}
	for i, h := range hashes {
		p.Hashes[i] = h
	}
	return p.Marshal()
}

// ParseProof reads a proof as FormatProof writes it. It checks nothing that the proof says: that is Verify.
func ParseProof(raw []byte) (Proof, error) {
	if len(raw) > maxProofSize {
		return Proof{}, malformed("a proof has at most %d bytes", maxProofSize)
	}
	var t proof.TLogProof
	if err := t.Unmarshal(raw); err != nil {
		return Proof{}, malformed("%w", err)
	}
	p := Proof{Index: t.Index, Checkpoint: t.Checkpoint}
	for _, h := range t.Hashes {
		p.Hashes = append(p.Hashes, h)
	}
	if t.ExtraData != nil || !bytes.Equal(FormatProof(p.Index, p.Hashes, p.Checkpoint), raw) {
		return Proof{}, malformed("not a canonical tlog-proof without extra data")
	}
	if _, err := ParseCheckpoint(p.Checkpoint); err != nil {
		return Proof{}, fmt.Errorf("checkpoint of the proof: %w", err)
	}
	return p, nil
}

// Verify opens the proof's checkpoint, as OpenCheckpoint does, and checks that the leaf is in its tree.
func (p Proof) Verify(leaf Hash, origin string, verifiers ...note.Verifier) (Checkpoint, error) {
	c, err := OpenCheckpoint(p.Checkpoint, origin, verifiers...)
	if err != nil {
		return Checkpoint{}, err
	}
	if err := CheckInclusion(p.Hashes, c.Size, c.Root, p.Index, leaf); err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}
