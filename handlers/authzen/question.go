package authzen

// resourceType is the only type of resource about which anything can be decided.
const resourceType = "customer"

// malformed says which member of a request is wrong, and how. Both are words of our own.
type malformed struct{ member, rule string }

func (m *malformed) Error() string { return m.member + " " + m.rule }

func fault(member, rule string) error { return &malformed{member, rule} }

// question is what is asked: may the data (of a category, if one is named) of a resource be used?
type question struct {
	customer, purpose, category string
	// other says that the resource is no customer: nothing can be decided about it.
	other bool
}

// tuple is a request taken apart. Members that are not known are passed over, as the standard asks.
type tuple struct {
	subject, action, resource entity
	// context and options are as they were written, and empty where they are absent.
	context, options string
	// evaluations are as they were written, nil if absent. At most one more than are allowed is kept.
	evaluations []string
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
		wrong = fault("the request", "must be an object")
	}
	if r.end(); r.broken {
		return fault("the request", "is not valid JSON")
	}
	return wrong
}

func (t *tuple) member(r *reader) error {
	switch name := r.name(); name {
	case "subject":
		return t.subject.read(r, name, "type", "id")
	case "action":
		return t.action.read(r, name, "name", "")
	case "resource":
		return t.resource.read(r, name, "type", "id")
	case "context":
		return readOptional(r, name, &t.context)
	case "options":
		return readOptional(r, name, &t.options)
	case "evaluations":
		return t.readEvaluations(r, name)
	}
	r.value()
	return nil
}

// readOptional reads an object that may be absent. What a program sends that writes null for what it does
// not have is as good.
func readOptional(r *reader, name string, member *string) error {
	kind, value := r.peek(), r.value()
	switch {
	case *member != "":
		return fault(name, "is there twice")
	case kind == 'n':
		return nil
	case kind != '{':
		return fault(name, "must be an object")
	}
	*member = value
	return nil
}

func (t *tuple) readEvaluations(r *reader, name string) error {
	switch kind := r.peek(); {
	case t.evaluations != nil:
		r.value()
		return fault(name, "is there twice")
	case kind != '[':
		r.value()
		return fault(name, "must be an array")
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
// entity must have: these are taken from the default where they are absent.
func (t *tuple) question(defaults *tuple) (q question, err error) {
	if _, err = t.subject.or(&defaults.subject, "subject", "type", "id"); err != nil {
		return q, err
	}
	action, err := t.action.or(&defaults.action, "action", "name", "")
	if err != nil {
		return q, err
	}
	resource, err := t.resource.or(&defaults.resource, "resource", "type", "id")
	if err != nil {
		return q, err
	}
	q.other = text(resource.first) != resourceType
	q.customer = text(resource.second)
	q.purpose = text(action.first)
	q.category, err = readCategory(resource.properties)
	return q, err
}
