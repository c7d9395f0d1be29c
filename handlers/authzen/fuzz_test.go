package authzen

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzQuestion reads whatever it is given, and holds what it reads against encoding/json.
func FuzzQuestion(f *testing.F) {
	for _, seed := range []string{
		`{"subject":{"type":"a","id":"b"},"action":{"name":"c"},"resource":{"type":"customer","id":"d","properties":{"category":"e"}}}`,
		`{ "evaluations" : [ { } , 1 , "\"]}" ] , "options" : { "evaluations_semantic" : "execute_all" } }`,
		`{"subject":{"type":"\u0061","id":"\\"},"x":[[[{}]]],"y":-1.5e+3,"z":null}`, `[]`, `"`, `{"a":1`, ``, ` 1 `,
	} {
		f.Add([]byte(seed))
	}
	for _, seed := range []string{ // what is JSON, and what only looks like it
		`[0, -0, 0.5, 1e5, 1E-7, 10.01e+2]`, `00`, `01`, `-`, `+1`, `.5`, `1.`, `1e`, `1e+`, `0x1`, `- 1`, `1 2`,
		`[true,false,null]`, `tru`, `truex`, `nil`, `[,1]`, `[1,]`, `[1,,2]`, `[1 2]`, `[1}`, `[[],{},[[]],{"a":[{}]}]`,
		`{"a":1]`, `{,}`, `{"a":1,}`, `{"a"}`, `{"a",1}`, `{1:1}`, `{"a":}`, `{"a" : 1}`,
		`"\"\\\/\b\f\n\r\t\u00e9\uD800"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\`, `"\"`,
		"\"\t\"", "\"\x7f\"", "\"\x00\"", "\x00", "1\x00", "\v1", "\ufeff1",
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
		strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := reader{text: string(raw)}
		r.value()
		if r.end(); r.broken == json.Valid(raw) {
			t.Fatalf("broken %t: %q", r.broken, raw)
		}
		tup := tuple{kind: evaluations}
		if !utf8.Valid(raw) || tup.read(string(raw)) != nil {
			return
		}
		var members map[string]json.RawMessage
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &members); err != nil {
			t.Fatal(err)
		}
		if list, ok := members["evaluations"]; ok {
			if err := json.Unmarshal(list, &items); err != nil || min(len(items), maxEvaluations+1) != len(tup.evaluations) {
				t.Errorf("%d elements, %v; want %d", len(tup.evaluations), err, len(items))
			}
		}
		_, _ = semantic(tup.options)
		q, err := tup.question(&tuple{})
		if err != nil {
			return
		}
		var want struct {
			Action   struct{ Name string }
			Resource struct {
				Type, ID   string
				Properties map[string]any
			}
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			return // a member of another case, which encoding/json takes for the same
		}
		if want.Action.Name != q.Action.Name || want.Resource.ID != q.Resource.ID {
			t.Errorf("read %+v from %s", q, raw)
		}
	})
}
