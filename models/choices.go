package models

import (
	"bytes"
	"encoding/json"
	"slices"
)

// ReadChoices reads what Choices' MarshalJSON wrote: all of it, or of the purposes named only, and passes over the rest.
// Who looks at a million customers for one purpose reads little else.
func ReadChoices(written []byte, purposes ...string) (Choices, error) {
	if len(purposes) > 0 {
		if some, ok := readSome(written, purposes); ok {
			return some, nil
		}
	}
	var all Choices
	if err := json.Unmarshal(written, &all); err != nil {
		return nil, err
	}
	if len(purposes) > 0 {
		all = slices.DeleteFunc(all, func(c Choice) bool { return !slices.Contains(purposes, c.Purpose) })
	}
	return all, nil
}

// readSome reads some choices out of an object as encoding/json writes it, and gives up on anything else. Its members are
// in order of their names.
func readSome(written []byte, purposes []string) (some Choices, ok bool) {
	some = Choices{}
	if string(written) == "{}" {
		return some, true
	}
	if len(written) == 0 || written[0] != '{' {
		return nil, false
	}
	for rest := written[1:]; ; rest = rest[1:] {
		name := skipString(rest)
		if name == 0 || name == len(rest) || rest[name] != ':' || bytes.IndexByte(rest[:name], '\\') >= 0 {
			return nil, false
		}
		value := skipValue(rest[name+1:])
		if value == 0 {
			return nil, false
		}
		if i := slices.Index(purposes, string(rest[1:name-1])); i >= 0 {
			choice := Choice{Purpose: purposes[i]}
			if json.Unmarshal(rest[name+1:name+1+value], &choice) != nil {
				return nil, false
			}
			some = append(some, choice)
		}
		rest = rest[name+1+value:]
		if string(rest) == "}" {
			return some, true
		}
		if len(rest) < 2 || rest[0] != ',' {
			return nil, false
		}
	}
}

// skipString is the length of the JSON string that a text begins with; 0 if it begins with none.
func skipString(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return 0
	}
	for at := 1; ; at += 2 { // behind what is escaped
		n := bytes.IndexByte(text[at:], '"')
		if n < 0 {
			return 0
		}
		escape := bytes.IndexByte(text[at:at+n], '\\')
		if escape < 0 {
			return at + n + 1
		}
		if at += escape; at+2 > len(text) {
			return 0
		}
	}
}

// skipValue is the length of the JSON object that a text begins with; 0 if it begins with none.
func skipValue(text []byte) int {
	if len(text) == 0 || text[0] != '{' {
		return 0
	}
	for at, depth := 0, 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			n := skipString(text[at:])
			if n == 0 {
				return 0
			}
			at += n - 1
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return 0
}
