// Package problem turns errors into answers. It holds the one switch from a kind of error to an HTTP
// status, and writes problem documents (RFC 9457) in the caller's language. Causes go to the log and
// are never shown.
package problem
