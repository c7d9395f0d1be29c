package auth

import "slices"

// The roles of staff.
const (
	RoleLegalEditor    = "legal_editor"
	RoleLegalApprover  = "legal_approver"
	RolePrivacyOfficer = "privacy_officer"
	RoleAuditor        = "auditor"
	RoleAdmin          = "admin"
)

// Roles lists every role there is.
func Roles() []string {
	return []string{RoleLegalEditor, RoleLegalApprover, RolePrivacyOfficer, RoleAuditor, RoleAdmin}
}

// Permission is something that only some of the staff may do.
type Permission string

// The permissions.
const (
	// ManageClients: add API clients, give them new secrets, revoke them.
	ManageClients Permission = "manage_clients"
	// HandleRequests: answer what customers ask, and see who has not confirmed.
	HandleRequests Permission = "handle_requests"
	// SeeRequests: see what was asked and how it was answered, without what it is about.
	SeeRequests Permission = "see_requests"
)

// roles is the whole table of who may do what. What is not in it is denied.
var roles = map[string][]Permission{
	RoleLegalEditor:    {},
	RoleLegalApprover:  {},
	RolePrivacyOfficer: {HandleRequests, SeeRequests},
	RoleAuditor:        {SeeRequests},
	RoleAdmin:          {ManageClients},
}

// May says whether a role has a permission; nobody's role has none.
func May(role string, p Permission) bool { return slices.Contains(roles[role], p) }
