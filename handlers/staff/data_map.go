package staff

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/notice/compare"
	"candor/models/published"
)

const dataMapPath = "/staff/data-map"

// draftedMap is the data map as a page shows it: the draft, or where there is none the newest version.
type draftedMap struct {
	m       *datamap.Map
	before  *datamap.Map // what the draft changes
	edition *editorial.Edition
	content editorial.Content
	// problems are what is wrong with the draft.
	problems datamap.Problems
}

// draft reads what there is.
func (s *Staff) draft(ctx context.Context) (draftedMap, error) {
	newest := s.Maps.Newest()
	d := draftedMap{m: newest.Map, before: newest.Map}
	e, err := s.Editorial.Open(ctx, editorial.KindDataMap, published.Key)
	switch {
	case errors.Is(err, editorial.ErrUnknown):
		return d, nil
	case err != nil:
		return d, err
	}
	if d.content, err = s.Editorial.Content(ctx, e.Ref, e.Revision); err != nil {
		return d, err
	}
	d.edition = &e
	d.m, _ = datamap.Join(d.content)
	d.problems, err = s.MapDrafts.Problems(ctx, d.content)
	return d, err
}

// DataMap is GET /staff/data-map: what stands, what is missing, and whose turn it is.
func (s *Staff) DataMap(c *fiber.Ctx) error {
	return s.showDataMap(c, http.StatusOK, "", strings.Clone(c.Query("done")))
}

func (s *Staff) showDataMap(c *fiber.Ctx, status int, said, done string) error {
	v := session.From(c)
	d, err := s.draft(c.UserContext())
	if err != nil {
		return err
	}
	page := frontend.DataMapPage{Problem: said, Done: done, Zone: d.m.Operator.TimeZone}
	if !slices.Contains([]string{"started", "saved", "submitted", "returned", "approved", "scheduled", "withdrawn"}, done) {
		page.Done = ""
	}
	for _, version := range s.Maps.Versions() {
		shown := s.mapVersion(version)
		switch shown.State {
		case "published":
			page.InForce = shown
		case "scheduled":
			if err := s.addWithdrawal(c, &shown); err != nil {
				return err
			}
			page.Upcoming = append(page.Upcoming, shown)
		}
	}
	if err := s.addDraft(c, &page, d); err != nil {
		return err
	}
	page.MayStart = d.edition == nil && v.May(auth.WriteDataMap)
	page.Operator = frontend.MapElement{
		Label: d.m.Operator.Name.In(v.Words.Tag()), URL: elementURL(datamap.OperatorPart), Changed: d.changed(datamap.OperatorPart),
	}
	page.Groups = mapGroups(v, d)
	return s.Show(c, status, page)
}

// mapVersion is a version as staff see it.
func (s *Staff) mapVersion(v published.Version) frontend.MapVersion {
	out := frontend.MapVersion{
		Number: v.Number, EffectiveAt: v.EffectiveAt, Entry: int64(v.Entry), FromFile: v.From == published.FromFile, State: "superseded", // below 2^53
	}
	switch {
	case v.Retired:
		out.State = "withdrawn"
	case v.EffectiveAt.After(s.Clock()):
		out.State = "scheduled"
	case v.Number == s.Map.Version().Number:
		out.State = "published"
	}
	return out
}

// addWithdrawal lets whoever may take a version back do so, if it came from the workspace.
func (s *Staff) addWithdrawal(c *fiber.Ctx, shown *frontend.MapVersion) error {
	v := session.From(c)
	if shown.FromFile || !v.May(auth.WriteDataMap) && !v.May(auth.ApproveDataMap) {
		return nil
	}
	e, err := s.Editorial.Edition(c.UserContext(), editorial.Ref{Kind: editorial.KindDataMap, Key: published.Key, Version: shown.Number})
	shown.Revision = e.Revision
	return err
}

// addDraft says what the open draft changes, and what the reader may do about it.
func (s *Staff) addDraft(c *fiber.Ctx, page *frontend.DataMapPage, d draftedMap) error {
	if d.edition == nil {
		return nil
	}
	v, e := session.From(c), d.edition
	draft := &frontend.MapDraft{
		MapVersion: frontend.MapVersion{Number: e.Version, State: string(e.State), Revision: e.Revision}, ChangedAt: e.At,
	}
	for _, by := range e.Authors {
		draft.Authors = append(draft.Authors, s.nameOf(c, by))
	}
	if e.Approval != nil {
		draft.Approver, draft.Note = s.nameOf(c, e.Approval.By), e.Approval.Note
	} else if e.Submission != nil {
		draft.Note = e.Submission.Note
	}
	writes, approves := v.May(auth.WriteDataMap), v.May(auth.ApproveDataMap)
	own := e.Authored(editorial.By{Actor: v.Actor()})
	draft.MaySubmit = writes && e.State == editorial.Draft && len(d.problems) == 0
	draft.MayReturn = approves && (e.State == editorial.InReview || e.State == editorial.Approved)
	draft.MayApprove = approves && !own && e.State == editorial.InReview
	draft.Own = approves && own && e.State == editorial.InReview
	draft.MaySchedule = approves && e.State == editorial.Approved
	draft.MayWithdraw = writes || approves
	page.Draft = draft
	page.Problems = problemsOf(v, d.problems)
	page.Changes = mapChanges(v, d.before, d.m)
	for _, consequence := range d.before.Consequences(d.m) {
		p := consequence.Purpose
		key := d.m.NoticeFor(p)
		shown := frontend.MapConsequence{Purpose: p.Label.In(v.Words.Tag()), Meaning: consequence.Meaning, Notice: key, NoticeURL: "/notices/" + key}
		for _, member := range consequence.Members {
			shown.Members = append(shown.Members, v.Words.T(datamap.Member{Path: member}.Label().MessageID()))
		}
		page.Consequences = append(page.Consequences, shown)
	}
	return nil
}

// problemsOf says what is wrong in the reader's language, each with where it is mended.
func problemsOf(v *session.Visitor, problems datamap.Problems) []frontend.MapProblem {
	out := make([]frontend.MapProblem, len(problems))
	for i, p := range problems {
		out[i] = frontend.MapProblem{Text: v.Words.T("error."+p.Code, p.Args...), URL: elementURL(p.Part) + "#" + p.Path}
	}
	return out
}

func elementURL(part string) string { return dataMapPath + "/edit/" + part }

func (d draftedMap) changed(part string) bool {
	return d.edition != nil && d.before.Split()[part] != d.content[part]
}

func (d draftedMap) problemsIn(part string) (n int64) {
	for _, p := range d.problems {
		if p.Part == part {
			n++
		}
	}
	return n
}

// mapGroups are the tables of elements.
func mapGroups(v *session.Visitor, d draftedMap) []frontend.MapGroup {
	tag, word := v.Words.Tag(), func(member string) string { return v.Words.T("map.field." + member) }
	element := func(group, key string, label datamap.Text, facts ...string) frontend.MapElement {
		part := group + "/" + key
		name := label.In(tag)
		if name == "" {
			name = key
		}
		return frontend.MapElement{Key: key, Label: name, URL: elementURL(part), Facts: facts, Changed: d.changed(part), Problems: d.problemsIn(part)}
	}
	purposes := frontend.MapGroup{Name: datamap.Purposes, Columns: []string{word("basis"), word("categories"), word("recipients"), word("renewal")}}
	for i := range d.m.Purposes {
		p := &d.m.Purposes[i]
		purposes.Elements = append(purposes.Elements, element(datamap.Purposes, p.Key, p.Label, basisWord(v, p.Basis),
			v.Words.List(labelsOf(p.Categories, d.m.Category, tag)), v.Words.List(labelsOf(p.Recipients, d.m.Recipient, tag)), periodWords(v, p.Renewal)))
	}
	categories := frontend.MapGroup{Name: datamap.Categories, Columns: []string{word("bases"), word("retention.label"), word("sources")}}
	for i := range d.m.Categories {
		cat := &d.m.Categories[i]
		var bases []string
		for _, b := range cat.Bases {
			bases = append(bases, basisWord(v, b))
		}
		categories.Elements = append(categories.Elements, element(datamap.Categories, cat.Key, cat.Label, v.Words.List(bases), cat.Retention.Label.In(tag),
			v.Words.List(labelsOf(cat.Sources, d.m.Source, tag))))
	}
	recipients := frontend.MapGroup{Name: datamap.Recipients, Columns: []string{word("does"), word("country")}}
	for _, r := range d.m.Recipients {
		recipients.Elements = append(recipients.Elements, element(datamap.Recipients, r.Key, r.Label, r.Does.In(tag), v.Words.Region(r.Country)))
	}
	sources := frontend.MapGroup{Name: datamap.Sources}
	for _, source := range d.m.Sources {
		sources.Elements = append(sources.Elements, element(datamap.Sources, source.Key, source.Label))
	}
	groups := []frontend.MapGroup{purposes, categories, recipients, sources}
	for i := range groups {
		if d.edition != nil && v.May(auth.WriteDataMap) {
			groups[i].NewURL = dataMapPath + "/new/" + groups[i].Name
		}
	}
	return groups
}

// periodWords says a calendar duration: "1 year and 6 months". What is none is told as it is.
func periodWords(v *session.Visitor, duration string) string {
	years, months, days, err := datamap.Period(duration)
	if err != nil {
		return duration
	}
	var parts []string
	for _, part := range []struct {
		message string
		count   int
	}{{"period.years", years}, {"period.months", months}, {"period.days", days}} {
		if part.count > 0 {
			parts = append(parts, v.Words.T(part.message, "count", part.count))
		}
	}
	return v.Words.List(parts)
}

func basisWord(v *session.Visitor, b datamap.Basis) string {
	if !slices.Contains(datamap.Bases(), b) {
		return ""
	}
	return v.Words.T("map.basis." + string(b))
}

// labelsOf names elements by their keys.
func labelsOf[T datamap.Category | datamap.Recipient | datamap.Source](keys []string, find func(string) (*T, bool), tag string) []string {
	var out []string
	for _, key := range keys {
		e, ok := find(key)
		if !ok {
			out = append(out, key)
			continue
		}
		switch x := any(e).(type) {
		case *datamap.Category:
			out = append(out, x.Label.In(tag))
		case *datamap.Recipient:
			out = append(out, x.Label.In(tag))
		case *datamap.Source:
			out = append(out, x.Label.In(tag))
		}
	}
	return out
}

// mapChanges says what differs between two maps.
func mapChanges(v *session.Visitor, before, after *datamap.Map) []frontend.MapChange {
	changes := before.Compare(after)
	out := make([]frontend.MapChange, len(changes))
	for i, change := range changes {
		out[i] = frontend.MapChange{Element: partName(v, before, after, change.Part), Before: change.Before, After: change.After}
		if change.Path == "" {
			continue
		}
		path, tag := splitLanguage(after, change.Path)
		out[i].Member = memberName(v, path)
		if tag != "" {
			out[i].Language = v.Words.Language(tag)
		}
		if path == "renewal" || path == "retention.period" {
			out[i].Before, out[i].After = periodWords(v, change.Before), periodWords(v, change.After)
		}
		if out[i].Before != "" && out[i].After != "" {
			out[i].Words = diffBlocks(compare.Texts(out[i].Before, out[i].After))
		}
	}
	return out
}

// memberName is what a member is called; of a field, with its key.
func memberName(v *session.Visitor, path string) string {
	name := v.Words.T(datamap.Member{Path: path}.Label().MessageID())
	if strings.HasPrefix(name, "map.field.") { // of a part that has no members
		return path
	}
	if field, ok := strings.CutPrefix(path, "fields."); ok {
		key, _, _ := strings.Cut(field, ".")
		return key + ": " + name
	}
	return name
}

// splitLanguage takes the language off the path of a text.
func splitLanguage(m *datamap.Map, path string) (rest, tag string) {
	i := strings.LastIndex(path, ".")
	if i < 0 || !slices.Contains(m.Operator.Languages, path[i+1:]) {
		if before, _, ok := strings.Cut(path, "defaults."); ok && before == "" {
			return "defaults", ""
		}
		return path, ""
	}
	return path[:i], path[i+1:]
}

// partName names an element in the reader's language.
func partName(v *session.Visitor, before, after *datamap.Map, part string) string {
	group, key, _ := strings.Cut(part, "/")
	kind := v.Words.T("map.kind." + group)
	if key == "" {
		return kind
	}
	for _, m := range []*datamap.Map{after, before} {
		if label, ok := labelIn(m, group, key); ok && label.In(v.Words.Tag()) != "" {
			return kind + ": " + label.In(v.Words.Tag())
		}
	}
	return kind + ": " + key
}

func labelIn(m *datamap.Map, group, key string) (datamap.Text, bool) {
	switch group {
	case datamap.Purposes:
		if p, ok := m.Purpose(key); ok {
			return p.Label, true
		}
	case datamap.Categories:
		if c, ok := m.Category(key); ok {
			return c.Label, true
		}
	case datamap.Recipients:
		if r, ok := m.Recipient(key); ok {
			return r.Label, true
		}
	case datamap.Sources:
		if s, ok := m.Source(key); ok {
			return s.Label, true
		}
	}
	return nil, false
}

// mapProblem shows the data map with why something was not done.
func (s *Staff) mapProblem(c *fiber.Ctx, cause error) error {
	words, _, ok := pages.InWords(c, cause)
	if !ok {
		return cause
	}
	return s.showDataMap(c, problem.Status(problem.From(cause)), words, "")
}
