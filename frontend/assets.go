package frontend

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed templates assets
var files embed.FS

// assetTypes are the kinds of file that are served, by their name's ending.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

type asset struct {
	content     []byte
	contentType string
}

// assets are the files that pages refer to, by the path they are served at.
type assets struct {
	byPath map[string]asset
	// paths finds the path of a file by its name: style.css → /assets/style-0123456789ab.css.
	paths map[string]string
}

// loadAssets takes the embedded files and makes those that follow from the brand.
func loadAssets(brand Brand) (assets, error) {
	a := assets{byPath: map[string]asset{}, paths: map[string]string{}}
	names, err := fs.Glob(files, "assets/*")
	if err != nil {
		return a, fmt.Errorf("list: %w", err)
	}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			return a, fmt.Errorf("read: %w", err)
		}
		if err := a.add(path.Base(name), content); err != nil {
			return a, err
		}
	}
	if len(brand.LogoSVG) > 0 {
		if err := a.add("logo.svg", brand.LogoSVG); err != nil {
			return a, err
		}
	}
	return a, a.add("brand.css", fmt.Appendf(nil,
		":root{--accent:%[1]s;--accent:light-dark(%[1]s,%[2]s)}\n", brand.AccentLight, brand.AccentDark))
}

func (a assets) add(name string, content []byte) error {
	ending := path.Ext(name)
	contentType, ok := assetTypes[ending]
	if !ok {
		return fmt.Errorf("%s: no content type is known for %q", name, ending)
	}
	if ending == ".js" {
		var err error
		if content, err = a.link(name, content); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(content)
	served := "/assets/" + strings.TrimSuffix(name, ending) + "-" + hex.EncodeToString(sum[:6]) + ending
	a.byPath[served] = asset{content: content, contentType: contentType}
	a.paths[name] = served
	return nil
}

// link makes a script import others by the paths they are served at.
func (a assets) link(name string, script []byte) ([]byte, error) {
	for imported, served := range a.paths {
		script = bytes.ReplaceAll(script, []byte("'./"+imported+"'"), []byte("'"+served+"'"))
	}
	if bytes.Contains(script, []byte("'./")) {
		return nil, fmt.Errorf("%s: imports a script that comes after it in the alphabet", name)
	}
	return script, nil
}

// path is where an asset is served; a template that names a missing one fails.
func (a assets) path(name string) (string, error) {
	served, ok := a.paths[name]
	if !ok {
		return "", fmt.Errorf("no asset is named %q", name)
	}
	return served, nil
}
