package access

import (
	"context"

	"candor/models"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// The types of what is looked at, as the log names them.
const (
	AboutProfile  = "profile"
	AboutCategory = "category"
	AboutRecord   = "record"
	AboutDocument = "document"
	AboutField    = "field"
	AboutRequest  = "request"
	// AboutEntry is an entry of the log, its number the key; models/shown looks at them.
	AboutEntry = "entry"
)

var profile = ledger.About{Type: AboutProfile, Key: models.ProfileID}

// Overview is what is held about a customer, without any of it.
type Overview struct {
	LookUp   LookUp
	Customer models.Customer
	// Name is masked.
	Name     string
	Held     []billing.Holding
	Consents []consent.PurposeState
	History  []sequencer.Result // newest first
}

// historyShown is how many entries an overview goes back.
const historyShown = 30

// view gives a look-up once the log says what is looked at through it. Whatever is given to a caller comes after it.
func (s *Service) view(ctx context.Context, by By, id string, what ledger.About, more ...string) (LookUp, error) {
	l, err := s.use(ctx, by, id)
	if err != nil {
		return LookUp{}, err
	}
	if _, err := s.note(ctx, l, by, ledger.AccessViewed, what, s.eventOf(l, what, more...)); err != nil {
		return LookUp{}, err
	}
	return l, nil
}

// Overview says what is held, where they stand, and what happened, in a language.
func (s *Service) Overview(ctx context.Context, by By, id, language string) (Overview, error) {
	l, err := s.view(ctx, by, id, profile)
	if err != nil {
		return Overview{}, err
	}
	p, err := s.cfg.Profiles.Customer(ctx, l.Customer)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{LookUp: l, Customer: p.Customer, Name: Initials(p.Name)}
	if o.Held, err = s.cfg.Profiles.Held(ctx, l.Customer); err != nil {
		return Overview{}, err
	}
	if o.Consents, err = s.cfg.Consents.Purposes(ctx, l.Customer, language); err != nil {
		return Overview{}, err
	}
	o.History, err = s.cfg.Log.History(ctx, l.Customer, historyShown)
	return o, models.Wrap("read history", err)
}

// Record is a record with every personal value masked.
type Record struct {
	models.Record // its Fields are as they may be shown

	// Masked are the fields whose values are not what Fields say.
	Masked map[string]bool
}

// CategoryPage is a page of records of one category.
type CategoryPage struct {
	LookUp   LookUp
	Category *datamap.Category
	Records  []Record
	Files    []billing.File
	Next     string // cursor of the page after; empty at the end
}

// recordsPerPage is how many records a page has.
const recordsPerPage = 25

// ErrUnknownCategory: the data map has no such category.
var ErrUnknownCategory = models.Fail(models.NotFound, "unknown_category")

// Category gives records of a category, newest first, masked.
func (s *Service) Category(ctx context.Context, by By, id, category, cursor string) (CategoryPage, error) {
	c, ok := s.cfg.Map.Current().Category(category)
	if !ok {
		return CategoryPage{}, ErrUnknownCategory
	}
	l, err := s.view(ctx, by, id, ledger.About{Type: AboutCategory, Key: category}, cursor)
	if err != nil {
		return CategoryPage{}, err
	}
	page, err := s.cfg.Profiles.Page(ctx, billing.Query{Customer: l.Customer, Category: category, Cursor: cursor, Limit: recordsPerPage})
	if err != nil {
		return CategoryPage{}, err
	}
	out := CategoryPage{LookUp: l, Category: c, Files: page.Files, Next: page.Next}
	for _, r := range page.Records {
		out.Records = append(out.Records, masked(c, r))
	}
	return out, nil
}

// Viewed is one record.
type Viewed struct {
	LookUp   LookUp
	Category *datamap.Category
	Record   Record
}

// Record gives one, masked.
func (s *Service) Record(ctx context.Context, by By, id, category, record string) (Viewed, error) {
	return s.record(ctx, by, id, category, record, ledger.About{Type: AboutRecord, Key: category, Part: record})
}

// record reads a record before it notes that somebody sees it, so that the log names no record that is not there; the
// caller is given it afterwards.
func (s *Service) record(ctx context.Context, by By, id, category, record string, what ledger.About) (Viewed, error) {
	l, err := s.use(ctx, by, id)
	if err != nil {
		return Viewed{}, err
	}
	c, ok := s.cfg.Map.Current().Category(category)
	if !ok {
		return Viewed{}, ErrUnknownCategory
	}
	r, err := s.cfg.Profiles.Record(ctx, l.Customer, category, record)
	if err != nil {
		return Viewed{}, err
	}
	if _, err := s.note(ctx, l, by, ledger.AccessViewed, what, s.eventOf(l, what)); err != nil {
		return Viewed{}, err
	}
	return Viewed{LookUp: l, Category: c, Record: masked(c, r)}, nil
}

// ErrUnknownField: the record has no such value.
var ErrUnknownField = models.Fail(models.NotFound, "unknown_field")

// Unmask gives a record with one of its values as it is. Each time is an entry.
func (s *Service) Unmask(ctx context.Context, by By, id, category, record, field string) (Viewed, error) {
	l, err := s.use(ctx, by, id)
	if err != nil {
		return Viewed{}, err
	}
	c, ok := s.cfg.Map.Current().Category(category)
	if !ok {
		return Viewed{}, ErrUnknownCategory
	}
	if _, ok := c.Field(field); !ok {
		return Viewed{}, ErrUnknownField
	}
	r, err := s.cfg.Profiles.Record(ctx, l.Customer, category, record)
	if err != nil {
		return Viewed{}, err
	}
	value, held := r.Fields[field]
	if !held {
		return Viewed{}, ErrUnknownField
	}
	about := ledger.About{Type: AboutField, Key: category, Part: record + " " + field}
	if _, err := s.note(ctx, l, by, ledger.AccessViewed, about, ledger.EventID{}); err != nil {
		return Viewed{}, err
	}
	shown := masked(c, r)
	shown.Fields[field] = value
	delete(shown.Masked, field)
	return Viewed{LookUp: l, Category: c, Record: shown}, nil
}

// Document gives a file of a record. Each time is an entry.
func (s *Service) Document(ctx context.Context, by By, id, category, record, name string) (models.Document, error) {
	l, err := s.use(ctx, by, id)
	if err != nil {
		return models.Document{}, err
	}
	d, err := s.cfg.Profiles.Document(ctx, l.Customer, category, record, name)
	if err != nil {
		return models.Document{}, err
	}
	about := ledger.About{Type: AboutDocument, Key: category, Part: record + " " + name}
	if _, err := s.note(ctx, l, by, ledger.AccessViewed, about, ledger.EventID{}); err != nil {
		return models.Document{}, err
	}
	return d, nil
}
