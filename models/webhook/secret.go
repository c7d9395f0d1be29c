package webhook

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"candor/models/keys"
)

const (
	// hmacSize is within the 24 to 64 bytes that the specification asks for.
	hmacSize = 32
	// MaxOverlap and DefaultOverlap are how long the secret before a new one still signs.
	MaxOverlap     = 7 * 24 * time.Hour
	DefaultOverlap = 24 * time.Hour
	// maxSecrets bounds how many sign at once.
	maxSecrets = 3
	// secretPrefix and publicPrefix begin what is shown of keys.
	secretPrefix, publicPrefix = "whsec_", "whpk_"
)

// secret is what an endpoint's messages are signed with: one key that both sides know, and one of which only the public half
// is told.
type secret struct {
	HMAC []byte `json:"hmac"`
	Seed []byte `json:"seed"` // of the Ed25519 key
	// Until is when it no longer signs; zero for the newest.
	Until time.Time `json:"until,omitzero"`
}

func newSecret(random io.Reader) (secret, error) {
	s := secret{HMAC: make([]byte, hmacSize), Seed: make([]byte, ed25519.SeedSize)}
	for _, key := range [][]byte{s.HMAC, s.Seed} {
		if _, err := io.ReadFull(random, key); err != nil {
			return s, fmt.Errorf("draw a webhook secret: %w", err)
		}
	}
	return s, nil
}

// text is the secret as the receiver is told it.
func (s secret) text() string { return secretPrefix + base64.StdEncoding.EncodeToString(s.HMAC) }

// public is the public key as the receiver is told it.
func (s secret) public() string {
	key, _ := ed25519.NewKeyFromSeed(s.Seed).Public().(ed25519.PublicKey)
	return publicPrefix + base64.StdEncoding.EncodeToString(key)
}

var errSecret = errors.New("a webhook secret is not whole")

// signer signs an endpoint's messages with all of its secrets, the newest first.
type signer []signing

type signing struct {
	hmac    *standardwebhooks.Webhook
	private ed25519.PrivateKey
	until   time.Time
}

func newSigner(secrets []secret) (signer, error) {
	var s signer
	for _, k := range secrets {
		if len(k.HMAC) != hmacSize || len(k.Seed) != ed25519.SeedSize { // the library would sign with nothing
			return nil, errSecret
		}
		hmac, err := standardwebhooks.NewWebhookRaw(k.HMAC)
		if err != nil {
			return nil, errSecret
		}
		s = append(s, signing{hmac, ed25519.NewKeyFromSeed(k.Seed), k.Until})
	}
	if len(s) == 0 {
		return nil, errSecret
	}
	return s, nil
}

// sign gives the header webhook-signature: signatures v1 (HMAC-SHA256) and v1a (Ed25519) over "id.timestamp.body", with
// every secret that is good at the time.
func (s signer) sign(id string, at time.Time, body []byte) (string, error) {
	var signatures []string
	signed := fmt.Appendf(nil, "%s.%d.%s", id, at.Unix(), body)
	for _, k := range s {
		if !k.until.IsZero() && !at.Before(k.until) {
			continue
		}
		symmetric, err := k.hmac.Sign(id, at, body)
		if err != nil {
			return "", fmt.Errorf("sign a message: %w", err)
		}
		asymmetric := "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(k.private, signed))
		signatures = append(signatures, symmetric, asymmetric)
	}
	return strings.Join(signatures, " "), nil
}

func secretsAAD(endpoint string) []byte { return []byte("webhook|" + endpoint) }

func (s *Service) sealSecrets(ctx context.Context, endpoint string, secrets []secret) ([]byte, error) {
	raw, err := json.Marshal(secrets)
	if err != nil {
		return nil, fmt.Errorf("seal webhook secrets: %w", err)
	}
	return s.cfg.Ring.Seal(ctx, keys.LogScope, raw, secretsAAD(endpoint))
}

func (s *Service) openSecrets(ctx context.Context, endpoint string, sealed []byte) ([]secret, error) {
	raw, err := s.cfg.Ring.Open(ctx, keys.LogScope, sealed, secretsAAD(endpoint))
	if err != nil {
		return nil, fmt.Errorf("open webhook secrets: %w", err)
	}
	var secrets []secret
	if err := json.Unmarshal(raw, &secrets); err != nil {
		return nil, errSecret // the error may quote what it read
	}
	return secrets, nil
}

// rotated puts a new secret before those that go on signing until then.
func rotated(secrets []secret, fresh secret, now, until time.Time) []secret {
	next := []secret{fresh}
	for _, k := range secrets {
		if k.Until.IsZero() || k.Until.After(until) {
			k.Until = until
		}
		if now.Before(k.Until) && len(next) < maxSecrets {
			next = append(next, k)
		}
	}
	return next
}
