package authzen

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"
)

// How many results a page has: if nothing is said, and at most.
const (
	usualLimit = 100
	mostLimit  = 1000
)

// digestSize is how much of a query's SHA-256 its tokens carry, in bytes: enough that no two queries that
// anybody has share it.
const digestSize = 16

// paging is the page member of a search, taken apart.
type paging struct {
	token string
	// limit is what the request says; negative if it says nothing.
	limit      int
	properties string // as they were written
}

// readPage reads the page member, if there is one.
func readPage(page string) (p paging, err error) {
	p.limit = -1
	if page == "" {
		return p, nil
	}
	var token, limit string
	r := reader{text: page}
	for r.open(); r.next('}'); {
		switch name := r.name(); name {
		case "token":
			err = readOnce(&r, "page.token", &token)
		case "limit":
			err = readOnce(&r, "page.limit", &limit)
		case "properties":
			err = readOptional(&r, "page.properties", &p.properties)
		default:
			r.value()
		}
		if err != nil {
			return p, err
		}
	}
	if token != "" && token[0] != '"' {
		return p, Malformed("page.token", "must be a string")
	}
	if token != "" {
		p.token = text(token)
	}
	if limit != "" {
		p.limit, err = readLimit(limit)
	}
	return p, err
}

// readOnce reads a value that may be absent, or null, and not there twice.
func readOnce(r *reader, name string, value *string) error {
	raw := r.value()
	switch {
	case *value != "":
		return Malformed(name, "is there twice")
	case raw == "null":
		return nil
	}
	*value = raw
	return nil
}

// readLimit reads a whole number. One that is larger than any page is no fault.
func readLimit(raw string) (int, error) {
	if strings.Trim(raw, "0123456789") != "" {
		return 0, Malformed("page.limit", "must be a whole number, 0 or more")
	}
	if len(raw) > len("1000") { // without leading zeros, which JSON does not know
		return mostLimit, nil
	}
	n, err := strconv.Atoi(raw)
	return min(n, mostLimit), err
}

var errToken = Malformed("page.token", "is not one that was given for this query")

// open finds the page that is asked for. The pages of a query have one limit: a token carries it.
func (p *paging) open(k kind, q *Question) (Page, error) {
	if p.token == "" {
		if p.limit < 0 {
			p.limit = usualLimit
		}
		page := Page{Limit: p.limit}
		if page.Limit == 0 { // a page of nothing: who follows its token gets pages as usual, and not nothing for ever
			p.limit = usualLimit
		}
		return page, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(p.token)
	if err != nil || len(raw) < digestSize+2 {
		return Page{}, errToken
	}
	limit := int(binary.BigEndian.Uint16(raw[digestSize:]))
	if p.limit >= 0 && p.limit != limit || limit > mostLimit {
		return Page{}, errToken
	}
	p.limit = limit
	page := Page{After: string(raw[digestSize+2:]), Limit: limit}
	if p.token != p.seal(k, q, page.After) {
		return Page{}, errToken
	}
	return page, nil
}

// seal names where a page of a query has ended. It is encoded and not sealed: all that it carries is a
// digest of the query and an id that the answer has had in it or passed over.
func (p *paging) seal(k kind, q *Question, after string) string {
	digest := p.digest(k, q)
	raw := binary.BigEndian.AppendUint16(digest[:digestSize:digestSize], uint16(p.limit))
	return base64.RawURLEncoding.EncodeToString(append(raw, after...))
}

// digest is of all that the standard wants to be the same on each page of a query, but the limit. How members
// are ordered, and the white space between them, a program need not have kept.
func (p *paging) digest(k kind, q *Question) [sha256.Size]byte {
	subject, resource := q.Subject, q.Resource
	raw, _ := json.Marshal([]any{ // cannot fail: strings, and what has been read as JSON
		k, subject.Type, subject.ID, canonical(string(subject.Properties)),
		q.Action.Name, canonical(string(q.Action.Properties)),
		resource.Type, resource.ID, canonical(string(resource.Properties)), canonical(q.Context), canonical(p.properties),
	})
	return sha256.Sum256(raw)
}

// canonical is a JSON object in one of the ways to write it.
func canonical(object string) (value any) {
	if object == "" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(object)))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return object
	}
	return value
}
