package models

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the terms a caller can act on. handlers/errors.go turns each into
// one HTTP status; nothing else does.
type Kind uint8

// The kinds of error. The zero Kind is an internal fault: its cause is logged and never shown.
const (
	Internal        Kind = iota
	Malformed            // the request cannot be read: bad JSON, bad UTF-8, a bad cursor
	Invalid              // it can be read, and breaks a rule that Field names
	Unauthenticated      // nobody, or nobody known, is asking
	Forbidden            // the one who asks may not
	NotFound             // there is no such thing, or not for the one who asks
	Conflict             // what was asked no longer fits what is there
	Gone                 // it was there and is over: a used link, an expired archive
	TooLarge             // more than the limit
	TooMany              // too often
	Unsupported          // a media type or method nobody serves here
	Unavailable          // a dependency is away; trying again may help
)

// Error is an error that a caller may be told of. It holds no personal data.
type Error struct {
	Kind Kind
	// Code is stable: the last segment of a problem document's type, and with "error." before it
	// the id of the message that people read.
	Code string
	// Field names the member, form field or setting that is wrong, in the caller's notation.
	Field string
	// Args are name, value pairs for the message. Never a value that the caller sent: it may be
	// personal or secret.
	Args []any
	// Cause is for the operator's log.
	Cause error
}

func (e *Error) Error() string {
	text := e.Code
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Is matches errors of one kind and code, so that a package can export values to compare with.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Code == e.Code
}

// Fail makes an Error of a kind and code.
func Fail(kind Kind, code string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Args: args}
}

// In names the field that is at fault.
func (e *Error) In(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Because keeps the cause for the operator's log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// KindOf finds the kind of any error; an error that is not ours is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Wrap says what was being done when err happened, and keeps its kind.
func Wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// What more than one package says.
var (
	// ErrUnknownCustomer: there is no customer of that reference.
	ErrUnknownCustomer = Fail(NotFound, "unknown_customer").In("customer")
	// ErrStaleServed: it is not known that the text in force was shown; read it and decide again.
	ErrStaleServed = Fail(Conflict, "stale_served").In("served")
)
