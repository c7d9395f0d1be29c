package ledger

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// The `typ` of what is signed. A signature over one kind of thing is never one over another.
const (
	typEntry    = "candor-entry+jwt"
	typReceipt  = "consent-receipt+jwt"
	typManifest = "candor-manifest+jwt"
)

const (
	keyIDSize     = 43 // base64url of a SHA-256 hash
	signatureSize = 86 // base64url of an Ed25519 signature
)

// ErrSignature says that a signature does not match the key.
var ErrSignature = errors.New("the signature does not match")

// Signer signs with one Ed25519 key. Sign must be safe to call from several goroutines at once.
type Signer interface {
	// KeyID is the RFC 7638 SHA-256 thumbprint of the public key.
	KeyID() string
	// Sign returns the 64 bytes of the Ed25519 signature of message.
	Sign(message []byte) ([]byte, error)
}

// NewSigner is a Signer with a key in memory.
func NewSigner(key ed25519.PrivateKey) Signer {
	public, _ := key.Public().(ed25519.PublicKey)
	return memorySigner{key: key, keyID: KeyID(public)}
}

type memorySigner struct {
	key   ed25519.PrivateKey
	keyID string
}

func (s memorySigner) KeyID() string { return s.keyID }

func (s memorySigner) Sign(message []byte) ([]byte, error) {
	return jwt.SigningMethodEdDSA.Sign(string(message), s.key)
}

// header is the protected header of a compact JWS, base64url.
func header(keyID, typ string) string {
	return rawURL.EncodeToString([]byte(`{"alg":"EdDSA","kid":"` + keyID + `","typ":"` + typ + `"}`))
}

// signCompact makes a compact JWS of header and payload.
func signCompact(s Signer, typ string, payload []byte) ([]byte, error) {
	input := append([]byte(header(s.KeyID(), typ)), '.')
	return appendSignature(rawURL.AppendEncode(input, payload), s)
}

// appendSignature completes the signing input to a compact JWS.
func appendSignature(input []byte, s Signer) ([]byte, error) {
	sig, err := s.Sign(input)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	if len(sig) != ed25519.SignatureSize {
		return nil, fmt.Errorf("sign: a signature of %d bytes, not %d", len(sig), ed25519.SignatureSize)
	}
	return rawURL.AppendEncode(append(input, '.'), sig), nil
}

// compact is a compact JWS taken apart; nothing about it is believed yet.
type compact struct {
	keyID   string
	payload []byte
}

// parseCompact takes a compact JWS of the given typ apart if each of its parts is canonical.
func parseCompact(raw []byte, typ string) (compact, error) {
	head, rest, ok := bytes.Cut(raw, []byte("."))
	body, sig, ok2 := bytes.Cut(rest, []byte("."))
	if !ok || !ok2 {
		return compact{}, malformed("not a compact JWS: header.payload.signature")
	}
	keyID, err := parseHeader(head, typ)
	if err != nil {
		return compact{}, err
	}
	if _, err := parseSignature(sig); err != nil {
		return compact{}, err
	}
	payload := make([]byte, rawURL.DecodedLen(len(body)))
	n, err := rawURL.Decode(payload, body)
	if err != nil || rawURL.EncodedLen(n) != len(body) {
		return compact{}, malformed("the payload is not canonical base64url")
	}
	return compact{keyID: keyID, payload: payload[:n]}, nil
}

func parseHeader(text []byte, typ string) (keyID string, err error) {
	const before, middle, after = `{"alg":"EdDSA","kid":"`, `","typ":"`, `"}`
	var space [160]byte
	want := len(before) + keyIDSize + len(middle) + len(typ) + len(after)
	if len(text) != rawURL.EncodedLen(want) || want > len(space) {
		return "", malformed("the header is not that of a %s under EdDSA", typ)
	}
	n, err := rawURL.Decode(space[:], text)
	head := string(space[:n])
	if err != nil || n != want || head[:len(before)] != before || head[len(before)+keyIDSize:] != middle+typ+after {
		return "", malformed("the header is not that of a %s under EdDSA", typ)
	}
	keyID = head[len(before) : len(before)+keyIDSize]
	if _, err := decodeHash(keyID); err != nil {
		return "", malformed("the header's kid is not a thumbprint")
	}
	return keyID, nil
}

func parseSignature(text []byte) (sig [ed25519.SignatureSize]byte, err error) {
	if len(text) != signatureSize {
		return sig, malformed("the signature is not the base64url text of 64 bytes")
	}
	if n, err := rawURL.Decode(sig[:], text); err != nil || n != len(sig) {
		return sig, malformed("the signature is not the base64url text of 64 bytes")
	}
	return sig, nil
}

// verifyCompact checks the signature of a compact JWS that has been parsed.
func verifyCompact(raw []byte, key ed25519.PublicKey) error {
	dot := bytes.LastIndexByte(raw, '.')
	if dot < 0 {
		return malformed("not a compact JWS: header.payload.signature")
	}
	sig, err := parseSignature(raw[dot+1:])
	if err != nil {
		return err
	}
	if err := jwt.SigningMethodEdDSA.Verify(string(raw[:dot]), sig[:], key); err != nil {
		return fmt.Errorf("%w key %s", ErrSignature, KeyID(key))
	}
	return nil
}
