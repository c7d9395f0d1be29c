package authzen

// tuple is a request taken apart. Members that are not known are passed over, as the standard asks, and so
// are those that have no meaning in a request of its kind.
type tuple struct {
	// kind says what is asked for: which members mean something, and which an entity must have.
	kind kind

	subject, action, resource entity
	// context, options and page are as they were written, and empty where they are absent.
	context, options, page string
	// evaluations are as they were written, nil if absent. At most one more than are allowed is kept.
	evaluations []string
}

type kind int

const (
	evaluation kind = iota
	evaluations
	subjectSearch
	resourceSearch
	actionSearch
)

// identifier is the name of an entity's second member that must be there: a search for entities of a type
// passes over which one.
func (k kind) identifier(entity string) string {
	if k == subjectSearch && entity == "subject" || k == resourceSearch && entity == "resource" {
		return ""
	}
	return "id"
}

// knows says whether a member means something in such a request.
func (k kind) knows(member string) bool {
	switch member {
	case "subject", "resource", "context":
		return true
	case "action":
		return k != actionSearch
	case "options", "evaluations":
		return k == evaluations
	case "page":
		return k >= subjectSearch
	}
	return false
}

// read takes a JSON text apart. That it is JSON, to its end, comes before what else may be wrong.
func (t *tuple) read(request string) (wrong error) {
	r := reader{text: request}
	if r.peek() == '{' {
		for r.open(); r.next('}'); {
			if err := t.member(&r); wrong == nil {
				wrong = err
			}
		}
	} else {
		r.value()
		wrong = Malformed("the request", "must be an object")
	}
	if r.end(); r.broken {
		return Malformed("the request", "is not valid JSON")
	}
	return wrong
}

func (t *tuple) member(r *reader) error {
	name := r.name()
	if !t.kind.knows(name) {
		r.value()
		return nil
	}
	switch name {
	case "subject":
		return t.subject.read(r, name, "type", t.kind.identifier(name))
	case "action":
		return t.action.read(r, name, "name", "")
	case "resource":
		return t.resource.read(r, name, "type", t.kind.identifier(name))
	case "context":
		return readOptional(r, name, &t.context)
	case "options":
		return readOptional(r, name, &t.options)
	case "page":
		return readOptional(r, name, &t.page)
	}
	return t.readEvaluations(r, name)
}

// readOptional reads an object that may be absent. What a program sends that writes null for what it does
// not have is as good.
func readOptional(r *reader, name string, member *string) error {
	kind, value := r.peek(), r.value()
	switch {
	case *member != "":
		return Malformed(name, "is there twice")
	case kind == 'n':
		return nil
	case kind != '{':
		return Malformed(name, "must be an object")
	}
	*member = value
	return nil
}

func (t *tuple) readEvaluations(r *reader, name string) error {
	switch kind := r.peek(); {
	case t.evaluations != nil:
		r.value()
		return Malformed(name, "is there twice")
	case kind != '[':
		r.value()
		return Malformed(name, "must be an array")
	}
	t.evaluations = []string{}
	for r.open(); r.next(']'); {
		if item := r.value(); len(t.evaluations) <= maxEvaluations {
			t.evaluations = append(t.evaluations, item)
		}
	}
	return nil
}

// question reads what is asked. An entity replaces the default whole, but for the members that every
// entity must have: these are taken from the default where they are absent. A context replaces the default.
func (t *tuple) question(defaults *tuple) (q Question, err error) {
	subject, err := t.subject.or(&defaults.subject, "subject", "type", t.kind.identifier("subject"))
	if err != nil {
		return q, err
	}
	q.Subject = subject.entity()
	if t.kind != actionSearch {
		action, err := t.action.or(&defaults.action, "action", "name", "")
		if err != nil {
			return q, err
		}
		q.Action = Action{Name: text(action.first), Properties: given(action.properties)}
	}
	resource, err := t.resource.or(&defaults.resource, "resource", "type", t.kind.identifier("resource"))
	if err != nil {
		return q, err
	}
	q.Resource = resource.entity()
	if q.Context = t.context; q.Context == "" {
		q.Context = defaults.context
	}
	return q, nil
}
