package billing

import (
	"context"
	"errors"
	"mime"
	"strings"
	"unicode/utf8"

	"candor/models"
	"candor/models/store"
)

// PutDocument writes a file of a record that exists, replacing one of the same name. The data map
// must let records of the category have documents.
func (s *Service) PutDocument(ctx context.Context, d models.Document) error {
	if err := checkReference("customer", d.Customer); err != nil {
		return err
	}
	in := s.rules()
	if err := in.checkCategory(d.Category); err != nil {
		return err
	}
	if err := checkReference("id", d.Record); err != nil {
		return err
	}
	if err := in.checkDocument(&d, ""); err != nil {
		return err
	}
	if err := s.known(ctx, d.Customer); err != nil {
		return err
	}
	return s.putDocuments(ctx, []models.Document{d})
}

func (s *Service) putDocuments(ctx context.Context, documents []models.Document) error {
	sealed := make([]store.Document, 0, len(documents))
	for _, d := range documents {
		one, err := s.sealDocument(ctx, d)
		if err != nil {
			return err
		}
		sealed = append(sealed, one)
	}
	err := s.records.PutDocuments(ctx, sealed)
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknownRecord
	}
	return models.Wrap("put documents", err)
}

// checkDocument validates a file, found at a place of an import line or of no place, and brings
// its media type to the plain form.
func (in rules) checkDocument(d *models.Document, at string) error {
	if c, _ := in.declared.Category(d.Category); !c.Documents {
		return invalid(codeDocumentsUndeclared, "category")
	}
	if err := checkFileName(under(at, "name"), d.Name); err != nil {
		return err
	}
	media, _, err := mime.ParseMediaType(d.MediaType)
	if err != nil || !strings.Contains(media, "/") || len(media) > 100 {
		return invalid(codeBadMediaType, under(at, "media_type"))
	}
	d.MediaType = media
	if len(d.Content) > models.MaxDocument {
		return tooLarge(under(at, "content"))
	}
	if len(d.Content) == 0 {
		return invalid(codeRequired, under(at, "content"))
	}
	return nil
}

func tooLarge(field string) error {
	return models.Fail(models.TooLarge, codeDocumentTooLarge, "field", field, "max", models.MaxDocument).In(field)
}

// checkFileName lets through what is a file's name in an archive on any system.
func checkFileName(field, name string) error {
	if name == "" {
		return invalid(codeRequired, field)
	}
	if err := checkLine(field, name, maxLabel); err != nil {
		return err
	}
	if !utf8.ValidString(name) || strings.ContainsAny(name, `/\:*?"<>|`) || strings.HasPrefix(name, ".") ||
		strings.HasSuffix(name, ".") || strings.TrimSpace(name) != name {
		return invalid(codeBadFileName, field)
	}
	if holdsCardNumber(name) {
		return invalid(codeCardData, field)
	}
	return nil
}

// Document gives a file, or ErrUnknownDocument.
func (s *Service) Document(ctx context.Context, customer, category, record, name string) (models.Document, error) {
	kept, err := s.records.Document(ctx, store.RecordKey{Customer: customer, Category: category, ID: record}, name)
	if errors.Is(err, store.ErrNotFound) {
		return models.Document{}, ErrUnknownDocument
	}
	if err != nil {
		return models.Document{}, models.Wrap("find document", err)
	}
	d := models.Document{Customer: customer, Category: category, Record: record, Name: kept.Name, MediaType: kept.MediaType}
	d.Content, err = s.ring.Open(ctx, store.Scope{Customer: customer, Name: category}, kept.Sealed, documentAAD(d))
	return d, models.Wrap("open document", err)
}
