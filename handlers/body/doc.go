// Package body reads what requests carry, within limits.
//
// The server streams request bodies, so that an import of any length takes flat memory. That has three
// consequences, which this package deals with: Fiber's own limit is off, so Limit caps every route that
// does not stream; a body of which something is left unread would be taken for the next request on the
// connection, so Guard reads it out or closes the connection; and a body that breaks off must not be
// taken for a whole one.
//
// The application needs these settings: StreamRequestBody true, BodyLimit math.MaxInt (with less,
// fasthttp may read ahead into the next request), DisablePreParseMultipartForm true (fasthttp would
// write forms of any size to the disk before any handler runs).
package body
