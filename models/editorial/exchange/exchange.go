package exchange

import (
	"maps"
	"slices"
	"strings"

	"candor/models"
	"candor/models/editorial"
)

// Limits of files that are read, in bytes and units.
const (
	MaxFile  = 4 << 20
	maxUnits = 2000
)

// State is where a translation stands.
type State string

// The states.
const (
	New        State = "new"        // there is no translation yet
	Stale      State = "stale"      // its source has changed since
	Translated State = "translated" // it is up to date
)

// Unit is one text to be translated.
type Unit struct {
	// ID is the part without its language: "body".
	ID     string `json:"id"`
	State  State  `json:"state"`
	Source string `json:"source"`
	Target string `json:"target"`
	// Note is for the translator.
	Note string `json:"note,omitempty"`
}

// File is what a translator is given: a version of a text in its source language and in another.
type File struct {
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Version  int    `json:"version"`
	Revision int    `json:"revision"` // that was taken out, and that what comes back is based on
	Source   string `json:"source_language"`
	Target   string `json:"target_language"`
	Units    []Unit `json:"units"`
}

// Export takes a version out for translation from one language into another. Parts are named LANGUAGE/FIELD; fields come
// in the order given, others after them.
func Export(d editorial.Document, source, target string, fields []string) File {
	f := File{Kind: d.Kind, Key: d.Key, Version: d.Version, Revision: d.Revision, Source: source, Target: target}
	rest := map[string]bool{}
	for part := range d.Content {
		if field, ok := strings.CutPrefix(part, source+"/"); ok && !slices.Contains(fields, field) {
			rest[field] = true
		}
	}
	for _, field := range slices.Concat(fields, slices.Sorted(maps.Keys(rest))) {
		from, to := source+"/"+field, target+"/"+field
		u := Unit{ID: field, State: Translated, Source: d.Content[from], Target: d.Content[to], Note: note(field)}
		switch {
		case u.Source == "":
			continue
		case u.Target == "":
			u.State = New
		case d.Stale(to, from):
			u.State = Stale
		}
		f.Units = append(f.Units, u)
	}
	return f
}

// note tells translators what they cannot see. It is in English, as the source is.
func note(field string) string {
	switch field {
	case "body":
		return "Markdown: keep **bold**, lists and links as they are; no HTML. People read this before they decide."
	case "title":
		return "A heading; short, without a full stop."
	case "summary":
		return "One sentence, shown beside the choice."
	}
	return ""
}

// Changes are the texts that came back, by part, for editorial.Service.Save with the file's Revision. A unit without a
// target says nothing: whoever had no time for it takes nothing away.
func (f File) Changes() map[string]string {
	changes := map[string]string{}
	for _, u := range f.Units {
		if u.Target != "" {
			changes[f.Target+"/"+u.ID] = u.Target
		}
	}
	return changes
}

// Fits refuses a file that was taken out of another text, or that changes the source language.
func (f File) Fits(ref editorial.Ref, source string) error {
	if f.Kind != ref.Kind || f.Key != ref.Key || f.Version != ref.Version || f.Source != source || f.Target == source {
		return models.Fail(models.Invalid, "exchange_other").In("file")
	}
	return nil
}

// check refuses what no file of ours says.
func (f File) check() error {
	switch {
	case f.Kind == "" || f.Key == "" || f.Version < 1 || f.Revision < 1 || f.Source == "" || f.Target == "":
		return models.Fail(models.Invalid, "exchange_head").In("file")
	case len(f.Units) > maxUnits:
		return models.Fail(models.Invalid, "exchange_units", "max", maxUnits).In("file")
	}
	seen := map[string]bool{}
	for _, u := range f.Units {
		if u.ID == "" || strings.Contains(u.ID, "/") {
			return models.Fail(models.Invalid, "exchange_unit").In("unit " + u.ID)
		}
		if seen[u.ID] {
			return models.Fail(models.Invalid, "exchange_twice").In("unit " + u.ID)
		}
		seen[u.ID] = true
	}
	return nil
}
