package models

import "slices"

// Staff is a member of staff as everything but models/staff knows them.
type Staff struct {
	// ID is the operator's name for them in the log: random, and never given to another.
	ID   string
	Name string
	// Roles are in order. What they permit is in models/auth/role.go.
	Roles []string
}

// In says whether they have a role.
func (s Staff) In(role string) bool { return slices.Contains(s.Roles, role) }
