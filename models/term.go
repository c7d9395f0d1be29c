package models

// Term is an argument of an error that has words of its own: the id of a message.
type Term string

// MessageID is the message's.
func (t Term) MessageID() string { return string(t) }

// Language is an argument of an error that names a language, a BCP 47 tag.
type Language string

// LanguageTag is the tag.
func (l Language) LanguageTag() string { return string(l) }
