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

// tuple is a request taken apart: the JSON of each member, nil where it is absent. Members that are not
// known are passed over, as the standard asks.
type tuple struct {
	subject, action, resource, context, evaluations, options []byte
}

func (t *tuple) member(name []byte) *[]byte {
	switch string(name) {
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
			return fault(string(name), "is there twice")
		}
		if *member, err = typed(string(name), members.value); err != nil {
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
	action, err := readEntity("action", t.action, defaults.action, "name", "")
	if err != nil {
		return q, err
	}
	resource, err := readEntity("resource", t.resource, defaults.resource, "type", "id")
	if err != nil {
		return q, err
	}
	kind, _ := text(resource.first)
	q.other = kind != resourceType
	q.customer, _ = text(resource.second)
	q.purpose, _ = text(action.first)
	q.category, err = readCategory(resource.properties)
	return q, err
}

// entity is a subject, an action or a resource taken apart: the JSON of the one or two strings that it
// must have, and of its properties.
type entity struct{ first, second, properties []byte }

func readEntity(name string, own, fallback []byte, first, second string) (e entity, err error) {
	if own == nil {
		own, fallback = fallback, nil
	}
	if own == nil {
		return e, fault(name, "is missing")
	}
	if e, err = takeApart(name, own, first, second); err != nil {
		return e, err
	}
	if fallback != nil && (e.first == nil || e.second == nil) {
		whole, err := takeApart(name, fallback, first, second)
		if err != nil {
			return e, err
		}
		e.inherit(whole)
	}
	if err := required(name, first, e.first); err != nil {
		return e, err
	}
	if second == "" { // an action has a name and nothing else
		return e, nil
	}
	return e, required(name, second, e.second)
}

func (e *entity) inherit(from entity) {
	if e.first == nil {
		e.first = from.first
	}
	if e.second == nil {
		e.second = from.second
	}
}

func required(entity, member string, raw []byte) error {
	if raw == nil {
		return fault(entity+"."+member, "is missing")
	}
	if raw[0] != '"' {
		return fault(entity+"."+member, "must be a string")
	}
	return nil
}

func takeApart(name string, raw []byte, first, second string) (e entity, err error) {
	members, err := object(raw, name)
	if err != nil {
		return e, err
	}
	seen := false
	for members.next() {
		switch key := members.name(); {
		case string(key) == first && e.first == nil:
			e.first = members.value
		case string(key) == second && second != "" && e.second == nil:
			e.second = members.value
		case string(key) == "properties" && !seen:
			seen = true
			if e.properties, err = typed("properties", members.value); err != nil {
				return e, fault(name+".properties", "must be an object")
			}
		case string(key) == first, string(key) == second && second != "", string(key) == "properties":
			return e, fault(name+"."+string(key), "is there twice")
		}
	}
	return e, nil
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
		if string(members.name()) != "category" {
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
