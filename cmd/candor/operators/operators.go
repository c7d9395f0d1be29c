// Package operators owns three invented companies for the demo: their data maps and their notices.
package operators

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed utility saas telecom
var files embed.FS

// Names are the operators there are.
func Names() []string { return []string{"utility", "saas", "telecom"} }

// Open returns an operator's files: datamap.yaml and notices/*.yaml. The error of an unknown name names those there are.
func Open(name string) (fs.FS, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("there is no operator %q: choose one of %s", name, strings.Join(Names(), ", "))
	}
	return fs.Sub(files, name)
}
