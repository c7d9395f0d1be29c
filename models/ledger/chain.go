package ledger

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Chain gives entries their place: seq, prev and time. A batch is chained first, one after the other, and
// its entries are signed afterwards, on all cores at once, because `prev` covers what was said and not the
// signature. A Chain is for one goroutine. If a batch fails, its Chain is thrown away and a new one made
// from the last entry that is stored.
type Chain struct {
	origin string
	keyID  string
	header string
	next   uint64
	prev   Hash
	last   time.Time
}

// NewChain continues after last, or starts the log if last is nil. keyID is that of the key which will sign.
// The origin must be a ValidOrigin.
func NewChain(origin, keyID string, last *Entry) *Chain {
	c := &Chain{origin: origin, keyID: keyID, header: header(keyID, typEntry), prev: EmptyRoot()}
	if last != nil {
		c.next, c.prev, c.last = last.Payload.Seq+1, last.Link(), last.Payload.Time
	}
	return c
}

// Unsigned is an entry that has its place and lacks its signature.
type Unsigned struct {
	Seq   uint64
	Time  time.Time
	keyID string
	input []byte // header.payload
}

// Next gives the next entry its place and advances. Its time is now to the millisecond, or the time of
// the entry before it if now is earlier.
func (c *Chain) Next(commit Hash, now time.Time) Unsigned {
	at := now.UTC().Truncate(time.Millisecond)
	if at.Before(c.last) {
		at = c.last
	}
	p := Payload{Log: c.origin, Seq: c.next, Prev: c.prev, Time: at, Commit: commit}
	var space [512]byte
	payload := appendPayload(space[:0], &p)
	input := make([]byte, 0, len(c.header)+1+rawURL.EncodedLen(len(payload)))
	input = append(append(input, c.header...), '.')
	input = rawURL.AppendEncode(input, payload)
	c.next, c.prev, c.last = c.next+1, sha256.Sum256(input), at
	return Unsigned{Seq: p.Seq, Time: at, keyID: c.keyID, input: input}
}

// Sign completes the entry. It may be called from any goroutine. The signer must hold the key that the
// chain was made for.
func (u Unsigned) Sign(s Signer) (raw []byte, err error) {
	if s.KeyID() != u.keyID {
		return nil, fmt.Errorf("sign entry %d: the key is %s, the chain was made for %s", u.Seq, s.KeyID(), u.keyID)
	}
	input := make([]byte, len(u.input), len(u.input)+1+signatureSize)
	copy(input, u.input)
	raw, err = appendSignature(input, s)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", u.Seq, err)
	}
	if len(raw) > MaxEntrySize {
		return nil, fmt.Errorf("entry %d: %w", u.Seq, malformed("an entry has at most %d bytes", MaxEntrySize))
	}
	return raw, nil
}
