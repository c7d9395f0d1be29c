package frontend

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shared are groups of messages that others use as well.
var shared = []string{"archive", "error", "problem", "api"}

// TestEveryMessageIsUsed: what pages do not say is not translated into six languages.
func TestEveryMessageIsUsed(t *testing.T) {
	catalogue, err := os.ReadFile(filepath.Join("..", "i18n", "en.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	source := sources(t)
	literals, prefixes := map[string]bool{}, []string{}
	for _, m := range regexp.MustCompile(`"([a-z_]+\.[a-z_.0-9]+)"`).FindAllStringSubmatch(source, -1) {
		literals[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`"([a-z_]+\.(?:[a-z_]+\.)*)"`).FindAllStringSubmatch(source, -1) {
		prefixes = append(prefixes, m[1])
	}
	for _, m := range regexp.MustCompile(`(?m)^([a-z0-9_.]+):`).FindAllStringSubmatch(string(catalogue), -1) {
		group, _, _ := strings.Cut(m[1], ".")
		known := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(m[1], p) })
		if !slices.Contains(shared, group) && !literals[m[1]] && !known {
			t.Errorf("message %s is said nowhere", m[1])
		}
	}
}

// sources is the text of all that can say a message on a page: templates, this package, the handlers of pages.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{".", filepath.Join("..", "handlers"), filepath.Join("..", "models")} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			ending := filepath.Ext(path)
			if err != nil || d.IsDir() || (ending != ".html" && ending != ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			all.Write(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
