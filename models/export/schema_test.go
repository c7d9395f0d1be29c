package export

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"candor/models/consent"
)

// schemaOf is the schema that describes a JSON file of the archive.
func schemaOf(name string) string {
	if kind, ok := strings.CutPrefix(name, "data/"); ok {
		return "schema/data/" + strings.TrimSuffix(kind, ".json") + ".schema.json"
	}
	return map[string]string{
		"manifest.json": "schema/manifest.schema.json", "processing.json": "schema/processing.schema.json",
		"consents/log.jsonl": "schema/evidence.schema.json", "consents/keys.jsonl": "schema/evidence.schema.json",
		"consents/jwks.json": "schema/jwks.schema.json", "consents/notices.json": "schema/notices.schema.json",
		"consents/shown/index.json": "schema/shown.schema.json",
	}[name]
}

// Every JSON file of an archive is as the schema in the archive says.
func TestFilesKeepToTheirSchemas(t *testing.T) {
	r := newRig(t)
	r.choose(ada, "usage_analytics", consent.Give)
	for _, request := range []Request{{Customer: ada}, {Customer: bo, Categories: []string{"tax", "invoices"}, From: r.Time().AddDate(-3, 0, 0), To: r.Time()}, {Customer: nemo}} {
		u := r.write(request)
		files := 0
		for name, content := range u.files {
			if strings.HasPrefix(name, "schema/") || !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".jsonl") {
				continue
			}
			files++
			schema := u.schema(schemaOf(name))
			for _, document := range documentsOf(name, content) {
				if err := schema.Validate(parsed(t, document)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if files < 8 {
			t.Errorf("only %d files were looked at", files)
		}
	}
}

// The schemas refuse what is not so: they say more than that it is JSON.
func TestSchemasRefuse(t *testing.T) {
	r := newRig(t)
	r.choose(ada, "usage_analytics", consent.Give)
	u := r.write(Request{Customer: ada})
	for name, edit := range map[string][2]string{
		"data/usage_detail.json": {`"unit":"kWh"`, `"unit":7`},
		"data/invoices.json":     {`"category":"invoices"`, `"category":"tax"`},
		"manifest.json":          {`"bytes":`, `"size":`},
		"processing.json":        {`"legal_bases"`, `"bases"`},
		"consents/log.jsonl":     {`"salt":"`, `"salt":"=`},
		"consents/jwks.json":     {`"Ed25519"`, `"P-256"`},
		"consents/notices.json":  {`"version": 1`, `"version": 0`},
	} {
		content := bytes.Replace(u.file(name), []byte(edit[0]), []byte(edit[1]), 1)
		if bytes.Equal(content, u.file(name)) {
			t.Errorf("%s: nothing was edited", name)
		}
		if u.schema(schemaOf(name)).Validate(parsed(t, documentsOf(name, content)[0])) == nil {
			t.Errorf("%s: the schema lets %s pass", name, edit[1])
		}
	}
}

func documentsOf(name string, content []byte) [][]byte {
	if strings.HasSuffix(name, ".jsonl") {
		return slices.Collect(bytes.Lines(content))
	}
	return [][]byte{content}
}

func parsed(t *testing.T, document []byte) any {
	t.Helper()
	return must[any](t)(jsonschema.UnmarshalJSON(bytes.NewReader(document)))
}

func (u *unzipped) schema(name string) *jsonschema.Schema {
	u.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	check(u, c.AddResource(name, must[any](u)(jsonschema.UnmarshalJSON(bytes.NewReader(u.file(name))))))
	return must[*jsonschema.Schema](u)(c.Compile(name))
}
