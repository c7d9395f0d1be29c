// Package keys owns every key: the signing keys, which live in a folder of files that only the
// operator's account may read, and the encryption keys, one for each customer and category, which
// live in the key store under a master key. Destroying one of those makes what was sealed with it
// unreadable wherever copies of it are.
package keys
