package main

import (
	"fmt"
	"io"
	"os"

	"candor/models/ledger"
)

// maxReceipt is far more than a receipt can need.
const maxReceipt = 4 << 20

// verifyReceipt verifies one receipt offline. The log's key events in it lead from the checkpoint's key to the
// keys that signed the entry and the receipt; where it has none, the operator's key set must be given.
func (c *command) verifyReceipt(r io.Reader) error {
	if c.since != "" {
		return errSince
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxReceipt+1))
	if err != nil {
		return unopenable{fmt.Errorf("read %s: %w", c.arg, reason(err))}
	}
	if len(raw) > maxReceipt {
		return fmt.Errorf("%s is neither a log's folder, nor an archive, nor a receipt", c.arg)
	}
	receipt, _, err := ledger.ParseReceipt(raw)
	if err != nil {
		return fmt.Errorf("%s is not a good receipt: %w", c.arg, err)
	}
	verifiers, err := c.trusted("the receipt", []byte(receipt.Log.VKey))
	if err != nil {
		return err
	}
	keys, err := c.givenKeys()
	if err != nil {
		return err
	}
	if keys == nil && len(receipt.Log.Keys) == 0 {
		return fmt.Errorf("%s carries no keys, so that its signatures cannot be checked: give the operator's key set with --jwks", c.arg)
	}
	receipt, opened, err := ledger.VerifyReceipt(raw, "", keys, verifiers...)
	if err != nil {
		return err
	}
	c.say("Good: the receipt is signed, and entry %d of %s records %s of %s at %s.",
		receipt.Log.Index, receipt.Log.Origin, opened.Detail.Kind, opened.Detail.Purpose, ledger.FormatTime(opened.Entry.Payload.Time))
	c.say("The entry is in the tree of a signed checkpoint of %d entries.", opened.Checkpoint.Size)
	return nil
}

// givenKeys are the keys of --jwks, nil if that was not given.
func (c *command) givenKeys() (*ledger.Keyring, error) {
	if c.jwks == "" {
		return nil, nil //nolint:nilnil // as its comment says
	}
	raw, err := os.ReadFile(c.jwks)
	if err != nil {
		return nil, unopenable{fmt.Errorf("open %s: %w", c.jwks, reason(err))}
	}
	keys, err := ledger.ParseJWKS(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.jwks, err)
	}
	return ledger.TrustedKeys(keys...), nil
}
