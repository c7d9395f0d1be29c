package store

import "context"

// Wording is the words of a page around a choice, as some page had them. It concerns no person.
type Wording struct {
	// SHA256 is the hash of Text, 64 lower-case hexadecimal digits: its name.
	SHA256 string
	Text   []byte
}

// Wordings keeps the words that choices were made with, for as long as the log: entries name them. There are a few for
// each purpose and language, and more only when words change.
type Wordings interface {
	// KeepWording writes one, durably. What is there under its name is the same and stays: of any number of callers all
	// succeed.
	KeepWording(ctx context.Context, w Wording) error
	// Wording gives one, or ErrNotFound.
	Wording(ctx context.Context, sha256 string) (Wording, error)
	// PageWordings gives up to limit of them with a name greater than after, in order.
	PageWordings(ctx context.Context, after string, limit int) ([]Wording, error)
}
