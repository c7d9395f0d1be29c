package api

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/models/editorial"
	"candor/models/notice"
)

type draftTextJSON struct {
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Body    string `json:"body"`
	// Stale are the fields whose source has changed since they were translated.
	Stale []string `json:"stale,omitempty"`
}

type draftConflictJSON struct {
	Locale string `json:"locale"`
	Field  string `json:"field"`
	Base   string `json:"base"`
	Mine   string `json:"mine"`
	Theirs string `json:"theirs"`
}

type draftProblemJSON struct {
	Locale string `json:"locale"`
	Field  string `json:"field"`
	Code   string `json:"code"`
}

type draftJSON struct {
	Key       string                   `json:"key"`
	Version   int                      `json:"version"`
	State     string                   `json:"state"`
	Revision  int                      `json:"revision"`
	SHA256    string                   `json:"sha256"`
	Texts     map[string]draftTextJSON `json:"texts"`
	Problems  []draftProblemJSON       `json:"problems"`
	Conflicts []draftConflictJSON      `json:"conflicts,omitempty"`
}

// noticeDraft gives the version of a notice that is being written.
func (h *handler) noticeDraft(c *fiber.Ctx) error {
	path, err := params(c, "key")
	if err != nil {
		return err
	}
	e, err := h.Drafts.Open(c.UserContext(), editorial.KindNotice, path[0])
	if err != nil {
		return err
	}
	return h.sendDraft(c, e.Ref, nil)
}

// putNoticeDraft takes texts into the version that is being written, or begins one.
func (h *handler) putNoticeDraft(c *fiber.Ctx) error {
	path, err := params(c, "key")
	if err != nil {
		return err
	}
	if err := expect(c, mediaJSON); err != nil {
		return err
	}
	texts, revision, err := readTexts(c.Request().Body())
	if err != nil {
		return err
	}
	by := editorial.By{Actor: caller(c)}
	if err := h.Drafts.Check(editorial.KindNotice, texts); err != nil {
		return err
	}
	e, err := h.Drafts.Open(c.UserContext(), editorial.KindNotice, path[0])
	if errors.Is(err, editorial.ErrUnknown) && revision == 0 { // nobody can have seen a revision of what is not there
		e, err = h.startDraft(c, by, path[0])
	}
	if err != nil {
		return err
	}
	if revision == 0 {
		revision = e.Revision
	}
	saved, err := h.Drafts.Save(c.UserContext(), by, e.Ref, revision, texts)
	if err != nil {
		return err
	}
	return h.sendDraft(c, e.Ref, saved.Conflicts)
}

// startDraft begins a version of a notice that there is: which notices there are is for people to say.
func (h *handler) startDraft(c *fiber.Ctx, by editorial.By, key string) (editorial.Edition, error) {
	if _, err := h.Notices.Version(key, 1); err != nil {
		return editorial.Edition{}, err
	}
	return h.Drafts.Start(c.UserContext(), by, editorial.KindNotice, key)
}

func (h *handler) sendDraft(c *fiber.Ctx, ref editorial.Ref, conflicts []editorial.Conflict) error {
	d, err := h.Drafts.Document(c.UserContext(), ref)
	if err != nil {
		return err
	}
	problems, err := h.Drafts.Problems(c.UserContext(), ref)
	if err != nil {
		return err
	}
	j := draftJSON{
		Key: d.Key, Version: d.Version, State: string(d.State), Revision: d.Revision, SHA256: d.SHA256,
		Texts: map[string]draftTextJSON{}, Problems: []draftProblemJSON{},
	}
	for tag, text := range notice.FromDocument(d).Texts {
		t := draftTextJSON{Title: text.Title, Summary: text.Summary, Body: text.Body}
		for _, field := range notice.Fields() {
			if d.Stale(tag+"/"+field, notice.Source(tag+"/"+field)) {
				t.Stale = append(t.Stale, field)
			}
		}
		j.Texts[tag] = t
	}
	for _, p := range problems {
		tag, field, _ := strings.Cut(p.Field, "/")
		j.Problems = append(j.Problems, draftProblemJSON{tag, field, p.Code})
	}
	for _, conflict := range conflicts {
		tag, field, _ := strings.Cut(conflict.Part, "/")
		j.Conflicts = append(j.Conflicts, draftConflictJSON{tag, field, conflict.Base, conflict.Mine, conflict.Theirs})
	}
	return c.JSON(j)
}

// readTexts reads what is to be changed, by part, and the revision that the client had before it; 0 if it does not say.
func readTexts(body []byte) (texts map[string]string, revision int, err error) {
	m, err := readMembers(body)
	if err != nil {
		return nil, 0, err
	}
	texts = map[string]string{}
	if _, there := m.raw["texts"]; !there {
		m.fail(broken("required", "texts"))
	}
	m.object("texts", func(m *members) {
		for _, tag := range m.order {
			m.object(tag, func(m *members) {
				for _, field := range notice.Fields() {
					if _, there := m.raw[field]; there {
						texts[tag+"/"+field] = m.string(field)
					}
				}
			})
		}
	})
	_, told := m.raw["revision"]
	if revision = m.integer("revision", 0); told && (revision < 1 || revision > maxVersion) {
		m.fail(broken("out_of_range", "revision", "min", 1, "max", maxVersion))
	}
	return texts, revision, m.end()
}
