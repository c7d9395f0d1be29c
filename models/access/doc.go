// Package access owns how staff come to see what is held about a customer: never by browsing, only with a reason, and
// never before the log says that they look.
//
// A look-up is one member's leave to look at one customer for half an hour. It is begun with a reason that the customer
// will read. Whoever may not look people up can ask for one in an emergency; a second person then opens it, for an hour.
// Each thing that is looked at is an entry of the customer's log before any of it is given to the caller: the profile,
// each category, each record, each document, each value. Values are masked until they are asked for one by one.
package access
