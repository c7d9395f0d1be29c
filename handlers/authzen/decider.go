package authzen

import (
	"context"
	"errors"
)

// Entity is a subject or a resource of the information model.
type Entity struct {
	// Type and ID are what they say, without JSON's quotes; ID is empty where it is what a search asks for.
	Type, ID   string
	Properties Properties
}

// Action is what the subject would do.
type Action struct {
	Name       string
	Properties Properties
}

// Question asks whether a subject may do something with a resource. A search leaves out what it asks for.
// Its parts are parts of the request: whoever keeps one keeps all of that.
type Question struct {
	Subject  Entity
	Action   Action
	Resource Entity
	// Context is a JSON object as it was written; empty if there is none.
	Context string
}

// Decision answers a question.
type Decision struct {
	Allowed bool
	// Reason says why, under a name that programs know and that needs no escape in JSON. Empty: the answer
	// is without a context.
	Reason string
	// Facts are what the reason rests on. One without a name is left out.
	Facts [2]Fact
}

// Fact is a number under a name that needs no escape in JSON.
type Fact struct {
	Name  string
	Value uint64
}

// Page asks for a part of what a search finds.
type Page struct {
	// After is where the page before has ended; empty is the beginning.
	After string
	// Limit is how many results may be given, 1 or more.
	Limit int
}

// Found is a page of what a search finds.
type Found struct {
	// IDs are subjects' or resources' ids, or actions' names: at most Page.Limit, and none where there may be
	// more, if finding them took too long.
	IDs []string
	// Next is where this page has ended, if there may be More.
	Next string
	More bool
	// Total is how many there are on all pages, if Counted.
	Total   int
	Counted bool
}

// Decider is a policy decision point. It keeps no reference to its arguments. On an error nothing is
// allowed; one that Malformed made is the caller's fault.
type Decider interface {
	Evaluate(ctx context.Context, q Question) (Decision, error)
	// Each search lists, in an order that stays, what would be allowed if it stood where the question says
	// nothing: Subjects of q.Subject.Type, Resources of q.Resource.Type, and Actions. What is not known,
	// a type among it, is found nowhere.
	Subjects(ctx context.Context, q Question, p Page) (Found, error)
	Resources(ctx context.Context, q Question, p Page) (Found, error)
	Actions(ctx context.Context, q Question, p Page) (Found, error)
}

// Properties are a JSON object as it was written; empty if there are none.
type Properties string

// Text is a property that must be a string, and not empty, where it is there: without it the question would
// be a wider one than the one meant. It is empty where it is absent. of is whose property it is.
func (p Properties) Text(of, name string) (value string, err error) {
	if p == "" {
		return "", nil
	}
	r := reader{text: string(p)}
	for r.open(); r.next('}'); {
		key, raw := r.name(), r.value()
		switch {
		case key != name:
			continue
		case value != "":
			return "", Malformed(of+".properties."+name, "is there twice")
		}
		if value = text(raw); value == "" {
			return "", Malformed(of+".properties."+name, "must be a string, and not empty")
		}
	}
	return value, nil
}

// malformed says which member of a request is wrong, and how. Both are words of our own.
type malformed struct{ member, rule string }

func (m *malformed) Error() string { return m.member + " " + m.rule }

// Malformed is the error about a question that cannot be understood: which member is wrong, and a rule that
// it breaks. Neither repeats what was sent.
func Malformed(member, rule string) error { return &malformed{member, rule} }

// malformedBy is what is wrong with a question, if that is what an error says.
func malformedBy(err error) (*malformed, bool) { return errors.AsType[*malformed](err) }
