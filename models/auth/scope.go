package auth

import (
	"slices"
	"strings"
)

// The scopes that a client may hold.
const (
	ScopeCustomers     = "customers"
	ScopeRecords       = "records"
	ScopeSessions      = "sessions"
	ScopeConsentsRead  = "consents:read"
	ScopeConsentsWrite = "consents:write"
	ScopeNoticesRead   = "notices:read"
	ScopeNoticesWrite  = "notices:write"
	ScopeWebhooks      = "webhooks"
	ScopeTasks         = "tasks"
)

var scopes = [...]string{
	ScopeCustomers, ScopeRecords, ScopeSessions, ScopeConsentsRead, ScopeConsentsWrite,
	ScopeNoticesRead, ScopeNoticesWrite, ScopeWebhooks, ScopeTasks,
}

// Scopes lists every scope there is.
func Scopes() []string { return slices.Clone(scopes[:]) }

// scopeSet has bit i set for scopes[i], so that a check costs no memory.
type scopeSet uint16

func bitOf(scope string) (scopeSet, bool) {
	for i, s := range scopes {
		if s == scope {
			return 1 << i, true
		}
	}
	return 0, false
}

// setOf gathers scopes; ok is false if one of them is not known.
func setOf(names []string) (set scopeSet, ok bool) {
	ok = true
	for _, name := range names {
		bit, known := bitOf(name)
		set |= bit
		ok = ok && known
	}
	return set, ok
}

// parseScope reads the scope parameter (RFC 6749, section 3.3): names with one space between.
func parseScope(text string) (scopeSet, bool) { return setOf(strings.Split(text, " ")) }

func (s scopeSet) String() string {
	var names []string
	for i, name := range scopes {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}
