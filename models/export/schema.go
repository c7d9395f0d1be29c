package export

import (
	"embed"
	"fmt"
	"io/fs"

	"candor/models/datamap"
)

//go:embed schema/*.json
var schemas embed.FS

// draft is the dialect of every schema.
const draft = "https://json-schema.org/draft/2020-12/schema"

// writeSchemas writes schema/: what does not depend on the data map as it is, and one schema for each
// category, in which a program finds what every field means.
func (a *archive) writeSchemas() error {
	names, err := fs.Glob(schemas, "schema/*.json")
	if err != nil {
		return fmt.Errorf("list schemas: %w", err)
	}
	for _, name := range names {
		content, err := schemas.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read schema: %w", err)
		}
		if err := a.bundle.put(name, "application/schema+json", "", content); err != nil {
			return err
		}
	}
	for _, t := range a.tables {
		if err := a.putJSON("schema/data/"+t.category.Key+".schema.json", a.schema(t)); err != nil {
			return err
		}
	}
	return nil
}

// object is the part of JSON Schema that categories need.
type object struct {
	Schema      string            `json:"$schema,omitempty"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Type        string            `json:"type,omitempty"`
	Const       string            `json:"const,omitempty"`
	Format      string            `json:"format,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	Items       *object           `json:"items,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Properties  map[string]object `json:"properties,omitempty"`
	// Additional says what other members may be; nil is anything.
	Additional any `json:"additionalProperties,omitempty"`
}

func (a *archive) schema(t *table) object {
	text := object{Type: "string"}
	fields := object{Type: "object", Properties: map[string]object{}, Additional: text}
	for i := range t.category.Fields {
		f := &t.category.Fields[i]
		fields.Properties[f.Key] = a.fieldSchema(f)
	}
	record := object{
		Type: "object", Additional: false, Required: []string{"id", "occurred_at", "source", "fields"},
		Properties: map[string]object{
			"id": text, "occurred_at": {Type: "string", Format: "date-time"}, "source": text, "fields": fields,
			"withheld": {Type: "array", Items: &text},
			"documents": {Type: "array", Items: &object{
				Type: "object", Additional: false, Required: []string{"name", "path"},
				Properties: map[string]object{"name": text, "path": text},
			}},
		},
	}
	return object{
		Schema: draft, Title: t.label, Description: t.category.What.In(a.words.Tag()),
		Type: "object", Additional: false, Required: []string{"category", "label", "records"},
		Properties: map[string]object{
			"category": {Const: t.category.Key}, "label": text, "records": {Type: "array", Items: &record},
		},
	}
}

// fieldSchema describes a field. Values are strings as the billing system sent them; only what is
// certain of a kind is demanded.
func (a *archive) fieldSchema(f *datamap.Field) object {
	o := object{Type: "string", Title: f.Label.In(a.words.Tag())}
	switch f.Kind {
	case datamap.MoneyField:
		o.Description = "minor units of the record's currency (ISO 4217)"
	case datamap.QuantityField:
		o.Description = "a decimal number of the record's unit"
	case datamap.DateField:
		o.Description = "a day, YYYY-MM-DD"
	case datamap.TimeField:
		o.Description = "a time, RFC 3339"
	case datamap.CountryField:
		o.Description = "ISO 3166-1"
	}
	return o
}
