package keys

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"candor/models/ledger"
)

// Signer signs with one Ed25519 key, wherever it is kept: in memory here, in a KMS elsewhere. It is
// safe for concurrent use, and serves as a ledger.Signer.
type Signer interface {
	// KeyID is the RFC 7638 SHA-256 thumbprint of the public key.
	KeyID() string
	Public() ed25519.PublicKey
	// Sign gives the 64 bytes of the signature of message.
	Sign(message []byte) ([]byte, error)
}

// memorySigner adds to the log's signer what tokens and key sets need.
type memorySigner struct {
	ledger.Signer
	public ed25519.PublicKey
}

// NewSigner is a Signer with a key in memory.
func NewSigner(private ed25519.PrivateKey) Signer {
	return memorySigner{ledger.NewSigner(private), ed25519.PublicKey(private[ed25519.SeedSize:])}
}

func (s memorySigner) Public() ed25519.PublicKey { return s.public }

// ed25519Note is the algorithm's number in C2SP signed-note keys.
const ed25519Note = 1

// newNoteSigner makes the checkpoint's signer and its verifier key, whose name is the log's origin
// (C2SP tlog-checkpoint), both in the encodings of C2SP signed-note.
func newNoteSigner(origin string, private ed25519.PrivateKey) (note.Signer, string, error) {
	vkey, err := note.NewEd25519VerifierKey(origin, ed25519.PublicKey(private[ed25519.SeedSize:]))
	if err != nil {
		return nil, "", fmt.Errorf("checkpoint key: %w", err)
	}
	// A verifier key is name+hash+key; the signing key names itself by the same hash.
	hash, _, _ := strings.Cut(strings.TrimPrefix(vkey, origin+"+"), "+")
	secret := base64.StdEncoding.EncodeToString(append([]byte{ed25519Note}, private.Seed()...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + origin + "+" + hash + "+" + secret)
	if err != nil {
		// The library's error may quote the key.
		return nil, "", fmt.Errorf("checkpoint key: it cannot sign under the name %q", origin)
	}
	return signer, vkey, nil
}
