package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// Evidence is a disclosure with the proof that its entry is in the log: a line of consents/log.jsonl and
// consents/keys.jsonl in an archive, and most of the member `log` of a receipt.
type Evidence struct {
	Entry  string `json:"entry"`  // the entry's exact bytes
	Detail Base64 `json:"detail"` // the detail's exact bytes
	Salt   Base64 `json:"salt"`   // SaltSize bytes
	Proof  string `json:"proof"`  // tlog-proof text
}

// Encode writes {"entry":…,"detail":base64url,"salt":base64url,"proof":…}, without a line end.
func (e Evidence) Encode() ([]byte, error) { return marshal(e) }

// ParseEvidence reads evidence as Encode writes it. It checks nothing that it says: that is Open.
func ParseEvidence(raw []byte) (Evidence, error) {
	var e Evidence
	err := unmarshal(raw, &e)
	return e, err
}

// Opened is evidence that has been checked.
type Opened struct {
	Entry      Entry
	Detail     Detail
	Checkpoint Checkpoint // the head that its proof leads to
}

// Open checks everything about the evidence: encodings, that the entry is of the log (any, if origin is empty)
// and commits to the detail, that the proof leads to a checkpoint signed by one of the verifiers, and that the
// entry is signed under a key of the ring. The error is a *VerifyError.
func (e Evidence) Open(origin string, keys *Keyring, verifiers ...note.Verifier) (Opened, error) {
	o, err := e.unsigned(origin, verifiers)
	if err != nil {
		return Opened{}, err
	}
	return o, o.signed(keys)
}

// Learn is Open for the evidence of key events, in the order of the log from entry 0 on, each of which adds to
// what the ring knows.
func (r *Keyring) Learn(e Evidence, origin string, verifiers ...note.Verifier) (Opened, error) {
	o, err := e.unsigned(origin, verifiers)
	if err != nil {
		return Opened{}, err
	}
	seq := o.Entry.Payload.Seq
	if !isKeyEvent(o.Detail.Kind) {
		return Opened{}, &VerifyError{seq, KeyCheck, malformed("%s is no key event", o.Detail.Kind)}
	}
	next := r.clone()
	if err := next.Apply(seq, o.Detail); err != nil {
		return Opened{}, &VerifyError{seq, KeyCheck, err}
	}
	if err := o.signed(next); err != nil {
		return Opened{}, err
	}
	*r = *next
	return o, nil
}

func (e Evidence) unsigned(origin string, verifiers []note.Verifier) (Opened, error) {
	entry, err := ParseEntry([]byte(e.Entry))
	if err != nil {
		return Opened{}, &VerifyError{UnknownSeq, FormatCheck, fmt.Errorf("entry: %w", err)}
	}
	seq := entry.Payload.Seq
	fail := func(check Check, err error) (Opened, error) { return Opened{}, &VerifyError{seq, check, err} }
	if origin != "" && entry.Payload.Log != origin {
		return fail(LogCheck, fmt.Errorf("%w: it is of %s, not of %s", ErrOrigin, entry.Payload.Log, origin))
	}
	detail, err := openDetail(entry, e.Detail, e.Salt)
	if err != nil {
		return fail(CommitCheck, err)
	}
	proof, err := ParseProof([]byte(e.Proof))
	if err != nil {
		return fail(ProofCheck, fmt.Errorf("proof: %w", err))
	}
	if proof.Index != seq {
		return fail(ProofCheck, fmt.Errorf("%w: it is for entry %d", ErrProof, proof.Index))
	}
	checkpoint, err := proof.Verify(LeafHash(entry.Raw), entry.Payload.Log, verifiers...)
	if errors.Is(err, ErrProof) {
		return fail(ProofCheck, err)
	}
	if err != nil {
		return fail(CheckpointCheck, err)
	}
	return Opened{Entry: entry, Detail: detail, Checkpoint: checkpoint}, nil
}

func (o Opened) signed(keys *Keyring) error {
	seq := o.Entry.Payload.Seq
	key, err := keys.Lookup(o.Entry.KeyID, UseEntry, seq)
	if err != nil {
		return &VerifyError{seq, KeyCheck, err}
	}
	if err := o.Entry.Verify(key); err != nil {
		return &VerifyError{seq, SignatureCheck, err}
	}
	return nil
}
