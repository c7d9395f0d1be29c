package authzen

// resourceType is the only type of resource about which anything can be decided.
const resourceType = "customer"

// malformed says which member of a request is wrong, and how. Both are words of our own.
type malformed struct{ member, rule string }

func (m *malformed) Error() string { return m.member + " " + m.rule }

func fault(member, rule string) error { return &malformed{member, rule} }

// question is what is asked: may the data (of a category, if one is named) of a resource be used?
type question struct{ kind, customer, purpose, category string }

// tuple is a request taken apart: the JSON of each member, nil where it is absent. Members that are not
// known are passed over, as the standard asks.
type tuple struct {
	subject, action, resource, context, evaluations, options []byte
}

func (t *tuple) member(name string) *[]byte {
	switch name {
	case "subject":
		return &t.subject
	case "action":
		return &t.action
	case "resource":
		return &t.resource
	case "context":
		return &t.context
	case "evaluations":
		return &t.evaluations
	case "options":
		return &t.options
	}
	return nil
}

// read takes a JSON text apart.
func (t *tuple) read(raw []byte) error {
	members, err := object(raw, "the request")
	if err != nil {
		return err
	}
	for members.next() {
		name := members.name()
		member := t.member(name)
		if member == nil {
			continue
		}
		if *member != nil {
			return fault(name, "is there twice")
		}
		if *member, err = typed(name, members.value); err != nil {
			return err
		}
	}
	return nil
}

// typed holds a member to its type. What a program sends that writes null for what it does not have is
// as good as absent, where absence is allowed.
func typed(name string, value []byte) ([]byte, error) {
	switch {
	case value[0] == 'n' && (name == "context" || name == "options" || name == "properties"):
		return nil, nil
	case name == "evaluations" && value[0] != '[':
		return nil, fault(name, "must be an array")
	case name != "evaluations" && value[0] != '{':
		return nil, fault(name, "must be an object")
	}
	return value, nil
}

// question reads what is asked. An entity replaces the default whole, but for the members that every
// entity must have: these are taken from the default where they are absent.
func (t *tuple) question(defaults *tuple) (q question, err error) {
	if _, err = readEntity("subject", t.subject, defaults.subject, "type", "id"); err != nil {
		return q, err
	}
	action, err := readEntity("action", t.action, defaults.action, "name", "name")
	if err != nil {
		return q, err
	}
	resource, err := readEntity("resource", t.resource, defaults.resource, "type", "id")
	if err != nil {
		return q, err
	}
	category, err := readCategory(resource.properties)
	return question{kind: resource.first, customer: resource.second, purpose: action.first, category: category}, err
}

// entity is a subject, an action or a resource: the one or two members that it must have, and more.
type entity struct {
	first, second string
	properties    []byte
}

func readEntity(name string, own, fallback []byte, first, second string) (e entity, err error) {
	if own == nil {
		own, fallback = fallback, nil
	}
	if own == nil {
		return e, fault(name, "is missing")
	}
	parts, err := takeApart(name, own, first, second)
	if err != nil {
		return e, err
	}
	if fallback != nil && (parts.first == nil || parts.second == nil) {
		more, err := takeApart(name, fallback, first, second)
		if err != nil {
			return e, err
		}
		parts.inherit(more)
	}
	e.properties = parts.properties
	if e.first, err = required(name+"."+first, parts.first); err != nil {
		return e, err
	}
	e.second, err = required(name+"."+second, parts.second)
	return e, err
}

func required(member string, raw []byte) (string, error) {
	if raw == nil {
		return "", fault(member, "is missing")
	}
	value, ok := text(raw)
	if !ok {
		return "", fault(member, "must be a string")
	}
	return value, nil
}

// parts is an entity taken apart.
type parts struct{ first, second, properties []byte }

func (p *parts) inherit(from parts) {
	if p.first == nil {
		p.first = from.first
	}
	if p.second == nil {
		p.second = from.second
	}
}

func takeApart(entity string, raw []byte, first, second string) (p parts, err error) {
	members, err := object(raw, entity)
	if err != nil {
		return p, err
	}
	seen := false
	for members.next() {
		name := members.name()
		switch {
		case name == first && p.first == nil:
			p.first = members.value
		case name == second && p.second == nil:
			p.second = members.value
		case name == "properties" && !seen:
			seen = true
			if p.properties, err = typed(name, members.value); err != nil {
				return p, fault(entity+".properties", "must be an object")
			}
		case name == first || name == second || name == "properties":
			return p, fault(entity+"."+name, "is there twice")
		}
	}
	if first == second {
		p.second = p.first
	}
	return p, nil
}

// readCategory reads the category of data that is asked about. One that cannot be read is no less
// narrow than the one meant: without any, the answer would be about all that the purpose uses.
func readCategory(properties []byte) (string, error) {
	if properties == nil {
		return "", nil
	}
	const member = "resource.properties.category"
	members, err := object(properties, "resource.properties")
	if err != nil {
		return "", err
	}
	category, found := "", false
	for members.next() {
		if members.name() != "category" {
			continue
		}
		if found {
			return "", fault(member, "is there twice")
		}
		found = true
		var ok bool
		if category, ok = text(members.value); !ok || category == "" {
			return "", fault(member, "must be a string, and not empty")
		}
	}
	return category, nil
}
