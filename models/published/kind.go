package published

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/notice"
)

// Notices are the published texts; *notice.Service is one.
type Notices interface {
	Current(key string) (notice.Notice, error)
}

// Records says of what anything is held; store.Data does.
type Records interface {
	Holds(ctx context.Context, category string) (bool, error)
}

// Drafts is the data map as a kind of what some write and somebody else approves: its parts are the map's elements, so that
// two people can edit different ones at once.
type Drafts struct {
	Maps    *Service
	Notices Notices
	Records Records
}

// Name is the kind's.
func (d *Drafts) Name() string { return editorial.KindDataMap }

// Permissions are what one needs to write and to approve a data map.
func (d *Drafts) Permissions() (write, approve auth.Permission) {
	return auth.WriteDataMap, auth.ApproveDataMap
}

// errKey: there is one data map.
var errKey = models.Fail(models.NotFound, "unknown_draft")

// Newest gives the map to begin with.
func (d *Drafts) Newest(_ context.Context, key string) (editorial.Base, error) {
	if key != Key {
		return editorial.Base{}, errKey
	}
	have := d.Maps.Versions()
	b := editorial.Base{Version: len(have)}
	if v := newest(have); v.Number > 0 {
		b.From, b.Content = v.Number, v.Map.Split()
	}
	return b, nil
}

// InForce is the number of the version in force at a time.
func (d *Drafts) InForce(_ context.Context, _ string, at time.Time) (int, error) {
	for _, v := range slices.Backward(d.Maps.Versions()) {
		if !v.Retired && !v.EffectiveAt.After(at) {
			return v.Number, nil
		}
	}
	return 0, nil
}

// Source names none: each element holds all its languages.
func (d *Drafts) Source(string) string { return "" }

// Part refuses what is no element.
func (d *Drafts) Part(part, text string) error { return datamap.CheckPart(part, text) }

// Check lists what is wrong with a map. Only what notices must still say can wait until it is approved.
func (d *Drafts) Check(ctx context.Context, doc editorial.Document) []editorial.Problem {
	problems, err := d.Problems(ctx, doc.Content)
	if err != nil {
		return []editorial.Problem{{Error: models.Fail(models.Unavailable, "store_unavailable").Because(err)}}
	}
	out := make([]editorial.Problem, len(problems))
	for i, p := range problems {
		out[i] = editorial.Problem{Error: p.In(p.Part), Early: p.Code != codeNoticeUnpublished}
	}
	return out
}

const (
	codeNoticeUnpublished = "map_notice_unpublished"
	codeCategoryHeld      = "map_category_held"
	codeFieldHeld         = "map_field_held"
)

// Problems lists what is wrong with a map, each with its place.
func (d *Drafts) Problems(ctx context.Context, content editorial.Content) (datamap.Problems, error) {
	m, problems := datamap.Join(content)
	problems = append(problems, m.Problems()...)
	problems = append(problems, d.unpublished(m)...)
	held, err := d.Held(ctx, m)
	return append(problems, held...), err
}

// unpublished are purposes about whose notice nobody could be told: none is in force.
func (d *Drafts) unpublished(m *datamap.Map) (out datamap.Problems) {
	for i := range m.Purposes {
		p := &m.Purposes[i]
		key := m.NoticeFor(p)
		if key == "" { // said already
			continue
		}
		if _, err := d.Notices.Current(key); err != nil {
			out = append(out, problem(datamap.Purposes+"/"+p.Key, "notice", codeNoticeUnpublished, "map.kind.purposes", label(p.Label, p.Key), "notice", key))
		}
	}
	return out
}

// Held are the categories and fields that a map declares no longer, and of which records are held, unless it says so.
func (d *Drafts) Held(ctx context.Context, m *datamap.Map) (out datamap.Problems, err error) {
	before := newest(d.Maps.Versions()).Map
	if before == nil {
		return nil, nil
	}
	for _, gone := range before.Gone(m) {
		if slices.Contains(m.Removed, gone) {
			continue
		}
		key, field, isField := strings.Cut(gone, ".")
		held, err := d.Records.Holds(ctx, key)
		if err != nil {
			return out, fmt.Errorf("look what is held of %s: %w", key, err)
		}
		if !held {
			continue
		}
		c, _ := before.Category(key)
		if isField {
			f, _ := c.Field(field)
			out = append(out, problem(datamap.Categories+"/"+key, "fields", codeFieldHeld, "map.kind.categories", label(c.Label, key),
				"field", label(f.Label, field), "key", gone))
			continue
		}
		out = append(out, problem(datamap.RemovedPart, "", codeCategoryHeld, "map.kind.categories", label(c.Label, key), "key", gone))
	}
	return out, nil
}

func problem(part, path, code, kind string, name datamap.Text, args ...any) datamap.Problem {
	all := append([]any{"kind", models.Term(kind), "name", name}, args...)
	place := strings.ReplaceAll(part, "/", ".")
	return datamap.Problem{Error: models.Fail(models.Invalid, code, all...).In(place), Part: part, Path: path}
}

func label(t datamap.Text, key string) datamap.Text {
	if t.In("en") == "" {
		return datamap.Text{"en": key}
	}
	return t
}

// Publish puts a version into force from its date on.
func (d *Drafts) Publish(ctx context.Context, doc editorial.Document) error {
	v, err := version(doc)
	if err != nil {
		return err
	}
	return d.Maps.Publish(ctx, v)
}

func version(doc editorial.Document) (Version, error) {
	m, problems := datamap.Join(doc.Content)
	if len(problems) > 0 {
		return Version{}, fmt.Errorf("publish data map: %w", problems)
	}
	if doc.Schedule == nil {
		return Version{}, errors.New("publish data map: it is not scheduled")
	}
	return Version{
		Version: datamap.Version{Number: doc.Version, EffectiveAt: doc.Schedule.EffectiveAt, Map: m}, From: FromWorkspace,
	}, nil
}

// Unpublish takes a version back. One that was not published yet is published and taken back, so that its number is never
// given to another.
func (d *Drafts) Unpublish(ctx context.Context, doc editorial.Document) error {
	v, err := version(doc)
	if err != nil {
		return err
	}
	if err := d.Maps.Publish(ctx, v); err != nil {
		return err
	}
	return d.Maps.Retire(ctx, v.Number)
}

// ErrUnsaid: what people agreed to changes its meaning, and the approver does not say what follows.
var ErrUnsaid = models.Fail(models.Invalid, "map_consequence_unsaid").In("note")

// CheckTerms refuses an approval that does not say what follows from a change of what consents rest on: that the meaning
// changes, and in words how people are told. What becomes of what they gave is said with the new version of the notice.
func (d *Drafts) CheckTerms(content editorial.Content, t editorial.Terms) error {
	before := newest(d.Maps.Versions()).Map
	if before == nil {
		return nil
	}
	after, _ := datamap.Join(content)
	for _, c := range before.Consequences(after) {
		if c.Meaning && (!t.Material || strings.TrimSpace(t.Note) == "") {
			return ErrUnsaid
		}
	}
	return nil
}
