package transfer

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"reflect"
	"strings"
)

// Kind is a kind of thing that is copied.
type Kind string

// What is copied, in the order in which it is said.
const (
	Entries      Kind = "log entries"
	Keys         Kind = "encryption keys"
	Customers    Kind = "customers"
	Records      Kind = "records"
	Documents    Kind = "documents"
	Archives     Kind = "archives"
	Requests     Kind = "requests"
	Tasks        Kind = "tasks"
	Standings    Kind = "standings"
	Publications Kind = "publications"
	Revisions    Kind = "revisions of texts"
	Attestations Kind = "attestations"
	Wordings     Kind = "wordings"
	Clients      Kind = "API clients"
	Outside      Kind = "objects of connectors"
	Webhooks     Kind = "webhooks"
	Staff        Kind = "members of staff and their passkeys"
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{Entries, Keys, Customers, Records, Documents, Archives, Requests, Tasks, Standings, Publications, Wordings, Revisions, Attestations, Clients, Outside, Webhooks, Staff}
}

// Tally is how many there are of a kind, and the digest of all of them in order.
type Tally struct {
	Items  int64
	SHA256 [sha256.Size]byte
}

// Summary is what a store holds.
type Summary map[Kind]Tally

// compare names every kind that is not the same in both.
func (s Summary) compare(there Summary) error {
	var said strings.Builder
	for _, kind := range Kinds() {
		if a, b := s[kind], there[kind]; a != b {
			fmt.Fprintf(&said, "; %s: %d in the source, %d in the target", kind, a.Items, b.Items)
			if a.Items == b.Items {
				said.WriteString(", other ones")
			}
		}
	}
	if said.Len() == 0 {
		return nil
	}
	return fmt.Errorf("%w%s. One of them was used or changed since it was copied: copy again, into an empty target if that does not help", ErrDiffers, said.String())
}

// sums counts and digests as items are read.
type sums map[Kind]*sum

type sum struct {
	items int64
	hash  hash.Hash
}

func (s sums) of(kind Kind) *sum {
	if s[kind] == nil {
		s[kind] = &sum{hash: sha256.New()}
	}
	return s[kind]
}

// add takes in what belongs to an item; count says whether it is one that is counted.
func (s sums) add(kind Kind, item any, count bool) error {
	line, err := canonical(item)
	if err != nil {
		return fmt.Errorf("digest of %s: %w", kind, err)
	}
	to := s.of(kind)
	to.hash.Write(line)
	if count {
		to.items++
	}
	return nil
}

// join takes in what was read apart.
func (s sums) join(part sums) {
	for kind, p := range part {
		to := s.of(kind)
		to.hash.Write(p.hash.Sum(nil))
		to.items += p.items
	}
}

func (s sums) summary() Summary {
	out := Summary{}
	for _, kind := range Kinds() {
		t := Tally{Items: s.of(kind).items}
		copy(t.SHA256[:], s.of(kind).hash.Sum(nil))
		out[kind] = t
	}
	return out
}

// canonical is an item as JSON, every exported member of it, on one line. Stores may give an empty value
// for an absent one: both are written as absent.
func canonical[T any](item T) ([]byte, error) {
	v := reflect.ValueOf(item)
	if v.Kind() == reflect.Struct {
		clean := reflect.New(v.Type()).Elem()
		clean.Set(v)
		for _, f := range clean.Fields() {
			if (f.Kind() == reflect.Slice || f.Kind() == reflect.Map) && f.Len() == 0 {
				f.SetZero()
			}
		}
		v = clean
	}
	raw, err := json.Marshal(v.Interface())
	return append(raw, '\n'), err
}
