package frontend

import (
	"html/template"
	"time"
)

// The entries of the staff's navigation where customers are looked up.
const (
	NavStaffCustomers   Nav = "staff_customers"
	NavStaffEmergencies Nav = "staff_emergencies"
	NavStaffAccesses    Nav = "staff_accesses"
)

// LookUpState is how far a look-up is.
type LookUpState string

// The states.
const (
	LookUpAsked   LookUpState = "asked"
	LookUpRefused LookUpState = "refused"
	LookUpOpen    LookUpState = "open"
	LookUpEnded   LookUpState = "ended"
	// LookUpOver: its time is up, or nobody answered in time.
	LookUpOver LookUpState = "over"
)

// LookUp is a member of staff's leave to look at one customer.
type LookUp struct {
	// URL is where to look; empty if nothing can be looked at through it. Action is the address that what may be done
	// with it is posted below; empty if nothing may.
	URL, Action string
	Customer    string
	// Member is the name of whoever looks, Role theirs; Approver the name of the second person, if there was one.
	Member, Role, Approver string
	State                  LookUpState
	Emergency              bool
	// Reason is what the customer reads; empty where it is nobody's to see.
	Reason          string
	BeganAt, EndsAt time.Time
}

// FoundCustomer is a customer before anybody has given a reason.
type FoundCustomer struct {
	Ref string
	// Name is masked.
	Name string
}

// StaffCustomersPage is "/staff/customers": find one customer, and say why.
type StaffCustomersPage struct {
	// Found are those to choose from; None says that a search found nobody.
	Found []FoundCustomer
	None  bool
	// Emergency says that whoever looks must ask a second person.
	Emergency bool
	// Problem is what is wrong with what was sent, Field the name of the field.
	Problem, Field string
	// Kind and Reason are what was filled in before; Chosen the reference.
	Chosen, Kind, Reason string
	Mine                 []LookUp
}

// StaffCustomerPage is "/staff/customers/{lookup}": what is held about a customer, without any of it.
type StaffCustomerPage struct {
	LookUp LookUp
	// Name is masked.
	Name, Language, Jurisdiction string
	Categories                   []StaffCategory
	Consents                     []StaffConsent
	History                      []StaffEvent
}

// StaffEvent is an entry of a customer's, as staff read it.
type StaffEvent struct {
	Kind  EventKind
	At    time.Time
	Entry int64
	// Purpose and State are of a choice; Group names anything else.
	Purpose string
	Basis   Basis
	State   State
	Group   EventGroup
	// Role is of a member of staff.
	Role, Channel string
}

// StaffCategory is how much of a kind of data is held.
type StaffCategory struct {
	URL, Label, Icon string
	Count            int64
	Newest           time.Time
}

// StaffConsent is where a customer stands on a purpose.
type StaffConsent struct {
	Label            string
	Basis            Basis
	State            State
	Since, ExpiresAt time.Time
	Entry            int64
}

// StaffCategoryPage is "/staff/customers/{lookup}/data/{category}".
type StaffCategoryPage struct {
	LookUp  LookUp
	Label   string
	Columns []Column
	Records []StaffRecord
	// Next is the page after; empty at the end.
	Next string
}

// StaffRecord is a record, its Cells in the order of the page's Columns.
type StaffRecord struct {
	ID, URL string
	At      time.Time
	Cells   []Cell
	Files   int
}

// StaffRecordPage is "/staff/customers/{lookup}/data/{category}/{record}".
type StaffRecordPage struct {
	LookUp LookUp
	// Label and CategoryURL are of the category; URL is the page's own, to which a field to be shown is posted.
	Label, CategoryURL, URL string
	ID                      string
	At                      time.Time
	Fields                  []StaffField
	Documents               []Document
}

// StaffField is a value of a record.
type StaffField struct {
	Key, Label string
	Cell       Cell
	// Shown says that it was masked and is shown now.
	Shown bool
}

// StaffEmergenciesPage is "/staff/emergencies": who asks to look, though they may not.
type StaffEmergenciesPage struct {
	Waiting, Open []LookUp
	Problem       string
}

// StaffAccessesPage is "/staff/accesses": who looked at whom.
type StaffAccessesPage struct {
	LookUps []LookUp
}

// Looked is one thing that staff looked at.
type Looked struct {
	At    time.Time
	Entry int64
	// What is profile, category, record, document, field, request or entry.
	What string
	// Category and Field are labels, Record the record's name or the entry's number, and File the document's name.
	Category, Field, Record, File string
}

func (StaffCustomersPage) view() string   { return "staff_customers" }
func (StaffCustomerPage) view() string    { return "staff_customer" }
func (StaffCategoryPage) view() string    { return "staff_category" }
func (StaffRecordPage) view() string      { return "staff_record" }
func (StaffEmergenciesPage) view() string { return "staff_emergencies" }
func (StaffAccessesPage) view() string    { return "staff_accesses" }

func (StaffCustomersPage) nav() Nav   { return NavStaffCustomers }
func (StaffCustomerPage) nav() Nav    { return NavStaffCustomers }
func (StaffCategoryPage) nav() Nav    { return NavStaffCustomers }
func (StaffRecordPage) nav() Nav      { return NavStaffCustomers }
func (StaffEmergenciesPage) nav() Nav { return NavStaffEmergencies }
func (StaffAccessesPage) nav() Nav    { return NavStaffAccesses }

// looked says in a few words what was looked at.
func (w writer) looked(l Looked) string {
	switch l.What {
	case "category":
		return w.l.T("looked.category", "category", l.Category)
	case "record":
		return w.l.T("looked.record", "category", l.Category, "record", l.Record)
	case "document":
		return w.l.T("looked.document", "category", l.Category, "file", l.File)
	case "field":
		return w.l.T("looked.field", "category", l.Category, "field", l.Field, "record", l.Record)
	case "request":
		return w.l.T("looked.request")
	case "entry":
		return w.l.T("looked.entry", "entry", l.Record)
	}
	return w.l.T("looked.profile")
}

// lookUpState is the state, or open for one that has none.
func lookUpState(s LookUpState) LookUpState {
	switch s {
	case LookUpAsked, LookUpRefused, LookUpEnded, LookUpOver:
		return s
	case LookUpOpen:
	}
	return LookUpOpen
}

// accessEvent says in one sentence how staff came to look, or did not.
func (w writer) accessEvent(e Event) string {
	role := w.l.T(roleID(e.Role))
	switch e.Kind { //nolint:exhaustive // only those about emergencies have words of their own
	case EventAccessAsked:
		return w.l.T("event.access.asked", "role", role)
	case EventAccessRefused:
		return w.l.T("event.access.refused", "role", role)
	case EventAccessGranted:
		return w.l.T("event.access.granted", "role", role)
	}
	if e.Emergency {
		return w.l.T("event.access.emergency", "role", role)
	}
	if e.Role == "" {
		return w.l.T("event.access.viewed_by_staff")
	}
	return w.l.T("event.access.viewed", "role", role)
}

// accessIcon is the icon of a kind of access.
func accessIcon(kind EventKind) template.HTML {
	switch kind { //nolint:exhaustive // all others are those who looked
	case EventAccessAsked:
		return icon("clock")
	case EventAccessRefused:
		return icon("no")
	}
	return icon("eye")
}
