package ledger

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
)

// ErrKey says that a key is not one that may have signed.
var ErrKey = errors.New("no such key")

// Keyring is what the log says about its own keys: which were added for what use, and which retired, at what
// entry. It is for one goroutine.
type Keyring struct {
	keys map[string]keyLife
}

type keyLife struct {
	key     ed25519.PublicKey
	use     string
	from    uint64 // number of entries that must come before what it signs
	until   uint64 // number of entries that may at most come before what it signs
	ofEntry uint64 // seq of its key.added
}

// TrustedKeys is a Keyring of keys that are known from elsewhere, such as a JWK set that the verifier was given.
// A key without a use may sign anything.
func TrustedKeys(keys ...PublishedKey) *Keyring {
	ring := &Keyring{}
	for _, k := range keys {
		ring.put(KeyID(k.Key), keyLife{key: k.Key, use: k.Use, until: MaxSize})
	}
	return ring
}

func (r *Keyring) put(keyID string, life keyLife) {
	if r.keys == nil {
		r.keys = map[string]keyLife{}
	}
	r.keys[keyID] = life
}

func (r *Keyring) clone() *Keyring { return &Keyring{keys: maps.Clone(r.keys)} }

// Apply learns from the detail of entry seq; details of other kinds than key.added and key.retired change nothing.
// Entry 0 must be key.added for the key that signs entries.
func (r *Keyring) Apply(seq uint64, d Detail) error {
	if seq == 0 && (d.Kind != KeyAdded || d.Use != UseEntry) {
		return fmt.Errorf("%w: entry 0 has to be %s, for entries", ErrKey, KeyAdded)
	}
	if d.Kind != KeyAdded && d.Kind != KeyRetired {
		return nil
	}
	if err := d.validateKeys(); err != nil {
		return err
	}
	keyID := d.JWK.Thumbprint()
	life, known := r.keys[keyID]
	switch {
	case d.Kind == KeyAdded && !known:
		key, _ := d.JWK.PublicKey()
		life = keyLife{key: key, use: d.Use, from: seq + 1, until: MaxSize, ofEntry: seq}
		if seq == 0 {
			life.from = 0
		}
	case d.Kind == KeyRetired && known && life.use == d.Use && life.until == MaxSize && life.ofEntry < seq:
		life.until = seq
	default:
		return fmt.Errorf("%w: %s of key %s, which is not possible after what the log said of it before", ErrKey, d.Kind, keyID)
	}
	r.put(keyID, life)
	return nil
}

// Lookup is the key of keyID if it may sign for that use after so many entries. For an entry that is its seq;
// for a receipt or manifest the size of the checkpoint that it goes with. ErrKey if it may not.
func (r *Keyring) Lookup(keyID, use string, after uint64) (ed25519.PublicKey, error) {
	life, known := r.keys[keyID]
	switch {
	case !known:
		return nil, fmt.Errorf("%w: key %s was not added to the log before this", ErrKey, keyID)
	case life.use != use && life.use != "":
		return nil, fmt.Errorf("%w: key %s was added for use %q, not %q", ErrKey, keyID, life.use, use)
	case after < life.from:
		return nil, fmt.Errorf("%w: key %s was not added to the log before this", ErrKey, keyID)
	case after > life.until:
		return nil, fmt.Errorf("%w: key %s was retired before this, by entry %d", ErrKey, keyID, life.until)
	}
	return life.key, nil
}

// Knows says whether the key was ever added for that use; any use, if that is empty.
func (r *Keyring) Knows(keyID, use string) bool {
	life, known := r.keys[keyID]
	return known && (use == "" || life.use == use)
}
