// Package auth owns who may come in: the one-time links and sessions of people, and the clients and
// access tokens of billing systems (RFC 6749 client credentials, RFC 9068 tokens). It also signs what a
// person was shown, so that a choice can be tied to the exact text.
//
// Every secret is 32 random bytes as base64url. Only its SHA-256 is stored, so that a copy of the store
// lets nobody in. Tokens are accepted in their one canonical encoding.
package auth
