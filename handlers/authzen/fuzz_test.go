package authzen

import (
	"encoding/json"
	"testing"
)

// FuzzQuestion walks whatever is valid JSON, and holds what it reads against encoding/json.
func FuzzQuestion(f *testing.F) {
	for _, seed := range []string{
		`{"subject":{"type":"a","id":"b"},"action":{"name":"c"},"resource":{"type":"customer","id":"d","properties":{"category":"e"}}}`,
		`{ "evaluations" : [ { } , 1 , "\"]}" ] , "options" : { "evaluations_semantic" : "execute_all" } }`,
		`{"subject":{"type":"\u0061","id":"\\"},"x":[[[{}]]],"y":-1.5e+3,"z":null}`, `[]`, `"`, `{"a":1`, ``, ` 1 `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if check(raw) != nil {
			return
		}
		var tup tuple
		if tup.read(raw) != nil {
			return
		}
		items, err := elements(tup.evaluations)
		if err == nil && tup.evaluations != nil {
			var want []json.RawMessage
			if err := json.Unmarshal(tup.evaluations, &want); err != nil || len(want) != len(items) {
				t.Errorf("%d elements, %v; want %d", len(items), err, len(want))
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
		if want.Action.Name != q.purpose || want.Resource.ID != q.customer {
			t.Errorf("read %+v from %s", q, raw)
		}
	})
}
