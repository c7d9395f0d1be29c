package staff

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/auth"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/store"
)

// partOf is the part that a path names.
func partOf(c *fiber.Ctx) (string, error) {
	part := strings.Clone(c.Params("group"))
	if key := strings.Clone(c.Params("key")); key != "" {
		part += "/" + key
	}
	if part == datamap.OrderPart || datamap.CheckPart(part, "") != nil {
		return "", store.ErrNotFound
	}
	return part, nil
}

// DataMapElement is GET /staff/data-map/edit/{group}/{key}: what an element says, in a form where there is a draft.
func (s *Staff) DataMapElement(c *fiber.Ctx) error {
	part, err := partOf(c)
	if err != nil {
		return err
	}
	d, err := s.draft(c.UserContext())
	if err != nil {
		return err
	}
	if _, there := d.m.Split()[part]; !there && part != datamap.RemovedPart {
		return store.ErrNotFound
	}
	page := s.elementPage(session.From(c), d, part, d.m.Element(part))
	page.Saved = c.Query("done") == "saved"
	return s.Show(c, http.StatusOK, page)
}

// NewDataMapElement is GET /staff/data-map/new/{group}: an empty form.
func (s *Staff) NewDataMapElement(c *fiber.Ctx) error {
	group := strings.Clone(c.Params("group"))
	if !slices.Contains(datamap.Groups(), group) {
		return store.ErrNotFound
	}
	d, err := s.draft(c.UserContext())
	if err != nil {
		return err
	}
	page := s.elementPage(session.From(c), d, group+"/", datamap.Element{})
	page.URL, page.New = dataMapPath+"/new/"+group, true
	return s.Show(c, http.StatusOK, page)
}

// elementPage is the form of an element, filled in.
func (s *Staff) elementPage(v *session.Visitor, d draftedMap, part string, values datamap.Element) frontend.MapElementPage {
	group, key, _ := strings.Cut(part, "/")
	page := frontend.MapElementPage{
		URL: elementURL(part), Kind: v.Words.T("map.kind." + group), Key: key, Label: partLabel(v, d.m, group, key), ReadOnly: true,
		AddsFields: group == datamap.Categories && key != "",
	}
	if d.edition != nil {
		page.Revision = d.edition.Revision
		page.ReadOnly = !v.May(auth.WriteDataMap)
		page.MayDrop = !page.ReadOnly && key != ""
	}
	wrong := map[string]bool{}
	for _, problem := range d.problems {
		if problem.Part == part {
			wrong[problem.Path] = true
			page.Problems = append(page.Problems, problemsOf(v, datamap.Problems{problem})...)
		}
	}
	page.Groups = s.memberGroups(v, d.m, part, values, wrong)
	if p, ok := d.m.Purpose(key); ok && group == datamap.Purposes {
		page.Previews = []frontend.MapPreview{preview(v, p)}
	}
	return page
}

func partLabel(v *session.Visitor, m *datamap.Map, group, key string) string {
	if group == datamap.OperatorPart {
		return m.Operator.Name.In(v.Words.Tag())
	}
	if label, ok := labelIn(m, group, key); ok && label.In(v.Words.Tag()) != "" {
		return label.In(v.Words.Tag())
	}
	if key == "" {
		return v.Words.T("map.kind." + group)
	}
	return key
}

// memberGroups are the members of a form: those of the element, and those of each of its fields.
func (s *Staff) memberGroups(v *session.Visitor, m *datamap.Map, part string, values datamap.Element, wrong map[string]bool) []frontend.MapMembers {
	groups := []frontend.MapMembers{{}}
	for _, member := range m.Members(part) {
		field := ""
		if rest, ok := strings.CutPrefix(member.Path, "fields."); ok {
			field, _, _ = strings.Cut(rest, ".")
		}
		if last := groups[len(groups)-1]; last.Field != field {
			label := strings.Join(values["fields."+field+".label."+v.Words.Tag()], "")
			if label == "" {
				label = field
			}
			groups = append(groups, frontend.MapMembers{Field: field, Label: label, Coded: strings.Join(values["fields."+field+".kind"], "") == string(datamap.CodeField)})
		}
		last := &groups[len(groups)-1]
		last.Members = append(last.Members, s.member(v, m, member, values, wrong))
	}
	return groups
}

// member is one member of a form.
func (s *Staff) member(v *session.Visitor, m *datamap.Map, member datamap.Member, values datamap.Element, wrong map[string]bool) frontend.MapMember {
	out := frontend.MapMember{
		Path: member.Path, Shape: string(member.Shape), Label: memberLabel(v, member), Required: member.Required,
		Value: strings.Join(values[member.Path], "\n"), Checked: len(values[member.Path]) > 0,
	}
	if wrong[member.Path] {
		out.Problem = member.Path
	}
	switch member.Shape {
	case datamap.Words:
		for _, tag := range m.Operator.Languages {
			text := strings.Join(values[member.Path+"."+tag], "")
			out.Texts = append(out.Texts, frontend.MapText{
				Tag: tag, Language: v.Words.Language(tag), Dir: s.direction(tag), Text: text, Wrong: wrong[member.Path] && text == "",
			})
		}
	case datamap.Choice, datamap.Keys:
		for _, option := range member.Options {
			out.Options = append(out.Options, frontend.MapOption{
				Value: option, Label: optionLabel(v, m, member.Path, option), Chosen: slices.Contains(values[member.Path], option),
			})
		}
	case datamap.Places:
		out.Hint = v.Words.T("map.places_hint")
	case datamap.List:
		out.Hint, out.Value = v.Words.T("map.list_hint"), strings.Join(values[member.Path], ", ")
	case datamap.Line, datamap.Flag:
	}
	if strings.HasSuffix(member.Path, "renewal") || strings.HasSuffix(member.Path, "period") {
		out.Hint = v.Words.T("map.period_hint")
	}
	return out
}

func memberLabel(v *session.Visitor, m datamap.Member) string {
	label := v.Words.T(m.Label().MessageID())
	if _, code, ok := strings.Cut(m.Path, ".values."); ok {
		return label + ": " + code
	}
	return label
}

// direction is how a language is written.
func (s *Staff) direction(tag string) string {
	for _, l := range s.Languages {
		if l.Tag == tag {
			return l.Dir
		}
	}
	return "auto"
}

// optionLabel names what can be chosen: an element by its label, a legal basis by its word, and what has no word as it is.
func optionLabel(v *session.Visitor, m *datamap.Map, path, option string) string {
	switch path {
	case "basis", "bases":
		return v.Words.T("map.basis." + option)
	case "parent":
		return partLabel(v, m, datamap.Purposes, option)
	case datamap.Categories, datamap.Recipients, datamap.Sources:
		return partLabel(v, m, path, option)
	}
	return option
}

// preview is a purpose's card in the visitor's language.
func preview(v *session.Visitor, p *datamap.Purpose) frontend.MapPreview {
	tag := v.Words.Tag()
	return frontend.MapPreview{Tag: tag, Language: v.Words.Language(tag), Dir: v.Words.Dir(), Choice: cardOf(p, tag), Required: !p.Chosen()}
}

// cardOf is a purpose's card as customers see it who have decided nothing.
func cardOf(p *datamap.Purpose, tag string) frontend.Choice {
	choice := frontend.Choice{
		Purpose: p.Key, Label: p.Label.In(tag), Summary: p.Summary.In(tag), OnMeaning: p.On.In(tag), OffMeaning: p.Off.In(tag),
		Required: p.Because.In(tag), Basis: frontend.Basis(p.Basis), State: frontend.StateNeverAsked,
	}
	if p.Basis == datamap.LegitimateInterests {
		choice.State = frontend.StatePermitted
	}
	return choice
}

// SaveDataMapElement is POST /staff/data-map/edit/{group}/{key}, and /staff/data-map/new/{group}.
func (s *Staff) SaveDataMapElement(c *fiber.Ctx) error {
	e, revision, err := s.openMap(c)
	if err != nil {
		return s.mapProblem(c, err)
	}
	form := formOf(c)
	part, fresh := sentPart(c.Params("group"), c.Params("key"), form)
	if part == datamap.OrderPart {
		return store.ErrNotFound
	}
	if err := datamap.CheckPart(part, ""); err != nil {
		return s.elementProblem(c, part, form, fresh, err)
	}
	seen, err := s.Editorial.Content(c.UserContext(), e.Ref, revision)
	if err != nil {
		return err
	}
	m, _ := datamap.Join(seen)
	text, err := m.Edit(part, form)
	if err != nil {
		return s.elementProblem(c, part, form, fresh, err)
	}
	if strings.Join(form["do"], "") == "drop" {
		text = ""
	}
	saved, err := s.Editorial.Save(c.UserContext(), by(session.From(c), auth.WriteDataMap), e.Ref, revision, map[string]string{part: text})
	if err != nil {
		return s.elementProblem(c, part, form, fresh, err)
	}
	if len(saved.Conflicts) > 0 {
		return s.showConflict(c, part, form, saved.Conflicts[0])
	}
	if text == "" {
		return toDataMap(c, "saved")
	}
	return c.Redirect(elementURL(part)+"?done=saved", http.StatusSeeOther)
}

// sentPart is the part that a form is about; fresh says that it is to become one, under the key that the form gives it.
func sentPart(group, key string, form datamap.Element) (part string, fresh bool) {
	group = strings.Clone(group)
	switch {
	case key != "":
		return group + "/" + key, false
	case slices.Contains(datamap.Groups(), group):
		return group + "/" + strings.Join(form["key"], ""), true
	}
	return group, false
}

// ResumeDataMapElement is POST /staff/data-map/resume: it shows what was written before the session ended once more, and
// changes nothing. The address says which part it was, as the one that it was sent to did.
func (s *Staff) ResumeDataMapElement(c *fiber.Ctx) error {
	form := formOf(c)
	group, key, _ := strings.Cut(strings.Clone(c.Query("part")), "/")
	part, fresh := sentPart(group, key, form)
	if part == datamap.OrderPart || !fresh && datamap.CheckPart(part, "") != nil {
		return store.ErrNotFound
	}
	page, err := s.sentElement(c, part, form, fresh)
	if err != nil {
		return err
	}
	return s.Show(c, http.StatusOK, page)
}

// formOf is what a form's fields say.
func formOf(c *fiber.Ctx) datamap.Element {
	form := datamap.Element{}
	if parts, err := c.MultipartForm(); err == nil {
		maps.Copy(form, parts.Value)
	}
	c.Request().PostArgs().VisitAll(func(key, value []byte) {
		form[string(key)] = append(form[string(key)], string(value))
	})
	return form
}

// elementProblem shows the form again as it was sent, with why it was not saved.
func (s *Staff) elementProblem(c *fiber.Ctx, part string, form datamap.Element, fresh bool, cause error) error {
	words, status, ok := inPlace(c, cause)
	if !ok {
		return cause
	}
	page, err := s.sentElement(c, part, form, fresh)
	if err != nil {
		return err
	}
	page.Problem = words
	return s.Show(c, status, page)
}

// sentElement is the form as it was sent. It stays about the revision that its sender saw, so that what somebody else has
// written since is not written over.
func (s *Staff) sentElement(c *fiber.Ctx, part string, form datamap.Element, fresh bool) (frontend.MapElementPage, error) {
	d, err := s.draft(c.UserContext())
	if err != nil {
		return frontend.MapElementPage{}, err
	}
	page := s.elementPage(session.From(c), d, part, form)
	page.Revision = revisionOf(c)
	if group, key, _ := strings.Cut(part, "/"); fresh {
		page.New, page.Key, page.URL = true, key, dataMapPath+"/new/"+group
	}
	return page, nil
}

// showConflict shows what one wrote beside what somebody else has written meanwhile.
func (s *Staff) showConflict(c *fiber.Ctx, part string, form datamap.Element, conflict editorial.Conflict) error {
	v := session.From(c)
	d, err := s.draft(c.UserContext())
	if err != nil {
		return err
	}
	page := s.elementPage(v, d, part, form)
	mine := map[string]string{part: conflict.Mine}
	theirs := map[string]string{part: conflict.Theirs}
	a, _ := datamap.Join(mine)
	b, _ := datamap.Join(theirs)
	for _, change := range a.Compare(b) {
		if change.Part == part {
			path, tag := splitLanguage(d.m, change.Path)
			name := memberName(v, path)
			if tag != "" {
				name += " (" + v.Words.Language(tag) + ")"
			}
			page.Conflicts = append(page.Conflicts, frontend.MapConflict{Member: name, Mine: change.Before, Theirs: change.After})
		}
	}
	return s.Show(c, http.StatusConflict, page)
}
