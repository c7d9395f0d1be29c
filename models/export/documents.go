package export

import (
	"context"
	"fmt"
	"strings"

	"candor/models"
)

// writeDocuments adds the files of a category's records as they were issued. One that was deleted
// since its record was read is left out.
func (a *archive) writeDocuments(ctx context.Context, t *table) error {
	for _, d := range t.documents {
		doc, err := a.Records.Document(ctx, a.customer.Ref, t.category.Key, d.record, d.name)
		if models.KindOf(err) == models.NotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("read a document: %w", err)
		}
		if err := a.bundle.put(d.path, doc.MediaType, t.category.Key, doc.Content); err != nil {
			return err
		}
	}
	return nil
}

// segment makes a name that every file system takes out of an id or a file name: what might mean
// something to one (a separator, a drive, a wildcard, a leading dot, a trailing dot or space) becomes
// an underscore.
func segment(name string) string {
	s := strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if strings.HasPrefix(s, ".") {
		s = "_" + s[1:]
	}
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, " ") {
		s = s[:len(s)-1] + "_"
	}
	stem, _, _ := strings.Cut(strings.ToLower(s), ".")
	if s == "" || reserved[stem] {
		s = "_" + s
	}
	return s
}

// reserved are the names that Windows keeps for devices, with any ending.
var reserved = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true,
	"com1": true, "com2": true, "com3": true, "com4": true, "com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}
