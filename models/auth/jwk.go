package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"time"

	"candor/models"
	"candor/models/store"
)

// What a client's keys may be. RSA keys below 2,048 bits can be broken (RFC 7518, section 3.3), and very long ones
// only cost whoever verifies.
const (
	maxKeys     = 5        // of one client
	maxJWKSet   = 32 << 10 // bytes
	maxKeyID    = 128      // bytes
	minRSA      = 2048     // bits
	maxRSA      = 8192     // bits
	minExponent = 65537
)

// The algorithms that others sign with: none of them shares a secret.
var foreignAlgorithms = []string{"EdDSA", "ES256", "PS256", "RS256"}

// AssertionAlgorithms lists those that a client may sign with (RFC 8414,
// token_endpoint_auth_signing_alg_values_supported).
func AssertionAlgorithms() []string { return slices.Clone(foreignAlgorithms) }

// jwk is the public members of a JSON Web Key (RFC 7517; RFC 7518, section 6; RFC 8037).
type jwk struct {
	Type      string   `json:"kty"`
	KeyID     string   `json:"kid,omitempty"`
	Use       string   `json:"use,omitempty"`
	Algorithm string   `json:"alg,omitempty"`
	Ops       []string `json:"key_ops,omitempty"`
	Curve     string   `json:"crv,omitempty"`
	X         string   `json:"x,omitempty"`
	Y         string   `json:"y,omitempty"`
	N         string   `json:"n,omitempty"`
	E         string   `json:"e,omitempty"`
}

// privateMembers give a private or shared key away.
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// readKeys reads a JWK set with the public keys of a client. Errors are Invalid, in the field jwks, and name the key.
func readKeys(raw []byte, now time.Time) ([]store.ClientKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if len(raw) > maxJWKSet || json.Unmarshal(raw, &set) != nil || len(set.Keys) == 0 || len(set.Keys) > maxKeys {
		return nil, models.Fail(models.Invalid, "bad_jwk_set", "max", maxKeys).In("jwks")
	}
	var keys []store.ClientKey
	for i, raw := range set.Keys {
		key, err := readKey(raw, strconv.Itoa(i+1), now)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(keys, func(k store.ClientKey) bool { return k.KeyID == key.KeyID || k.ID == key.ID }) {
			return nil, models.Fail(models.Invalid, "jwk_twice", "kid", key.KeyID).In("jwks")
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// readKey reads one key; name is what to call it if it has no name of its own.
func readKey(raw json.RawMessage, name string, now time.Time) (store.ClientKey, error) {
	var members map[string]json.RawMessage
	var k jwk
	bad := func(code string) error { return models.Fail(models.Invalid, code, "kid", name).In("jwks") }
	if json.Unmarshal(raw, &members) != nil || json.Unmarshal(raw, &k) != nil || len(k.KeyID) > maxKeyID {
		return store.ClientKey{}, bad("bad_jwk")
	}
	if k.KeyID != "" {
		name = k.KeyID
	}
	for _, private := range privateMembers {
		if _, ok := members[private]; ok {
			return store.ClientKey{}, bad("private_jwk")
		}
	}
	key, err := k.public()
	usable := err == nil && (k.Use == "" || k.Use == "sig") && (k.Ops == nil || slices.Contains(k.Ops, "verify"))
	if !usable || k.Algorithm != "" && !fits(k.Algorithm, key) {
		return store.ClientKey{}, bad("bad_jwk")
	}
	id := k.thumbprint()
	if k.KeyID == "" {
		k.KeyID = id
	}
	k.Use, k.Ops = "sig", nil
	kept, err := json.Marshal(k)
	if err != nil {
		return store.ClientKey{}, fmt.Errorf("keep key: %w", err)
	}
	return store.ClientKey{ID: id, KeyID: k.KeyID, JWK: kept, CreatedAt: now}, nil
}

// public is the key itself.
func (k jwk) public() (crypto.PublicKey, error) {
	unusable := errors.New("no key of a kind that can be used")
	number := func(text string) []byte {
		if !canonical(text) {
			return nil
		}
		raw, _ := base64url.DecodeString(text) // canonical has decoded it
		return raw
	}
	switch {
	case k.Type == "OKP" && k.Curve == "Ed25519":
		if x := number(k.X); len(x) == ed25519.PublicKeySize {
			return ed25519.PublicKey(x), nil
		}
	case k.Type == "EC" && k.Curve == "P-256":
		if x, y := number(k.X), number(k.Y); len(x) == 32 && len(y) == 32 {
			return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
		}
	case k.Type == "RSA":
		n, e := new(big.Int).SetBytes(number(k.N)), new(big.Int).SetBytes(number(k.E))
		if n.BitLen() >= minRSA && n.BitLen() <= maxRSA && n.Bit(0) == 1 && e.BitLen() < 32 && e.Int64() >= minExponent && e.Bit(0) == 1 {
			return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
		}
	}
	return nil, unusable
}

// thumbprint is RFC 7638: a name that follows from the key alone.
func (k jwk) thumbprint() string {
	text := ""
	switch k.Type {
	case "OKP":
		text = fmt.Sprintf(`{"crv":%q,"kty":%q,"x":%q}`, k.Curve, k.Type, k.X)
	case "EC":
		text = fmt.Sprintf(`{"crv":%q,"kty":%q,"x":%q,"y":%q}`, k.Curve, k.Type, k.X, k.Y)
	case "RSA":
		text = fmt.Sprintf(`{"e":%q,"kty":%q,"n":%q}`, k.E, k.Type, k.N)
	}
	sum := sha256.Sum256([]byte(text))
	return base64url.EncodeToString(sum[:])
}

// fits says whether an algorithm is one for the key, and the key one that is strong enough.
func fits(algorithm string, key crypto.PublicKey) bool {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return algorithm == "EdDSA" && len(k) == ed25519.PublicKeySize
	case *ecdsa.PublicKey:
		return algorithm == "ES256" && k.Curve == elliptic.P256()
	case *rsa.PublicKey:
		bits := k.N.BitLen()
		return (algorithm == "RS256" || algorithm == "PS256") && bits >= minRSA && bits <= maxRSA
	}
	return false
}

// verifying is a client's key to verify what it has signed with an algorithm.
func verifying(kept store.ClientKey, algorithm string) (crypto.PublicKey, error) {
	var k jwk
	if err := json.Unmarshal(kept.JWK, &k); err != nil {
		return nil, fmt.Errorf("read the client's key %s: %w", kept.ID, err)
	}
	key, err := k.public()
	if err != nil {
		return nil, fmt.Errorf("read the client's key %s: %w", kept.ID, err)
	}
	if !fits(algorithm, key) || k.Algorithm != "" && k.Algorithm != algorithm {
		return nil, fmt.Errorf("the key is not one for %s", algorithm)
	}
	return key, nil
}
