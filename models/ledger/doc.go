// Package ledger owns the consent log's format: entries and the hash chain between them, details and the
// commitments to them, the Merkle tree, tiles, checkpoints, proofs, disclosures, receipts, manifests, and
// the verification of all of these. docs/log-format.md describes the format for people who write a
// verifier of their own.
//
// The package is pure: it reads no clock, draws no random number, opens nothing and keeps no state between
// calls other than in the values it hands out. Everything that is hashed or signed is handled as the exact
// bytes it arrived in. Every parser accepts one encoding only, the one that its encoder writes: a value that
// could be written in two ways could be changed without anyone noticing.
package ledger
