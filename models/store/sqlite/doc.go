// Package sqlite owns the embedded store: everything that models/store asks for, in two SQLite files
// of mode 0600, one for data and one for encryption keys, so that each has backups of its own.
//
// Each file has one connection that writes and a few that read. Writers of this process take turns,
// so they never meet SQLITE_BUSY; other processes (the command line beside a running server) are
// waited for. A write that has begun is carried to its end whatever happens to the caller's context,
// so that no outcome is left unknown by a caller's impatience.
//
// Times are kept as whole milliseconds since 1970 UTC and come back as UTC; the zero time survives.
package sqlite
