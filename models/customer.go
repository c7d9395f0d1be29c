package models

import "time"

// Customer is a data subject as the billing system names them. Name, e-mail and the like are
// records of the categories identity and contact, with the id ProfileID, so that they are shown,
// sealed, exported and erased like everything else that is held.
type Customer struct {
	// Ref is the billing system's own reference: 1 to 128 of A–Z a–z 0–9 . _ : -
	Ref string
	// Locale is the BCP 47 tag of the language the person wants; empty if not known.
	Locale string
	// Jurisdiction is the ISO 3166-1 or 3166-2 code whose rules apply; empty means the operator's.
	Jurisdiction string
	UpdatedAt    time.Time
}

// ProfileID is the id of the records that PUT /customers/{ref} writes in identity and contact.
const ProfileID = "profile"

// Record is one thing that is held about a customer.
type Record struct {
	Customer   string
	Category   string
	ID         string // same alphabet as Customer.Ref
	OccurredAt time.Time
	Source     string
	// Fields are the values by the name the data map declares. Amounts are strings of minor units.
	Fields map[string]string
	// Documents are the names of the files that belong to it.
	Documents []string
}

// Document is a file that belongs to a record: a bill as issued.
type Document struct {
	Customer, Category, Record string
	Name                       string // 1 to 128 characters, a plain file name
	MediaType                  string
	Content                    []byte // at most MaxDocument bytes
}

// MaxDocument is the largest document in bytes (10 MB).
const MaxDocument = 10 << 20

// Tally is how much of one category is held.
type Tally struct {
	Records int64
	Newest  time.Time // when the newest record occurred
}
