// Package operators owns three invented companies for the demo: their data maps, their notices, and what they ask of
// their staff.
package operators

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed utility saas telecom requirements
var files embed.FS

// Names are the operators there are.
func Names() []string { return []string{"utility", "saas", "telecom"} }

// Open returns an operator's files: datamap.yaml, notices/*.yaml and requirements/*.yaml, which all three share. The error of an unknown name names those there are.
func Open(name string) (fs.FS, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("there is no operator %q: choose one of %s", name, strings.Join(Names(), ", "))
	}
	own, err := fs.Sub(files, name)
	return shared{own}, err
}

// shared adds to an operator's own files what all of them ask of their staff.
type shared struct{ own fs.FS }

// Open is that of fs.FS.
func (s shared) Open(name string) (fs.File, error) {
	if name == requirements || strings.HasPrefix(name, requirements+"/") {
		return files.Open(name)
	}
	return s.own.Open(name)
}

const requirements = "requirements"
