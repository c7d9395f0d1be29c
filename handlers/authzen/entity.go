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
		return Malformed(name, "is there twice")
	case kind != '{':
		r.value()
		return Malformed(name, "must be an object")
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
		return Malformed(name+"."+key, "is there twice")
	case member == &e.properties && kind != '{' && kind != 'n':
		return Malformed(name+"."+key, "must be an object")
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
		return nil, Malformed(name, "is missing")
	}
	if e.wrong != nil {
		return nil, e.wrong
	}
	if fallback.given && (e.first == "" || second != "" && e.second == "") {
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
		return Malformed(entity+"."+member, "is missing")
	}
	if raw[0] != '"' {
		return Malformed(entity+"."+member, "must be a string")
	}
	return nil
}

// entity is what is meant, of an entity that has been found whole.
func (e *entity) entity() Entity {
	q := Entity{Type: text(e.first), Properties: given(e.properties)}
	if e.second != "" {
		q.ID = text(e.second)
	}
	return q
}

// given takes null for properties that are absent.
func given(properties string) Properties {
	if properties == "" || properties[0] == 'n' {
		return ""
	}
	return Properties(properties)
}
