package staff

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/notice/compare"
	"candor/models/notice/reading"
)

// textParts are the parts of a text in each language, in the order in which they are read.
var textParts = []string{"title", "summary", "body"}

// text is one that customers read: what is published of it, and what is being made.
type text struct {
	key      string
	editions []editorial.Edition
	now      *editorial.Edition // the one that is being made, or waits to take effect; nil if there is none
}

// textsOf lists all texts, or the one with a key.
func (s *Staff) textsOf(c *fiber.Ctx, key string) ([]text, error) {
	editions, err := s.Editorial.EditionsOf(c.UserContext(), editorial.KindNotice, key)
	if err != nil {
		return nil, err
	}
	byKey := map[string]*text{}
	for _, known := range s.Notices.Keys() {
		if key == "" || known == key {
			byKey[known] = &text{key: known}
		}
	}
	for _, e := range editions {
		t := byKey[e.Key]
		if t == nil {
			t = &text{key: e.Key}
			byKey[e.Key] = t
		}
		t.editions = append(t.editions, e)
		if e.State.Open() && !e.Overtaken || e.State == editorial.Scheduled {
			t.now = &e
		}
	}
	var out []text
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return out, nil
}

// textOf is the text that the path names.
func (s *Staff) textOf(c *fiber.Ctx) (text, error) {
	all, err := s.textsOf(c, strings.Clone(c.Params("key")))
	if err != nil {
		return text{}, err
	}
	if len(all) == 0 {
		return text{}, notice.ErrUnknown
	}
	return all[0], nil
}

// refOf is the version that the path names.
func refOf(c *fiber.Ctx) (editorial.Ref, error) {
	version, err := strconv.Atoi(c.Params("version"))
	if err != nil || version < 1 {
		return editorial.Ref{}, editorial.ErrUnknown
	}
	return editorial.Ref{Kind: editorial.KindNotice, Key: strings.Clone(c.Params("key")), Version: version}, nil
}

// revisionOf is the revision that a form was made from.
func revisionOf(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.FormValue("revision"))
	if err != nil {
		return 0
	}
	return n
}

func noticeURL(key string) string { return noticesPath + "/" + url.PathEscape(key) }

func versionURL(ref editorial.Ref) string {
	return noticeURL(ref.Key) + "/versions/" + strconv.Itoa(ref.Version)
}

// by is the visitor, who uses a permission.
func by(v *session.Visitor, p auth.Permission) editorial.By {
	return editorial.By{Actor: v.Actor(), Role: v.RoleFor(p)}
}

// either is the visitor, as whoever writes, or else as whoever approves.
func either(v *session.Visitor) editorial.By {
	if v.May(auth.WriteTexts) {
		return by(v, auth.WriteTexts)
	}
	return by(v, auth.ApproveTexts)
}

// nameOf is what a member of staff or a service is called. Whoever has left the staff still has a name.
func (s *Staff) nameOf(c *fiber.Ctx, who editorial.By) string {
	v := session.From(c)
	if who.ID == v.Staff().ID {
		return v.Staff().Name
	}
	if who.Type == ledger.ActorStaff {
		return cmp.Or(s.names(c)[who.ID], who.ID)
	}
	return who.ID
}

// namesKey is under which a request remembers the names.
type namesKey struct{}

// names are those of all members by id, read once for a page however often they are asked for. A page without them is there
// all the same, and names people by their ids.
func (s *Staff) names(c *fiber.Ctx) map[string]string {
	if known, ok := c.Locals(namesKey{}).(map[string]string); ok {
		return known
	}
	names := map[string]string{}
	members, err := s.Members.Members(c.UserContext())
	if err != nil {
		s.Logger.Error("the names of staff could not be read", "error", err)
	}
	for i := range members {
		names[members[i].ID] = members[i].Name
	}
	c.Locals(namesKey{}, names)
	return names
}

// titleOf is what a text is called in the visitor's language.
func (s *Staff) titleOf(c *fiber.Ctx, t text) (string, error) {
	tag := session.From(c).Words.Tag()
	if t.now != nil {
		content, err := s.Editorial.Content(c.UserContext(), t.now.Ref, 0)
		if err != nil {
			return "", err
		}
		if title := titleIn(content, tag); title != "" {
			return title, nil
		}
	}
	versions := s.Notices.Versions(t.key)
	if len(versions) == 0 {
		return t.key, nil
	}
	newest, _ := versions[len(versions)-1].In(tag)
	return newest.Title, nil
}

func titleIn(content editorial.Content, tag string) string {
	return cmp.Or(content[tag+"/title"], content[notice.SourceLanguage+"/title"])
}

// contentOf is what a version said after a revision, or as it was published.
func (s *Staff) contentOf(c *fiber.Ctx, ref editorial.Ref, revision int) (editorial.Content, error) {
	content, err := s.Editorial.Content(c.UserContext(), ref, revision)
	if err == nil || !errors.Is(err, editorial.ErrUnknown) {
		return content, err
	}
	n, err := s.Notices.Version(ref.Key, ref.Version)
	if err != nil {
		return nil, err
	}
	content = editorial.Content{}
	for tag, t := range n.Texts {
		content[tag+"/title"], content[tag+"/summary"], content[tag+"/body"] = t.Title, t.Summary, t.Body
	}
	return content, nil
}

// inForceOf is what the version in force says, and its number; 0 and nothing if none is.
func (s *Staff) inForceOf(c *fiber.Ctx, key string) (editorial.Content, int, error) {
	n, err := s.Notices.Current(key)
	if errors.Is(err, notice.ErrUnknown) {
		return editorial.Content{}, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	content, err := s.contentOf(c, editorial.Ref{Kind: editorial.KindNotice, Key: key, Version: n.Version}, 0)
	return content, n.Version, err
}

// languageMarks is how a version stands in each language. Links lead to the editor, if edit.
func (s *Staff) languageMarks(e editorial.Edition, shown string, edit bool) []frontend.LanguageMark {
	var out []frontend.LanguageMark
	for _, l := range s.Languages {
		mark := frontend.LanguageMark{
			Tag: l.Tag, Name: l.Name, State: languageState(e, l.Tag), Source: l.Tag == notice.SourceLanguage,
			Required: slices.Contains(s.Map.Current().Operator.Languages, l.Tag), Shown: l.Tag == shown,
		}
		if edit && e.State.Open() {
			mark.URL = versionURL(e.Ref) + "/edit?language=" + url.QueryEscape(l.Tag)
		}
		out = append(out, mark)
	}
	return out
}

func languageState(e editorial.Edition, tag string) frontend.LanguageState {
	state := frontend.LanguageComplete
	for _, part := range textParts {
		if _, there := e.Parts[tag+"/"+part]; !there {
			return frontend.LanguageMissing
		}
		if tag != notice.SourceLanguage && e.Stale(tag+"/"+part, notice.SourceLanguage+"/"+part) {
			state = frontend.LanguageStale
		}
	}
	return state
}

// publishedMarks are the languages in which a published version is there.
func (s *Staff) publishedMarks(n notice.Notice) []frontend.LanguageMark {
	var out []frontend.LanguageMark
	for _, l := range s.Languages {
		mark := frontend.LanguageMark{Tag: l.Tag, Name: l.Name, State: frontend.LanguageMissing, Source: l.Tag == notice.SourceLanguage}
		if _, ok := n.Texts[l.Tag]; ok {
			mark.State = frontend.LanguageComplete
		}
		out = append(out, mark)
	}
	return out
}

// edition is a version as legal sees it.
func (s *Staff) edition(c *fiber.Ctx, e editorial.Edition) frontend.Edition {
	v := session.From(c)
	out := frontend.Edition{Version: e.Version, State: frontend.EditionState(e.State), ChangedAt: e.At}
	for _, author := range e.Authors {
		out.Authors = append(out.Authors, s.nameOf(c, author))
	}
	if e.Approval != nil {
		out.Approver, out.Material, out.Effect, out.InvalidFrom = s.nameOf(c, e.Approval.By), e.Approval.Material, e.Approval.Effect, e.Approval.InvalidFrom
	}
	if e.Schedule != nil {
		out.EffectiveAt = e.Schedule.EffectiveAt
	}
	if e.State.Open() || e.State == editorial.Scheduled {
		out.Review = versionURL(e.Ref) + "/review"
	}
	if e.State.Open() && v.May(auth.WriteTexts) {
		out.Edit = versionURL(e.Ref) + "/edit"
	}
	return out
}

// dirOf is the direction in which a language is written.
func (s *Staff) dirOf(tag string) string {
	for _, l := range s.Languages {
		if l.Tag == tag {
			return l.Dir
		}
	}
	return "ltr"
}

// partDiffs compares what two contents say in a language; parts that are the same are left out unless all.
func partDiffs(before, after editorial.Content, tag string, all bool) (parts []frontend.PartDiff, added, removed int64) {
	for _, part := range textParts {
		blocks := compare.Texts(before[tag+"/"+part], after[tag+"/"+part])
		if !all && !compare.Differ(blocks) {
			continue
		}
		a, r := compare.Count(blocks)
		added, removed = added+int64(a), removed+int64(r)
		parts = append(parts, frontend.PartDiff{Part: part, Blocks: diffBlocks(blocks)})
	}
	return parts, added, removed
}

func diffBlocks(blocks []compare.Block) []frontend.DiffBlock {
	out := make([]frontend.DiffBlock, 0, len(blocks))
	for _, b := range blocks {
		block := frontend.DiffBlock{Kind: string(b.Kind)}
		for _, r := range b.Runs {
			block.Runs = append(block.Runs, frontend.DiffRun{Kind: string(r.Kind), Text: r.Text})
		}
		out = append(out, block)
	}
	return out
}

// readingHint is how hard a text is to read; nil where there is none.
func (s *Staff) readingHint(v *session.Visitor, content editorial.Content, tag string) *frontend.ReadingHint {
	r := reading.Measure(tag, content[tag+"/title"], content[tag+"/summary"], content[tag+"/body"])
	if r.Verdict == reading.Empty {
		return nil
	}
	hint := &frontend.ReadingHint{
		Words: int64(r.Words), Sentences: int64(r.Sentences), PerSentence: v.Words.Decimal(strconv.FormatFloat(r.PerSentence, 'f', -1, 64)),
		Formula: r.Formula, Score: int64(r.Score), Ease: r.Ease, Verdict: string(r.Verdict),
	}
	for _, l := range r.Long {
		hint.Long = append(hint.Long, frontend.LongSentence{Text: l.Text, Words: int64(l.Words)})
	}
	return hint
}

// incomplete says in the visitor's language what is missing, with a link to where it is mended.
func (s *Staff) incomplete(c *fiber.Ctx, e editorial.Edition) ([]frontend.Incomplete, error) {
	v := session.From(c)
	return s.missing(c, e, func(part string) string {
		tag, _, inPart := strings.Cut(part, "/")
		switch {
		case !v.May(auth.WriteTexts) || !e.State.Open():
		case strings.HasPrefix(part, "checklist"):
			return versionURL(e.Ref) + "/checklist"
		case inPart:
			return versionURL(e.Ref) + "/edit?language=" + url.QueryEscape(tag)
		}
		return ""
	})
}

// missing says what is missing from a version, or wrong with it; mend says where a part is written, "" for nowhere.
func (s *Staff) missing(c *fiber.Ctx, e editorial.Edition, mend func(part string) string) ([]frontend.Incomplete, error) {
	v := session.From(c)
	problems, err := s.Editorial.Problems(c.UserContext(), e.Ref)
	if err != nil {
		return nil, err
	}
	var out []frontend.Incomplete
	for _, p := range problems {
		out = append(out, frontend.Incomplete{Words: s.problemWords(v, p.Error), URL: mend(p.Field)})
	}
	return out, nil
}

// problemWords says what is wrong, naming parts as the pages do.
func (s *Staff) problemWords(v *session.Visitor, e *models.Error) string {
	return v.Words.T("error."+e.Code, append(slices.Clone(e.Args), "field", s.partName(v, e.Field))...)
}

// partName is what a part of a text is called: "Deutsch: Text".
func (s *Staff) partName(v *session.Visitor, part string) string {
	tag, name, divided := strings.Cut(part, "/")
	if !divided {
		name = part
	}
	switch name {
	case "title", "summary", "body", "checklist":
		name = v.Words.T("workspace.part." + name)
	default:
		name = requirementPart(v, name)
	}
	if !divided {
		return name
	}
	for _, l := range s.Languages {
		if l.Tag == tag {
			return l.Name + ": " + name
		}
	}
	return part
}

// html is a body as customers see it.
func html(body string) (template.HTML, error) {
	out, err := notice.HTML(body)
	if err != nil {
		return "", fmt.Errorf("show a text: %w", err)
	}
	return template.HTML(out), nil //nolint:gosec // goldmark leaves raw HTML out
}
