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
	// ManageStaff: add members of staff, give them roles, end their sessions, let them go.
	ManageStaff Permission = "manage_staff"
	// SeeStaff: see who is on the staff, in which roles, and where they are signed in.
	SeeStaff Permission = "see_staff"

	// SeeTexts: read notices in every state, compare versions, comment.
	SeeTexts Permission = "see_texts"
	// WriteTexts: write and translate drafts, submit them, schedule what is approved, withdraw it.
	WriteTexts Permission = "write_texts"
	// ApproveTexts: approve or return what others wrote, schedule it, withdraw it.
	ApproveTexts Permission = "approve_texts"

	// SeeDataMap: read the data map in every state.
	SeeDataMap Permission = "see_data_map"
	// WriteDataMap: edit purposes and the data map, submit them.
	WriteDataMap Permission = "write_data_map"
	// ApproveDataMap: approve or return what others edited.
	ApproveDataMap Permission = "approve_data_map"

	// SeeTraining: see who has acknowledged and passed what, and take it out.
	SeeTraining Permission = "see_training"
	// WriteTraining: write policies and trainings, submit them.
	WriteTraining Permission = "write_training"
	// ApproveTraining: approve or return what others wrote.
	ApproveTraining Permission = "approve_training"

	// HandleRequests: answer what customers ask, and see who has not confirmed.
	HandleRequests Permission = "handle_requests"
	// SeeRequests: see what was asked and how it was answered, without what it is about.
	SeeRequests Permission = "see_requests"
	// LookUp: look a customer up, with a reason, and see what is held.
	LookUp Permission = "look_up"
	// BreakGlass: ask to look a customer up in an emergency, though LookUp is missing or withheld.
	BreakGlass Permission = "break_glass"
	// ApproveBreakGlass: as a second person, open that way for an hour.
	ApproveBreakGlass Permission = "approve_break_glass"
	// SeeAccesses: see which member of staff looked at what, without what they saw.
	SeeAccesses Permission = "see_accesses"
	// SeeEvidence: see for any entry of the log what it says and what the person was shown.
	SeeEvidence Permission = "see_evidence"
)

// roles is the whole table of who may do what. What is not in it is denied.
var roles = map[string][]Permission{
	RoleLegalEditor:   {SeeTexts, WriteTexts, SeeDataMap},
	RoleLegalApprover: {SeeTexts, ApproveTexts, SeeDataMap, ApproveDataMap, ApproveTraining, SeeTraining},
	RolePrivacyOfficer: {
		SeeTexts, SeeDataMap, WriteDataMap, SeeTraining, WriteTraining, HandleRequests, SeeRequests, LookUp, BreakGlass,
		ApproveBreakGlass, SeeAccesses, SeeEvidence, SeeStaff,
	},
	RoleAuditor: {SeeTexts, SeeDataMap, SeeTraining, SeeRequests, SeeAccesses, SeeEvidence, SeeStaff},
	RoleAdmin:   {ManageClients, ManageStaff, SeeStaff, BreakGlass, ApproveBreakGlass, SeeTraining},
}

// personal are the permissions on personal data: they are withheld from whoever has not all current trainings and
// acknowledgements (11 CCR 7100).
var personal = []Permission{HandleRequests, LookUp, SeeEvidence}

// May says whether a role has a permission; nobody's role has none.
func May(role string, p Permission) bool { return slices.Contains(roles[role], p) }

// Personal says whether a permission is one on personal data.
func Personal(p Permission) bool { return slices.Contains(personal, p) }
