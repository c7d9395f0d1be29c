package frontend

import "time"

// Entries of the staff's navigation about the staff itself.
const (
	NavStaffPeople  Nav = "staff_people"
	NavStaffAccount Nav = "staff_account"
)

// StaffProblem names what went wrong with a way in of the staff.
type StaffProblem string

// What can.
const (
	StaffPasskeyFailed StaffProblem = "passkey_failed"
	StaffPasskeyOver   StaffProblem = "passkey_over"
	StaffPasskeyCopied StaffProblem = "passkey_copied"
	StaffEnrolmentOver StaffProblem = "enrolment_over"
	StaffEnded         StaffProblem = "ended"
	StaffNoRole        StaffProblem = "no_role"
	StaffTooMany       StaffProblem = "too_many"
	StaffCompanyDown   StaffProblem = "company_down"
	StaffCompanyDenied StaffProblem = "company_denied"
	StaffCompanyFailed StaffProblem = "company_failed"
)

// StaffSignInPage is "/staff/sign-in".
type StaffSignInPage struct {
	ByPasskey, ByCompany bool
	// Elsewhere is where passkeys work, if they do not at the address that was asked; empty otherwise.
	Elsewhere string
	Problem   StaffProblem
}

// EnrolPage is "/staff/enrol/{token}": it makes a passkey, and uses the link up with that.
type EnrolPage struct {
	Name string
	// Action is the page's own path.
	Action    string
	ExpiresAt time.Time
	Elsewhere string
	Problem   string // in the person's language
}

// StaffMember is a member of staff in a list.
type StaffMember struct {
	ID, Name, Email, URL string
	Roles                []string
	// Origin is how they sign in: "local", "oidc", "demo".
	Origin                   string
	AddedAt, SeenAt, EndedAt time.Time
	// Sessions and Passkeys are how many they have.
	Sessions, Passkeys int
	// Oneself says that it is the visitor.
	Oneself bool
}

// StaffPeoplePage is "/staff/people".
type StaffPeoplePage struct {
	People, Former []StaffMember
	MayManage      bool
}

// RoleChoice is a role that a member can be given.
type RoleChoice struct {
	Role   string
	Chosen bool
}

// NewMemberPage is "/staff/people/new": the form, also after it was filled in wrongly.
type NewMemberPage struct {
	Name, Email    string
	Roles          []RoleChoice
	Problem, Field string
}

// StaffPasskey is a passkey in a list.
type StaffPasskey struct {
	ID, Name        string
	AddedAt, UsedAt time.Time
	Copied          bool
}

// StaffDone names what has just been done.
type StaffDone string

// What can be.
const (
	StaffRolesChanged   StaffDone = "roles"
	StaffSessionsEnded  StaffDone = "sessions"
	StaffMemberEnded    StaffDone = "ended"
	StaffMemberReopened StaffDone = "reopened"
	StaffPasskeyRenamed StaffDone = "passkey_renamed"
	StaffPasskeyAdded   StaffDone = "passkey_added"
	StaffPasskeyRemoved StaffDone = "passkey_removed"
)

// MemberPage is "/staff/people/{id}".
type MemberPage struct {
	Member   StaffMember
	Roles    []RoleChoice
	Passkeys []StaffPasskey
	Sessions []SignedInSession
	// MayManage says that the visitor may change them.
	MayManage bool
	// Link is an enrolment link that is shown this once; LinkEnds when it is good no more.
	Link     string
	LinkEnds time.Time
	Done     StaffDone
	Problem  string // in the person's language
}

// AccountPage is "/staff/account": the visitor's own.
type AccountPage struct {
	Member   StaffMember
	Passkeys []StaffPasskey
	Sessions []SignedInSession
	// MayAdd says that they may make passkeys, Elsewhere where, if not at the address that was asked.
	MayAdd    bool
	Elsewhere string
	Done      StaffDone
	Problem   string
}

func (StaffSignInPage) view() string { return "staff_sign_in" }
func (EnrolPage) view() string       { return "staff_enrol" }
func (StaffPeoplePage) view() string { return "staff_people" }
func (NewMemberPage) view() string   { return "staff_member_new" }
func (MemberPage) view() string      { return "staff_member" }
func (AccountPage) view() string     { return "staff_account" }

func (StaffSignInPage) nav() Nav { return "" }
func (EnrolPage) nav() Nav       { return "" }
func (StaffPeoplePage) nav() Nav { return NavStaffPeople }
func (NewMemberPage) nav() Nav   { return NavStaffPeople }
func (MemberPage) nav() Nav      { return NavStaffPeople }
func (AccountPage) nav() Nav     { return NavStaffAccount }

// byOrigin is how a member signs in, as messages name it.
func byOrigin(origin string) string {
	switch origin {
	case "local", "oidc", "demo":
		return "members.origin." + origin
	}
	return "members.origin.local"
}
