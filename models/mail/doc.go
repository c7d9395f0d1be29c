// Package mail owns the mail that is sent to people: the outbox, which a crash does not empty, and the way to the
// operator's mail server. What to write is for others to say, when it is sent and not before: the outbox keeps
// neither addresses nor codes nor words.
package mail
