package staff

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/problem"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/notice"
	"candor/models/notice/compare"
	"candor/models/training"
)

// written is what a form about a version holds that could not be taken in.
type written struct {
	form      training.Form // nil for what is saved
	revision  int           // that the form was made from
	conflicts []editorial.Conflict
	decision  frontend.DecisionForm
	wrong     error
}

// RequirementVersion is GET /staff/requirements/{key}/versions/{version}: all there is to see of a version, and to do about it.
func (s *Staff) RequirementVersion(c *fiber.Ctx) error { return s.showVersion(c, written{}) }

func requirementOf(c *fiber.Ctx) (editorial.Ref, error) {
	version, err := strconv.Atoi(c.Params("version"))
	if err != nil || version < 1 {
		return editorial.Ref{}, editorial.ErrUnknown
	}
	return requirementRef(strings.Clone(c.Params("key")), version), nil
}

// requirementDocument is a version that was made here, or came from a file.
func (s *Staff) requirementDocument(c *fiber.Ctx, ref editorial.Ref) (editorial.Document, error) {
	d, err := s.Editorial.Document(c.UserContext(), ref)
	if err == nil || !errors.Is(err, editorial.ErrUnknown) {
		return d, err
	}
	for _, r := range s.Required.Versions(ref.Key) {
		if r.Version != ref.Version {
			continue
		}
		d.Ref, d.State, d.Schedule = ref, editorial.Superseded, &editorial.Schedule{EffectiveAt: r.EffectiveAt}
		d.Approval = &editorial.Approval{Terms: editorial.Terms{Material: r.Material}}
		now, err := s.Required.Current(ref.Key)
		switch {
		case r.Withdrawn:
			d.State = editorial.Withdrawn
		case r.EffectiveAt.After(s.Clock()):
			d.State = editorial.Scheduled
		case err == nil && now.Version == r.Version:
			d.State = editorial.Published
		}
		d.At = r.EffectiveAt
		d.Content, err = r.Content()
		return d, err
	}
	return d, editorial.ErrUnknown
}

func (s *Staff) showVersion(c *fiber.Ctx, w written) error {
	v := session.From(c)
	ref, err := requirementOf(c)
	if err != nil {
		return err
	}
	d, err := s.requirementDocument(c, ref)
	if err != nil {
		return err
	}
	if w.form != nil && (!d.State.Open() || d.Overtaken) {
		return s.tooLate(c)
	}
	page := frontend.RequirementVersionPage{
		Key: ref.Key, Title: titleIn(d.Content, v.Words.Tag()), Edition: s.requirementEdition(c, d.Edition), Versions: s.versionLinks(c, ref),
		Workflow: frontend.Workflow{URL: requirementURL(ref), Revision: d.Revision, Done: doneOf(c), Decision: s.decisionForm(w.decision)},
		Saved:    c.Query("done") == "saved",
	}
	s.addLanguages(&page, d, strings.Clone(c.FormValue("language", c.Query("language"))))
	tag := page.Language.Tag
	page.Says = requirementForm(d, d.Content, tag, false)
	page.Says.Validity = periodWords(session.From(c), page.Says.Validity)
	if page.HTML, err = html(page.Says.Body); err != nil {
		return err
	}
	if err := s.addWorkflow(c, &page, d); err != nil {
		return err
	}
	if err := s.addChanges(c, &page, d); err != nil {
		return err
	}
	if d.State.Open() && !d.Overtaken && v.May(auth.WriteTraining) {
		if err := s.addForm(&page, d, w); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if e, ok := errors.AsType[*models.Error](w.wrong); ok {
		page.Problem, page.Field, status = s.problemWords(v, e), e.Field, problem.Status(e)
	}
	if len(page.Conflicts) > 0 {
		status = http.StatusConflict
	}
	return s.Show(c, status, page)
}

// versionLinks lead to every version, the newest first.
func (s *Staff) versionLinks(c *fiber.Ctx, ref editorial.Ref) (links []frontend.RequirementVersionLink) {
	var numbers []int
	for _, r := range s.Required.Versions(ref.Key) {
		numbers = append(numbers, r.Version)
	}
	if e, err := s.Editorial.Open(c.UserContext(), ref.Kind, ref.Key); err == nil {
		numbers = append(numbers, e.Version)
	}
	numbers = append(numbers, ref.Version)
	slices.Sort(numbers)
	for _, n := range slices.Backward(slices.Compact(numbers)) {
		links = append(links, frontend.RequirementVersionLink{Version: n, URL: requirementURL(requirementRef(ref.Key, n)), Shown: n == ref.Version})
	}
	return links
}

// addLanguages says how the version stands in each language, and which one is shown.
func (s *Staff) addLanguages(page *frontend.RequirementVersionPage, d editorial.Document, shown string) {
	if !s.speaks(shown) {
		shown = notice.SourceLanguage
	}
	page.Dir = s.dirOf(shown)
	for _, l := range s.Languages {
		mark := frontend.LanguageMark{
			Tag: l.Tag, Name: l.Name, State: requirementLanguage(d, l.Tag), Source: l.Tag == notice.SourceLanguage, Shown: l.Tag == shown,
			Required: slices.Contains(s.Map.Current().Operator.Languages, l.Tag), URL: page.URL + "?language=" + url.QueryEscape(l.Tag),
		}
		page.Languages = append(page.Languages, mark)
		if mark.Shown {
			page.Language = mark
		}
	}
}

// requirementLanguage is how a version stands in a language: whole if it has every part that the source has.
func requirementLanguage(d editorial.Document, tag string) frontend.LanguageState {
	state := frontend.LanguageComplete
	if d.Content[notice.SourceLanguage+"/title"] == "" {
		return frontend.LanguageMissing
	}
	for source := range d.Content {
		name, ok := strings.CutPrefix(source, notice.SourceLanguage+"/")
		if !ok {
			continue
		}
		if d.Content[tag+"/"+name] == "" {
			return frontend.LanguageMissing
		}
		if d.Stale(tag+"/"+name, source) {
			state = frontend.LanguageStale
		}
	}
	return state
}

// addWorkflow says what is missing, what was done, and what the visitor may do.
func (s *Staff) addWorkflow(c *fiber.Ctx, page *frontend.RequirementVersionPage, d editorial.Document) (err error) {
	if d.Revision == 0 { // from a file
		return nil
	}
	v := session.From(c)
	writes, approves := v.May(auth.WriteTraining), v.May(auth.ApproveTraining)
	if page.Steps, page.Comments, err = s.history(c, []editorial.Edition{d.Edition}); err != nil {
		return err
	}
	if d.State.Open() {
		page.Incomplete, err = s.missing(c, d.Edition, func(part string) string {
			tag, _, inPart := strings.Cut(part, "/")
			switch {
			case !writes:
				return ""
			case !inPart || !s.speaks(tag):
				return page.URL + "#write"
			}
			return page.URL + "?language=" + url.QueryEscape(tag) + "#write"
		})
		if err != nil {
			return err
		}
	}
	if !writes && !approves { // who only reads is told nothing about approval
		return nil
	}
	mayDecide(&page.Workflow, d.Edition, byEither(c, auth.WriteTraining, auth.ApproveTraining), writes, approves)
	return nil
}

// addChanges compares the version with the one in force.
func (s *Staff) addChanges(c *fiber.Ctx, page *frontend.RequirementVersionPage, d editorial.Document) error {
	now, err := s.Required.Current(d.Key)
	if errors.Is(err, training.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	page.InForce = now.Version
	before, err := now.Content()
	if err != nil {
		return err
	}
	parts := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(d.Content)))
	slices.Sort(parts)
	for _, part := range slices.Compact(parts) {
		if blocks := compare.Texts(before[part], d.Content[part]); compare.Differ(blocks) {
			page.Changes = append(page.Changes, frontend.RequirementChange{Name: s.partName(session.From(c), part), Blocks: diffBlocks(blocks)})
		}
	}
	return nil
}

// addForm adds what the editor's form says: what is saved, or what was written and could not be.
func (s *Staff) addForm(page *frontend.RequirementVersionPage, d editorial.Document, w written) error {
	content, tag := d.Content, page.Language.Tag
	if w.form != nil {
		changes, err := w.form.Changes(content, tag)
		if err != nil {
			return err
		}
		content = maps.Clone(content)
		maps.Copy(content, changes)
		page.Unsaved, page.Revision = true, w.revision
		page.MaySubmit = false
	}
	for _, clash := range w.conflicts {
		page.Conflicts = append(page.Conflicts, frontend.MapConflict{Member: clash.Part, Mine: clash.Mine, Theirs: clash.Theirs})
	}
	form := requirementForm(d, content, tag, true)
	page.Form = &form
	return nil
}

// requirementForm is what a content says in a language, and the rules; with places for more if it is to be written on.
func requirementForm(d editorial.Document, content editorial.Content, tag string, write bool) frontend.RequirementForm {
	r, _ := training.FromDocument(editorial.Document{Content: content}) // a part that cannot be read was not saved
	source := func(part string) string {
		if tag == notice.SourceLanguage {
			return ""
		}
		return content[notice.SourceLanguage+"/"+part]
	}
	form := frontend.RequirementForm{
		Title: content[tag+"/title"], Body: content[tag+"/body"], SourceTitle: source("title"), SourceBody: source("body"),
		Kind: frontend.RequirementKind(r.Kind), Validity: r.Validity, Retired: r.Retired,
		Grace: content[training.PartGrace], PassMark: content[training.PartPassMark],
	}
	for _, role := range auth.Roles() {
		form.Roles = append(form.Roles, frontend.RoleOption{Role: role, Chosen: slices.Contains(r.Roles, role)})
	}
	for part := range d.Parts {
		if name, ok := strings.CutPrefix(part, tag+"/"); ok && tag != notice.SourceLanguage && d.Stale(part, notice.SourceLanguage+"/"+name) {
			form.Stale = true
		}
	}
	questions := r.Questions
	if write && tag == notice.SourceLanguage && r.Kind == training.Training {
		questions = training.Blank(questions)
	}
	for i, q := range questions {
		at := training.PartQuestions + "/" + q.ID
		asked := frontend.RequirementQuestion{
			ID: q.ID, Text: content[tag+"/"+at], Explanation: content[tag+"/"+at+"/explanation"], Multiple: q.Multiple, New: i >= len(r.Questions),
			SourceText: source(at), SourceExplanation: source(at + "/explanation"),
		}
		for _, a := range q.Answers {
			asked.Answers = append(asked.Answers, frontend.RequirementAnswer{ID: a.ID, Text: content[tag+"/"+at+"/"+a.ID], Source: source(at + "/" + a.ID), Right: a.Right})
		}
		form.Questions = append(form.Questions, asked)
	}
	return form
}

// requirementPart is what a part that only requirements have is called; any other by its name.
func requirementPart(v *session.Visitor, name string) string {
	switch name {
	case training.PartKind, training.PartRoles, training.PartValidity, training.PartGrace, training.PartPassMark, training.PartQuestions, training.PartRetired:
		return v.Words.T("requirement.part." + name)
	}
	question, ok := strings.CutPrefix(name, training.PartQuestions+"/")
	if !ok {
		return name
	}
	id, of, divided := strings.Cut(question, "/")
	switch {
	case !divided:
		return v.Words.T("requirement.part.question", "id", id)
	case of == "explanation":
		return v.Words.T("requirement.part.explanation", "id", id)
	}
	return v.Words.T("requirement.part.answer", "id", question)
}
