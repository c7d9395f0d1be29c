package connector

import "strings"

// ID makes the id under which a thing is known here, of its type and the other system's id.
func ID(kind, id string) string { return kind + ":" + id }

// KindOf is the type of thing that an id names.
func KindOf(id string) string { kind, _, _ := strings.Cut(id, ":"); return kind }

// OutsideID is the other system's id of it.
func OutsideID(id string) string { _, outside, _ := strings.Cut(id, ":"); return outside }
