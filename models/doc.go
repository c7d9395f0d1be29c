// Package models holds the nouns of the product, what makes each of them valid, and the kinds of
// error that everything above agrees on. It knows nothing but the standard library.
//
// Everything below HTTP lives in the packages under it:
//
//	ledger     the consent log's format: entries, chain, tree, proofs, verification; pure
//	datamap    what may be held about a person, for what, on which legal basis; one reviewed file
//	keys       signing keys, and one set of encryption keys per customer
//	store      what must be kept, as small interfaces; sqlite keeps it in two files
//	sequencer  orders, signs and stores events: the only writer of the log
//	consent    what a person may decide, what stands, and what billing systems are told
//	notice     the texts a person is shown, version by version
//	billing    what is held about a customer: profile, records, documents, import
//	auth       sessions, one-time links, API clients and their tokens
//	export     the archive a customer takes along
package models
