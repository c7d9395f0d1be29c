package keys

import "candor/models/store"

// EvidenceScope names a customer's key for what the log says about them: details, salts, pseudonym.
const EvidenceScope = "evidence"

// archivePrefix comes before an archive's id in the name of its key.
const archivePrefix = "archive:"

// Evidence is the scope of a customer's part of the log.
func Evidence(customer string) store.Scope {
	return store.Scope{Customer: customer, Name: EvidenceScope}
}

// Archive is the scope of one download, destroyed when it expires.
func Archive(customer, id string) store.Scope {
	return store.Scope{Customer: customer, Name: archivePrefix + id}
}

// LogScope is the scope of events that concern no person.
var LogScope = store.Scope{Name: "log"}
