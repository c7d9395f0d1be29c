package training

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/goccy/go-yaml"
)

// file is a requirement as an operator's reviewed file has it, with all its versions.
type file struct {
	Key      string `json:"key"`
	Versions []struct {
		Version int `json:"version"`
		Requirement
	} `json:"versions"`
}

// ReadFiles reads a folder of requirements, one a file, named KEY.yaml; none if there is no folder. The versions of each
// come in order. Every text must be there in the languages given.
func ReadFiles(folder fs.FS, languages []string) ([]Requirement, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read requirements: %w", err)
	}
	var out []Requirement
	for _, name := range names {
		read, err := readFile(folder, name, languages)
		if err != nil {
			return nil, fmt.Errorf("read requirements: %s: %w", name, err)
		}
		out = append(out, read...)
	}
	return out, nil
}

func readFile(folder fs.FS, name string, languages []string) ([]Requirement, error) {
	raw, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	if raw, err = yaml.YAMLToJSON(raw); err != nil {
		return nil, err
	}
	var f file
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	if f.Key+".yaml" != path.Base(name) || !ValidKey(f.Key) {
		return nil, fmt.Errorf("its key is %q; name the file after it, in lower-case letters, digits and _", f.Key)
	}
	out := make([]Requirement, 0, len(f.Versions))
	for i, v := range f.Versions {
		if v.Version != i+1 {
			return nil, fmt.Errorf("version %d comes where %d is due", v.Version, i+1)
		}
		r := v.Requirement
		r.Key, r.Version, r.EffectiveAt = f.Key, v.Version, r.EffectiveAt.UTC()
		slices.Sort(r.Roles)
		if r.EffectiveAt.IsZero() {
			return nil, fmt.Errorf("version %d: effective_at is missing", v.Version)
		}
		if err := r.checked(languages); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
