package editorial

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"candor/models/ledger"
	"candor/models/store"
)

// standing is where a version stands after a step. It is kept with each step, so that a list of versions reads one
// revision of each; it follows from the steps alone.
type standing struct {
	State      State           `json:"state"`
	From       int             `json:"from,omitempty"`
	StartedAt  time.Time       `json:"started_at"`
	StartedBy  By              `json:"started_by"`
	Authors    []By            `json:"authors,omitempty"`
	Parts      map[string]Part `json:"parts"`
	SHA256     string          `json:"sha256"`
	Comments   int             `json:"comments,omitempty"`
	Submission *Submission     `json:"submission,omitempty"`
	Approval   *Approval       `json:"approval,omitempty"`
	Schedule   *Schedule       `json:"schedule,omitempty"`
}

// stored is a revision as it is kept.
type stored struct {
	By        By                `json:"by"`
	Step      Step              `json:"step"`
	Base      int               `json:"base,omitempty"`
	Changed   map[string]string `json:"changed,omitempty"`
	Proposed  map[string]string `json:"proposed,omitempty"`
	Confirmed []string          `json:"confirmed,omitempty"`
	Comment   *Comment          `json:"comment,omitempty"`
	Note      string            `json:"note,omitempty"`
	Reopened  State             `json:"reopened,omitempty"`
	After     standing          `json:"after"`
}

// record is a revision of the store, read.
type record struct {
	Ref
	stored

	number int
	at     time.Time
}

func read(r store.Revision) (record, error) {
	out := record{Ref: Ref{r.Kind, r.Key, r.Version}, number: r.Revision, at: r.At}
	if err := json.Unmarshal(r.Content, &out.stored); err != nil {
		return out, fmt.Errorf("read revision %d of %s %s, version %d: %w", r.Revision, r.Kind, r.Key, r.Version, err)
	}
	return out, nil
}

func (r record) write() (store.Revision, error) {
	content, err := json.Marshal(r.stored)
	if err != nil {
		return store.Revision{}, fmt.Errorf("write a revision: %w", err)
	}
	return store.Revision{Kind: r.Kind, Key: r.Key, Version: r.Version, Revision: r.number, At: r.at, Content: content}, nil
}

func (r record) edition() Edition {
	a := r.After
	return Edition{
		Ref: r.Ref, Revision: r.number, At: r.at, By: r.By, Last: r.Step, State: a.State, From: a.From, StartedAt: a.StartedAt,
		StartedBy: a.StartedBy, Authors: slices.Clone(a.Authors), Parts: maps.Clone(a.Parts), SHA256: a.SHA256, Comments: a.Comments,
		Submission: a.Submission, Approval: a.Approval, Schedule: a.Schedule,
	}
}

func (r record) revision() Revision {
	out := Revision{
		Ref: r.Ref, Number: r.number, At: r.at, By: r.By, Step: r.Step, Base: r.Base, Changed: r.Changed, Proposed: r.Proposed,
		Confirmed: r.Confirmed, Comment: r.Comment, Note: r.Note, Reopened: r.Reopened, SHA256: r.After.SHA256, State: r.After.State,
	}
	switch r.Step {
	case StepApproved:
		out.Approval = r.After.Approval
	case StepScheduled:
		out.Schedule = r.After.Schedule
	}
	return out
}

// history is every step of a version, the first one first.
type history []record

func (h history) head() record { return h[len(h)-1] }

// content is what the version said after its first n steps.
func (h history) content(n int) Content {
	c := Content{}
	for _, r := range h[:n] {
		for part, text := range r.Changed {
			if text == "" {
				delete(c, part)
			} else {
				c[part] = text
			}
		}
	}
	return c
}

// proposed says whether a text for a part was kept before.
func (h history) proposed(part, text string) bool {
	return slices.ContainsFunc(h, func(r record) bool {
		kept, ok := r.Proposed[part]
		return ok && kept == text
	})
}

// next begins the step after the newest one: nothing has changed yet.
func (h history) next(by By, step Step, base int, now time.Time) record {
	head := h.head()
	r := record{Ref: head.Ref, number: head.number + 1, at: now}
	if r.at.Before(head.at) { // another server's clock was ahead
		r.at = head.at
	}
	r.By, r.Step, r.Base = by, step, base
	r.After = head.After
	r.After.Authors, r.After.Parts = slices.Clone(head.After.Authors), maps.Clone(head.After.Parts)
	return r
}

// change puts changed parts into the step, which makes whoever takes it an author. source names the part that a part is
// translated from, and before is what whoever wrote them had before them.
func (r *record) change(changed map[string]string, before Content, source func(part string) string) {
	r.Changed = changed
	for part, text := range changed {
		if text == "" {
			delete(r.After.Parts, part)
			continue
		}
		r.After.Parts[part] = Part{Revision: r.number, SHA256: hash(text)}
	}
	for part := range changed {
		p, there := r.After.Parts[part]
		from := source(part)
		if !there || from == "" || from == part {
			continue
		}
		p.Source, p.SourceRevision = hash(before[from]), r.Base
		if text, too := changed[from]; too { // both were written together
			p.Source, p.SourceRevision = hash(text), r.number
		}
		r.After.Parts[part] = p
	}
	r.After.SHA256 = r.After.hash()
}

func (a standing) hash() string {
	sums := make(map[string]string, len(a.Parts))
	for part, p := range a.Parts {
		sums[part] = p.SHA256
	}
	return hashOf(sums)
}

// author adds who took the step to the authors.
func (r *record) author() {
	if !slices.ContainsFunc(r.After.Authors, r.By.same) {
		r.After.Authors = append(r.After.Authors, r.By)
	}
}

// reopen makes a version whose text has changed a draft again.
func (r *record) reopen() {
	if r.After.State == InReview || r.After.State == Approved {
		r.Reopened = r.After.State
	}
	r.After.State, r.After.Submission, r.After.Approval = Draft, nil, nil
}

// eventID is derived, so that saying a step in the log again is no second event.
func eventID(ref Ref, number int) ledger.EventID {
	return ledger.DerivedEventID("draft", ref.Kind, ref.Key, strconv.Itoa(ref.Version), strconv.Itoa(number))
}
