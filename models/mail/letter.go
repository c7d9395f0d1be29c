package mail

import "strings"

// Words are one language's; *i18n.Localizer is one.
type Words interface {
	T(id string, args ...any) string
}

// Letter is a message of a subject and paragraphs, by the IDs of their words, with the signature below.
func Letter(w Words, to string, args []any, subject string, paragraphs ...string) Message {
	text := make([]string, 0, len(paragraphs)+1)
	for _, id := range append(paragraphs, "mail.signature") {
		text = append(text, w.T(id, args...))
	}
	return Message{To: to, Subject: w.T(subject, args...), Text: strings.Join(text, "\n\n") + "\n"}
}
