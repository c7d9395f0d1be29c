package keys

import (
	"strings"

	"candor/models/store"
)

// EvidenceScope names a customer's key for what the log says about them: details, salts, pseudonym.
const EvidenceScope = "evidence"

// RequestsScope names a customer's key for what they have asked about their data, and what was answered.
const RequestsScope = "requests"

// Requests is the scope of a customer's requests.
func Requests(customer string) store.Scope {
	return store.Scope{Customer: customer, Name: RequestsScope}
}

// LookUpsScope names a customer's key for the reasons for which staff look, as long as those are kept outside the log.
const LookUpsScope = "staff:reasons"

// LookUps is the scope of the look-ups of a customer; an erasure destroys it.
func LookUps(customer string) store.Scope {
	return store.Scope{Customer: customer, Name: LookUpsScope}
}

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

// OfArchive says whether a key of that name is an archive's.
func OfArchive(name string) bool { return strings.HasPrefix(name, archivePrefix) }

// LogScope is the scope of events that concern no person.
var LogScope = store.Scope{Name: "log"}

// StaffScope is the scope of what is known of the staff: names, addresses, passkeys.
var StaffScope = store.Scope{Name: "staff"}
