package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// maxCheckpointSize leaves room for many cosignatures and for no attack.
const maxCheckpointSize = 64 << 10

// Checkpoint is a published head of the log (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   Hash
}

// Text is what is signed: origin, size and root, a line each.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatUint(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// SignCheckpoint makes a checkpoint: a C2SP signed note without extension lines. Every signer's name must be
// the origin. Two signers sign while a key is being rotated.
func SignCheckpoint(origin string, size uint64, root Hash, signers ...note.Signer) ([]byte, error) {
	if err := ValidOrigin(origin); err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	if size >= MaxSize || len(signers) == 0 {
		return nil, fmt.Errorf("sign checkpoint: size %d with %d signers", size, len(signers))
	}
	for _, s := range signers {
		if s.Name() != origin {
			return nil, fmt.Errorf("sign checkpoint: the key is of %q, not of %q", s.Name(), origin)
		}
	}
	raw, err := note.Sign(&note.Note{Text: Checkpoint{Origin: origin, Size: size, Root: root}.Text()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return raw, nil
}

// ParseCheckpoint takes a checkpoint apart if it is canonical, without checking any signature: OpenCheckpoint does that.
func ParseCheckpoint(raw []byte) (Checkpoint, error) {
	if len(raw) > maxCheckpointSize {
		return Checkpoint{}, malformed("a checkpoint has at most %d bytes", maxCheckpointSize)
	}
	text, signatures, ok := bytes.Cut(raw, []byte("\n\n"))
	lines := strings.Split(string(text), "\n")
	if !ok || len(lines) != 3 {
		return Checkpoint{}, malformed("a checkpoint has three lines (origin, size, root), a blank one, and signatures")
	}
	c := Checkpoint{Origin: lines[0]}
	if err := ValidOrigin(c.Origin); err != nil {
		return Checkpoint{}, err
	}
	var err error
	if c.Size, err = parseNumber(lines[1]); err != nil {
		return Checkpoint{}, malformed("the checkpoint's size: %w", err)
	}
	root, err := decode64(std, lines[2])
	if err != nil || len(root) != len(c.Root) {
		return Checkpoint{}, malformed("the checkpoint's root is not the base64 text of a hash")
	}
	c.Root = Hash(root)
	return c, checkSignatureLines(signatures)
}

// checkSignatureLines refuses what note.Open lets pass: base64 that is not canonical, and a second signature
// by the same key, which it would not look at.
func checkSignatureLines(raw []byte) error {
	text, ok := strings.CutSuffix(string(raw), "\n")
	if !ok {
		return malformed("a checkpoint ends with a signature line")
	}
	seen := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		name, text, ok := strings.Cut(strings.TrimPrefix(line, "— "), " ")
		sig, err := decode64(std, text)
		if !strings.HasPrefix(line, "— ") || !ok || err != nil || len(sig) < 5 {
			return malformed("a signature line of the checkpoint is not canonical")
		}
		id := name + " " + string(sig[:4])
		if seen[id] {
			return malformed("the checkpoint has two signatures by one key")
		}
		seen[id] = true
	}
	return nil
}

// OpenCheckpoint takes a checkpoint apart and checks it: canonical, of the origin (any, if that is empty), and
// signed by at least one of the verifiers under the origin's name. Signatures by others are passed over.
// The error is ErrMalformed, ErrOrigin or ErrSignature.
func OpenCheckpoint(raw []byte, origin string, verifiers ...note.Verifier) (Checkpoint, error) {
	c, err := ParseCheckpoint(raw)
	if err != nil {
		return Checkpoint{}, err
	}
	if origin != "" && c.Origin != origin {
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint is of %s, not of %s", ErrOrigin, c.Origin, origin)
	}
	signed, err := note.Open(raw, note.VerifierList(unique(verifiers)...))
	var unverified *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unverified):
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint bears no signature by a verifier key of %s that was given", ErrSignature, c.Origin)
	case err != nil:
		return Checkpoint{}, fmt.Errorf("%w: the checkpoint: %w", ErrSignature, err)
	}
	for _, sig := range signed.Sigs {
		if sig.Name == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("%w: the checkpoint bears no signature in the name of %s", ErrSignature, c.Origin)
}

// ErrOrigin says that something is of another log.
var ErrOrigin = errors.New("another log")

// unique drops repeated verifiers, which note calls ambiguous.
func unique(verifiers []note.Verifier) []note.Verifier {
	var list []note.Verifier
	seen := map[string]bool{}
	for _, v := range verifiers {
		id := v.Name() + "+" + strconv.FormatUint(uint64(v.KeyHash()), 16)
		if !seen[id] {
			list = append(list, v)
		}
		seen[id] = true
	}
	return list
}

// NewVerifierKey reads a checkpoint key's verifier key, name+hash+key, in its canonical encoding only.
func NewVerifierKey(vkey string) (note.Verifier, error) {
	parts := strings.Split(vkey, "+")
	if len(parts) < 3 {
		return nil, malformed("a verifier key is written name+hash+key")
	}
	key, err := decode64(std, strings.Join(parts[2:], "+"))
	if err != nil || len(key) != 33 || key[0] != 1 {
		return nil, malformed("the verifier key is not one for Ed25519")
	}
	if again, err := note.NewEd25519VerifierKey(parts[0], key[1:]); err != nil || again != vkey {
		return nil, malformed("the verifier key's hash is not the one of its name and key")
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, malformed("verifier key: %w", err)
	}
	return v, nil
}
