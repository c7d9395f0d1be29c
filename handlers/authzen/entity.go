package authzen

// entity is a subject, an action or a resource taken apart: the one or two strings that it must have, and
// its properties. Each is as it was written, and empty where it is absent.
type entity struct {
	first, second, properties string
	given                     bool
	wrong                     error // told when the entity is used: a default may not be
}

// read takes an entity apart. It goes to its end, whatever may be wrong.
func (e *entity) read(r *reader, name, first, second string) error {
	switch kind := r.peek(); {
	case e.given:
		r.value()
		return fault(name, "is there twice")
	case kind != '{':
		r.value()
		return fault(name, "must be an object")
	}
	e.given = true
	for r.open(); r.next('}'); {
		key := r.name()
		if err := e.set(r, name, e.member(key, first, second), key); e.wrong == nil {
			e.wrong = err
		}
	}
	return nil
}

func (e *entity) member(key, first, second string) *string {
	switch {
	case key == first:
		return &e.first
	case key == second && second != "": // an action has a name and nothing else
		return &e.second
	case key == "properties":
		return &e.properties
	}
	return nil
}

func (e *entity) set(r *reader, name string, member *string, key string) error {
	kind, value := r.peek(), r.value()
	switch {
	case member == nil:
		return nil
	case *member != "":
		return fault(name+"."+key, "is there twice")
	case member == &e.properties && kind != '{' && kind != 'n':
		return fault(name+"."+key, "must be an object")
	}
	*member = value
	return nil
}

// or is the entity that is meant: this one, with what it must have and has not from the default, or else
// the default.
func (e *entity) or(fallback *entity, name, first, second string) (*entity, error) {
	if !e.given {
		e, fallback = fallback, &entity{}
	}
	if !e.given {
		return nil, fault(name, "is missing")
	}
	if e.wrong != nil {
		return nil, e.wrong
	}
	if fallback.given && (e.first == "" || e.second == "") {
		if fallback.wrong != nil {
			return nil, fallback.wrong
		}
		e.inherit(fallback)
	}
	if err := required(name, first, e.first); err != nil {
		return nil, err
	}
	if second == "" {
		return e, nil
	}
	return e, required(name, second, e.second)
}

func (e *entity) inherit(from *entity) {
	if e.first == "" {
		e.first = from.first
	}
	if e.second == "" {
		e.second = from.second
	}
}

func required(entity, member, raw string) error {
	if raw == "" {
		return fault(entity+"."+member, "is missing")
	}
	if raw[0] != '"' {
		return fault(entity+"."+member, "must be a string")
	}
	return nil
}

// readCategory reads the category of data that is asked about. One that cannot be read is no less
// narrow than the one meant: without any, the answer would be about all that the purpose uses.
func readCategory(properties string) (category string, err error) {
	if properties == "" || properties[0] == 'n' {
		return "", nil
	}
	const member = "resource.properties.category"
	r := reader{text: properties}
	for r.open(); r.next('}'); {
		name, value := r.name(), r.value()
		switch {
		case name != "category":
			continue
		case category != "":
			return "", fault(member, "is there twice")
		}
		if category = text(value); category == "" {
			return "", fault(member, "must be a string, and not empty")
		}
	}
	return category, nil
}
