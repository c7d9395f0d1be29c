package notice

import (
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/goccy/go-yaml"
)

// file is a notice as an operator's reviewed file has it, with all its versions.
type file struct {
	Key      string `yaml:"key"`
	Versions []struct {
		Version     int       `yaml:"version"`
		EffectiveAt time.Time `yaml:"effective_at"`
		Material    bool      `yaml:"material"`
		Effect      Effect    `yaml:"effect"`
		InvalidFrom time.Time `yaml:"invalid_from"`
		Texts       map[string]struct {
			Title   string `yaml:"title"`
			Summary string `yaml:"summary"`
			Body    string `yaml:"body"`
		} `yaml:"texts"`
	} `yaml:"versions"`
}

// ReadFiles reads a folder of notice files, one notice a file, named KEY.yaml. The versions of each
// come in order. Every text must be there in the languages given.
func ReadFiles(folder fs.FS, languages []string) ([]Notice, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	var notices []Notice
	for _, name := range names {
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read notices: %w", err)
		}
		var f file
		if err := yaml.UnmarshalWithOptions(raw, &f, yaml.DisallowUnknownField()); err != nil {
			return nil, fmt.Errorf("read notices: %s: %w", name, err)
		}
		if f.Key+".yaml" != path.Base(name) {
			return nil, fmt.Errorf("read notices: %s: its key is %q; name the file after it", name, f.Key)
		}
		versions, err := f.notices(languages)
		if err != nil {
			return nil, fmt.Errorf("read notices: %s: %w", name, err)
		}
		notices = append(notices, versions...)
	}
	return notices, nil
}

func (f file) notices(languages []string) ([]Notice, error) {
	out := make([]Notice, 0, len(f.Versions))
	for i, v := range f.Versions {
		if v.Version != i+1 {
			return nil, fmt.Errorf("version %d comes where %d is due", v.Version, i+1)
		}
		if err := checkEffect(v.Effect, v.InvalidFrom); err != nil {
			return nil, fmt.Errorf("version %d: %w", v.Version, err)
		}
		n := Notice{
			Key: f.Key, Version: v.Version, EffectiveAt: v.EffectiveAt.UTC(), Material: v.Material,
			Effect: v.Effect, InvalidFrom: v.InvalidFrom.UTC(), Texts: map[string]Text{},
		}
		for tag, t := range v.Texts {
			if t.Title == "" || t.Summary == "" || t.Body == "" {
				return nil, fmt.Errorf("version %d, %s: title, summary and body must all be there", v.Version, tag)
			}
			n.Texts[tag] = Text{Title: t.Title, Summary: t.Summary, Body: t.Body}
		}
		for _, tag := range languages {
			if _, ok := n.Texts[tag]; !ok {
				return nil, fmt.Errorf("version %d: there is no text in %q", v.Version, tag)
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// checkEffect refuses an effect that there is not, and a date on which nothing ends.
func checkEffect(e Effect, invalidFrom time.Time) error {
	switch {
	case e != Keep && e != Ask && e != Invalidate:
		return fmt.Errorf("effect %q is none of %q, %q and, for consents that stand, nothing", e, Ask, Invalidate)
	case e != Invalidate && !invalidFrom.IsZero():
		return fmt.Errorf("invalid_from is there, and effect is not %q", Invalidate)
	}
	return nil
}
