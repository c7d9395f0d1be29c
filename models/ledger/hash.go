package ledger

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 hash.
type Hash = tlog.Hash

// SaltSize is the length of a detail's salt in bytes.
const SaltSize = 32

// LeafHash is the hash of an entry in the tree: SHA-256(0x00 ‖ entry), RFC 6962 section 2.1.
func LeafHash(raw []byte) Hash { return tlog.RecordHash(raw) }

// Commit is the commitment of an entry to its detail: SHA-256(salt ‖ detail).
// The salt is SaltSize fresh random bytes, so that a guessed detail cannot be confirmed.
func Commit(salt, detail []byte) Hash {
	h := sha256.New()
	h.Write(salt)
	h.Write(detail)
	var sum Hash
	h.Sum(sum[:0])
	return sum
}

// EmptyRoot is the root of the tree without entries: SHA-256 of the empty string. It is also the `prev` of entry 0.
func EmptyRoot() Hash { return sha256.Sum256(nil) }
