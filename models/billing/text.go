package billing

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The limits of what comes in.
const (
	maxReference = 128    // characters of a reference or id
	maxValue     = 10_000 // characters of a field
	maxLabel     = 128    // characters of a source or a file name
	maxFields    = 100    // of a record
	maxDocuments = 20     // of an import line
)

// checkReference holds a reference of the billing system, or the id of a record, to its alphabet.
// They are kept and logged in the clear, so a card number among them is worse than in a field.
func checkReference(field, s string) error {
	if s == "" {
		return invalid(codeRequired, field)
	}
	if len(s) > maxReference || s == "." || s == ".." { // in an address these mean another place
		return invalid(codeBadReference, field)
	}
	for i := range len(s) {
		if !isReferenceByte(s[i]) {
			return invalid(codeBadReference, field)
		}
	}
	if holdsCardNumber(s) {
		return invalid(codeCardData, field)
	}
	return nil
}

func isReferenceByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '.' || c == '_' || c == ':' || c == '-'
}

// checkText holds a value to valid UTF-8 of at most limit characters without control characters,
// line breaks and tabs apart.
func checkText(field, s string, limit int) error {
	if !utf8.ValidString(s) {
		return invalid(codeBadUTF8, field)
	}
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		return invalid(codeTooLong, field, "max", limit)
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return invalid(codeControlCharacter, field)
		}
	}
	return nil
}

// checkLine is checkText for what must be one line.
func checkLine(field, s string, limit int) error {
	if strings.ContainsAny(s, "\n\r\t") {
		return invalid(codeControlCharacter, field)
	}
	return checkText(field, s, limit)
}

// checkTime keeps the years to those in which a bill can have been written, or will be.
func checkTime(field string, t time.Time) error {
	if y := t.UTC().Year(); y < 1900 || y > 2199 {
		return invalid(codeTimeRange, field)
	}
	return nil
}

// ParseTime reads a time as records have it: RFC 3339, to the millisecond, from the year 1900 to 2199. Errors name the field.
func ParseTime(field, s string) (time.Time, error) { return parseTime(field, s) }

// parseTime reads an RFC 3339 time to the millisecond, which is what a store keeps.
func parseTime(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, invalid(codeRequired, field)
	}
	var t time.Time
	// UnmarshalText is stricter than time.Parse: it refuses commas and one-digit hours.
	if err := t.UnmarshalText([]byte(s)); err != nil {
		return time.Time{}, invalid(codeBadTime, field)
	}
	return toMillisecond(t), checkTime(field, t)
}

func toMillisecond(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// checkSource holds a source to a short line. One that the data map does not name is kept, and
// shown as it came: billing systems name themselves.
func checkSource(s string) error {
	if s == "" {
		return invalid(codeRequired, "source")
	}
	if err := checkLine("source", s, maxLabel); err != nil {
		return err
	}
	if holdsCardNumber(s) {
		return invalid(codeCardData, "source")
	}
	return nil
}

// checkCategory finds out whether the data map declares the category.
func (in rules) checkCategory(key string) error {
	if key == "" {
		return invalid(codeRequired, "category")
	}
	if _, ok := in.declared.Category(key); !ok {
		return invalid(codeUndeclaredCategory, "category")
	}
	return nil
}

// nameable says whether a name that was sent may be named in an error: it must look like a name,
// for it could be anything, a card number included.
func nameable(name string) bool {
	if name == "" || len(name) > 64 {
		return false
	}
	digits := 0
	for i := range len(name) {
		c := name[i]
		if !isReferenceByte(c) {
			return false
		}
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return digits <= 4
}

// under gives the caller's notation for a member: fields.total. What cannot be named is not.
func under(parent, name string) string {
	switch {
	case !nameable(name):
		if parent == "" {
			return "members"
		}
		return parent
	case parent == "":
		return name
	}
	return parent + "." + name
}
