package training

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
)

// The parts of a requirement's rules. Its texts are LANGUAGE/title, LANGUAGE/body, LANGUAGE/questions/QUESTION,
// LANGUAGE/questions/QUESTION/ANSWER and LANGUAGE/questions/QUESTION/explanation: one part each, so that two who write at the
// same time do not meet, and translations are compared with their source one by one.
const (
	PartKind      = "kind"      // policy or training
	PartRoles     = "roles"     // names, with spaces between them
	PartValidity  = "validity"  // an ISO 8601 duration; absent for ever
	PartGrace     = "grace"     // days
	PartPassMark  = "pass_mark" // percent
	PartQuestions = "questions" // the Questions in JSON, without their words
	PartRetired   = "retired"   // "yes": it binds nobody from then on
)

const sourceLanguage = "en"

// Drafts is how requirements are written, approved and published: editorial.Kind for them.
type Drafts struct {
	Requirements *Service
	// Languages are the BCP 47 tags in which every requirement must be there.
	Languages func() []string
}

var _ editorial.Kind = (*Drafts)(nil)

// Name is editorial.KindRequirement.
func (*Drafts) Name() string { return editorial.KindRequirement }

// Permissions are those for trainings.
func (*Drafts) Permissions() (write, approve auth.Permission) {
	return auth.WriteTraining, auth.ApproveTraining
}

// Newest begins with the newest version that was not withdrawn, in force or not.
func (d *Drafts) Newest(ctx context.Context, key string) (editorial.Base, error) {
	var b editorial.Base
	if !ValidKey(key) {
		return b, models.Fail(models.Invalid, "requirement_key").In("key")
	}
	if err := d.Requirements.recent(ctx); err != nil {
		return b, err
	}
	for _, r := range d.Requirements.Versions(key) {
		b.Version = r.Version
		if r.Withdrawn {
			continue
		}
		content, err := r.Content()
		if err != nil {
			return b, err
		}
		b.From, b.Content = r.Version, content
	}
	return b, nil
}

// InForce asks the clock.
func (d *Drafts) InForce(_ context.Context, key string, at time.Time) (int, error) {
	r, _ := inForce(d.Requirements.known()[key], at)
	return r.Version, nil
}

// Source is the same part in English; of a rule there is none.
func (*Drafts) Source(part string) string {
	tag, field, ok := strings.Cut(part, "/")
	if !ok || tag == sourceLanguage {
		return ""
	}
	return sourceLanguage + "/" + field
}

// Part wants a rule, or a language and what is said in it.
func (*Drafts) Part(part, text string) error {
	switch part {
	case PartKind, PartRoles, PartValidity, PartRetired:
		return nil
	case PartGrace, PartPassMark:
		if _, err := strconv.Atoi(text); text != "" && err != nil {
			return models.Fail(models.Invalid, "requirement_number").In(part)
		}
		return nil
	case PartQuestions:
		var questions []Question
		if err := json.Unmarshal([]byte(text), &questions); text != "" && err != nil {
			return models.Fail(models.Invalid, "draft_part").In(part)
		}
		return nil
	}
	segments := strings.Split(part, "/")
	texts := len(segments) == 2 && (segments[1] == "title" || segments[1] == "body")
	asked := (len(segments) == 3 || len(segments) == 4) && segments[1] == PartQuestions
	if !texts && !asked || segments[0] == "" {
		return models.Fail(models.Invalid, "draft_part").In(part)
	}
	return nil
}

// Check wants rules that can be kept, and every language whole and up to date.
func (d *Drafts) Check(_ context.Context, doc editorial.Document) (problems []editorial.Problem) {
	r, err := FromDocument(doc)
	if err != nil {
		return []editorial.Problem{{Error: models.Fail(models.Invalid, "draft_part").In(PartQuestions), Early: true}}
	}
	tags := slices.Clone(d.Languages())
	if !slices.Contains(tags, sourceLanguage) {
		tags = append(tags, sourceLanguage)
	}
	slices.Sort(tags)
	for _, p := range r.Problems(tags) {
		early := !strings.Contains(p.Part, "/") || strings.HasPrefix(p.Part, sourceLanguage+"/")
		if p.Code == notThere {
			problems = append(problems, editorial.Missing(p.Part, early))
			continue
		}
		problems = append(problems, editorial.Problem{Error: models.Fail(models.Invalid, "requirement_rule").In(p.Part), Early: early})
	}
	for part := range doc.Content {
		if doc.Stale(part, d.Source(part)) {
			problems = append(problems, editorial.Stale(part))
		}
	}
	slices.SortStableFunc(problems, func(a, b editorial.Problem) int { return strings.Compare(a.Field, b.Field) })
	return problems
}

// Publish makes it a version that never changes.
func (d *Drafts) Publish(ctx context.Context, doc editorial.Document) error {
	r, err := FromDocument(doc)
	if err != nil {
		return err
	}
	return d.Requirements.Publish(ctx, r)
}

// Unpublish withdraws it.
func (d *Drafts) Unpublish(ctx context.Context, doc editorial.Document) error {
	return d.Requirements.Withdraw(ctx, doc.Key, doc.Version)
}

// FromDocument is the requirement that a document is, or would be: one that is not approved or scheduled has no date. Words
// of questions and answers that are not there any more are left out.
func FromDocument(doc editorial.Document) (Requirement, error) {
	c := doc.Content
	r := Requirement{
		Key: doc.Key, Version: doc.Version, Kind: Kind(c[PartKind]), Roles: strings.Fields(c[PartRoles]), Validity: c[PartValidity],
		Retired: c[PartRetired] == "yes", Texts: map[string]Text{},
	}
	slices.Sort(r.Roles)
	r.Grace, _ = strconv.Atoi(c[PartGrace])       // Part has refused what is no number
	r.PassMark, _ = strconv.Atoi(c[PartPassMark]) // as above
	if text := c[PartQuestions]; text != "" {
		if err := json.Unmarshal([]byte(text), &r.Questions); err != nil {
			return r, err
		}
	}
	for part := range c {
		if tag, _, ok := strings.Cut(part, "/"); ok {
			r.Texts[tag] = r.textIn(c, tag)
		}
	}
	if doc.Schedule != nil {
		r.EffectiveAt = doc.Schedule.EffectiveAt
	}
	if a := doc.Approval; a != nil {
		r.Material = a.Material
	}
	return r, nil
}

// textIn gathers what is said in a language.
func (r Requirement) textIn(c editorial.Content, tag string) Text {
	t := Text{Title: c[tag+"/title"], Body: c[tag+"/body"]}
	for _, q := range r.Questions {
		at := tag + "/" + PartQuestions + "/" + q.ID
		words := QuestionText{Text: c[at], Explanation: c[at+"/"+explanation], Answers: map[string]string{}}
		for _, a := range q.Answers {
			words.Answers[a.ID] = c[at+"/"+a.ID]
		}
		if t.Questions == nil {
			t.Questions = map[string]QuestionText{}
		}
		t.Questions[q.ID] = words
	}
	return t
}

// Content is what the requirement says, in parts.
func (r Requirement) Content() (editorial.Content, error) {
	c := editorial.Content{
		PartKind: string(r.Kind), PartRoles: strings.Join(r.Roles, " "), PartValidity: r.Validity, PartGrace: strconv.Itoa(r.Grace),
	}
	if r.Validity == "" {
		delete(c, PartValidity)
	}
	if r.Retired {
		c[PartRetired] = "yes"
	}
	if r.Kind == Training {
		questions, err := json.Marshal(r.Questions)
		if err != nil {
			return nil, err
		}
		c[PartPassMark], c[PartQuestions] = strconv.Itoa(r.PassMark), string(questions)
	}
	for tag, t := range r.Texts {
		c[tag+"/title"], c[tag+"/body"] = t.Title, t.Body
		for id, q := range t.Questions {
			at := tag + "/" + PartQuestions + "/" + id
			c[at], c[at+"/"+explanation] = q.Text, q.Explanation
			for answer, words := range q.Answers {
				c[at+"/"+answer] = words
			}
		}
	}
	return c, nil
}
