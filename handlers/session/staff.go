package session

import (
	"slices"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
)

// Staff is the signed-in member of staff; the zero Staff if there is none.
func (v *Visitor) Staff() models.Staff {
	role := v.Session.Role
	if role == "" {
		return models.Staff{}
	}
	return models.Staff{ID: role, Name: role, Roles: []string{role}}
}

// IsStaff says whether a member of staff is signed in.
func (v *Visitor) IsStaff() bool { return v.Staff().ID != "" }

// May says whether one of the visitor's roles has a permission.
func (v *Visitor) May(p auth.Permission) bool { return v.RoleFor(p) != "" }

// RoleFor is the role in which the visitor uses a permission; empty if none of theirs has it.
func (v *Visitor) RoleFor(p auth.Permission) string {
	roles := v.Staff().Roles
	i := slices.IndexFunc(roles, func(role string) bool { return auth.May(role, p) })
	if i < 0 {
		return ""
	}
	return roles[i]
}

// Actor is the visitor as the log names a member of staff.
func (v *Visitor) Actor() ledger.Actor {
	return ledger.Actor{Type: ledger.ActorStaff, ID: v.Staff().ID}
}
