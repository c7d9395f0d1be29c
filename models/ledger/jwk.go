package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
)

// What a key may sign. A key has one use.
const (
	UseEntry    = "entry"    // entries
	UseDocument = "document" // receipts and manifests
)

// JWK is an Ed25519 public key as RFC 8037 writes it, with the required members only, in the order that
// RFC 7638 hashes them.
type JWK struct {
	Curve   string `json:"crv"` // Ed25519
	KeyType string `json:"kty"` // OKP
	X       string `json:"x"`   // base64url of the 32 bytes
}

// NewJWK is the JWK of a public key.
func NewJWK(key ed25519.PublicKey) JWK {
	return JWK{Curve: "Ed25519", KeyType: "OKP", X: rawURL.EncodeToString(key)}
}

// PublicKey is the key, or an error if the JWK is not an Ed25519 public key in its canonical encoding.
func (k JWK) PublicKey() (ed25519.PublicKey, error) {
	if k.KeyType != "OKP" || k.Curve != "Ed25519" {
		return nil, malformed("a key is of type OKP on the curve Ed25519")
	}
	key, err := decode64(rawURL, k.X)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, malformed("x is not the base64url text of an Ed25519 public key")
	}
	return key, nil
}

// Thumbprint is the key's KID: base64url of the SHA-256 of its canonical JSON (RFC 7638).
func (k JWK) Thumbprint() string {
	sum := sha256.Sum256(k.append(nil))
	return rawURL.EncodeToString(sum[:])
}

func (k JWK) append(b []byte) []byte {
	b = appendString(append(b, `{"crv":`...), k.Curve)
	b = appendString(append(b, `,"kty":`...), k.KeyType)
	b = appendString(append(b, `,"x":`...), k.X)
	return append(b, '}')
}

// KeyID is the KID of a public key.
func KeyID(key ed25519.PublicKey) string { return NewJWK(key).Thumbprint() }

// PublishedKey is a key of the published key set with what it may sign.
type PublishedKey struct {
	Key ed25519.PublicKey
	Use string // UseEntry, UseDocument; empty in a key set that does not say
}

type jwksKey struct {
	Algorithm string `json:"alg,omitempty"`
	Curve     string `json:"crv"`
	KeyID     string `json:"kid,omitempty"`
	KeyType   string `json:"kty"`
	JWKUse    string `json:"use,omitempty"`
	X         string `json:"x"`
	CandorUse string `json:"candor_use,omitempty"`
}

type jwks struct {
	Keys []jwksKey `json:"keys"`
}

// EncodeJWKS writes the keys as a JWK set (RFC 7517), each with `use` "sig" and, in the member `candor_use`, what it may sign.
func EncodeJWKS(keys []PublishedKey) ([]byte, error) {
	set := jwks{Keys: make([]jwksKey, 0, len(keys))}
	for _, k := range keys {
		j := NewJWK(k.Key)
		set.Keys = append(set.Keys, jwksKey{
			Algorithm: "EdDSA", Curve: j.Curve, KeyID: j.Thumbprint(), KeyType: j.KeyType,
			JWKUse: "sig", X: j.X, CandorUse: k.Use,
		})
	}
	return marshal(set)
}

// ParseJWKS reads a JWK set. Members and kinds of keys that it does not know are passed over, as RFC 7517
// asks; of Ed25519 keys `x` must be canonical and `kid`, where given, the thumbprint.
func ParseJWKS(raw []byte) ([]PublishedKey, error) {
	var set jwks
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, malformed("not a JWK set: %w", err)
	}
	var keys []PublishedKey
	for i, k := range set.Keys {
		if k.KeyType != "OKP" || k.Curve != "Ed25519" {
			continue
		}
		j := JWK{Curve: k.Curve, KeyType: k.KeyType, X: k.X}
		key, err := j.PublicKey()
		if err != nil {
			return nil, malformed("key %d of the JWK set: %w", i, err)
		}
		if k.KeyID != "" && k.KeyID != j.Thumbprint() {
			return nil, malformed("key %d of the JWK set: kid is not the key's thumbprint", i)
		}
		keys = append(keys, PublishedKey{Key: key, Use: k.CandorUse})
	}
	return keys, nil
}
