package stripe

import (
	"crypto/hmac"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"candor/models"
)

// ErrSignature says that a delivery is not Stripe's, or not fresh.
var ErrSignature = models.Fail(models.Malformed, "connector_signature")

// tolerance is how far the time of a signature may be from ours, either way; Stripe's own libraries have the same.
const tolerance = 5 * time.Minute

// maxSignatures bounds what is compared: Stripe sends one for each secret that is in force.
const maxSignatures = 10

// verify checks a Stripe-Signature header: t=TIME,v1=HMAC-SHA256 in hex of "TIME.BODY",… (docs.stripe.com/webhooks).
// One of the signatures must be by one of the secrets, so that either side may replace its secret first. The library's
// own check knows no clock but the system's, and takes times of the future.
func (c *Connector) verify(header string, body []byte) error {
	var signed time.Time
	var signatures [][]byte
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "t":
			seconds, err := strconv.ParseInt(value, 10, 64)
			if err != nil || !signed.IsZero() {
				return ErrSignature
			}
			signed = time.Unix(seconds, 0)
		case "v1":
			if raw, err := hex.DecodeString(value); err == nil && len(signatures) < maxSignatures {
				signatures = append(signatures, raw)
			}
		}
	}
	if age := c.Clock().Sub(signed); age > tolerance || age < -tolerance {
		return ErrSignature
	}
	for _, secret := range c.Secrets {
		want := webhook.ComputeSignature(signed, body, secret)
		for _, got := range signatures {
			if hmac.Equal(want, got) {
				return nil
			}
		}
	}
	return ErrSignature
}
