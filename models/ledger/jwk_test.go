package ledger_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// The key and thumbprint of RFC 8037, Appendix A.
func TestThumbprintIsThatOfRFC8037(t *testing.T) {
	raw, err := hex.DecodeString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
	ledgertest.Must(t, err)
	jwk := ledger.NewJWK(ed25519.PublicKey(raw))
	if jwk.X != "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" {
		t.Errorf("x is %s", jwk.X)
	}
	if got := jwk.Thumbprint(); got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("thumbprint is %s", got)
	}
	if ledger.KeyID(ed25519.PublicKey(raw)) != jwk.Thumbprint() {
		t.Error("the key id is not the thumbprint")
	}
}

func TestJWKSReadsBack(t *testing.T) {
	want := []ledger.PublishedKey{{Key: public("entry"), Use: ledger.UseEntry}, {Key: public("document"), Use: ledger.UseDocument}}
	raw, err := ledger.EncodeJWKS(want)
	ledgertest.Must(t, err)
	member := `{"alg":"EdDSA","crv":"Ed25519","kid":"` + ledger.KeyID(public("entry")) + `","kty":"OKP","use":"sig","x":"` +
		ledger.NewJWK(public("entry")).X + `","candor_use":"entry"}`
	if !strings.HasPrefix(string(raw), `{"keys":[`+member+`,`) {
		t.Errorf("written as %s", raw)
	}
	got, err := ledger.ParseJWKS(raw)
	if err != nil || len(got) != 2 || !got[0].Key.Equal(want[0].Key) || got[1].Use != ledger.UseDocument {
		t.Errorf("reads back as %+v, %v", got, err)
	}
	if raw, err := ledger.EncodeJWKS(nil); err != nil || string(raw) != `{"keys":[]}` {
		t.Errorf("the empty set is %s, %v", raw, err)
	}
}

func TestForeignJWKS(t *testing.T) {
	x := ledger.NewJWK(public("entry")).X
	for name, test := range map[string]struct {
		raw  string
		keys int // -1: refused
	}{
		"plain":             {`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"` + x + `"}]}`, 1},
		"other kinds":       {`{"keys":[{"kty":"RSA","n":"AQAB"},{"kty":"OKP","crv":"X25519","x":"AAAA"}],"more":true}`, 0},
		"kid of another":    {`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"mine","x":"` + x + `"}]}`, -1},
		"x with padding":    {`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"` + x + `="}]}`, -1},
		"x too short":       {`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}`, -1},
		"x with line break": {`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"\n` + x + `"}]}`, -1},
		"not JSON":          {`keys`, -1},
	} {
		keys, err := ledger.ParseJWKS([]byte(test.raw))
		if (test.keys < 0) != errors.Is(err, ledger.ErrMalformed) || len(keys) != max(0, test.keys) {
			t.Errorf("%s: %d keys, %v", name, len(keys), err)
		}
	}
}
