package frontend

import "time"

// The entries of the navigations.
const (
	NavRequests      Nav = "requests"
	NavStaffRequests Nav = "staff_requests"
)

// RequestKind is what somebody asks about their data.
type RequestKind string

// The kinds, by the names the API uses.
const (
	RequestRectification RequestKind = "rectification"
	RequestErasure       RequestKind = "erasure"
	RequestRestriction   RequestKind = "restriction"
	RequestRelease       RequestKind = "release"
)

// RequestState is how far a request is, by the names the API uses.
type RequestState string

// The states.
const (
	RequestOpen     RequestState = "open"
	RequestAccepted RequestState = "accepted"
	RequestRefused  RequestState = "refused"
	RequestAnswered RequestState = "answered"
)

// DataRequest is a request about data, as the customer and whoever answers it see it.
type DataRequest struct {
	// URL is its own page; empty for those who may not read it.
	URL                         string
	Customer                    string
	Kind                        RequestKind
	State                       RequestState
	Channel                     string
	ReceivedAt, DueAt, ClosedAt time.Time
	// ConfirmBy is until when its receipt must be confirmed; zero if it need not be. Law is the provision.
	ConfirmBy time.Time
	Law       string
	Overdue   bool
	// About names what it is about; Value is what it should say, Words what the person wrote, Ground the name of their reason.
	About                []string
	Value, Words, Ground string
	// Extended is why it takes longer; empty if it does not.
	Extended string
	// Grounds are the names of why not; Answer and Closing what was said.
	Grounds         []string
	Answer, Closing string
	Erased          []string
	Kept            []KeptData
	// EndsAt is the day on which a restriction ends.
	EndsAt  time.Time
	Systems []SystemState
	// Entry is the log's entry that opened it.
	Entry      int64
	Unreadable bool
}

// KeptData is what an erasure leaves, and why.
type KeptData struct {
	Key, Label string
	// Ground is the name of the reason; Until the day it goes, or Rule says so in words.
	Ground string
	Until  time.Time
	Rule   string
	// Optional says that whoever answers may let it go too.
	Optional bool
}

// SystemState is how far a system is with its part.
type SystemState struct {
	Name, State string
	AskedAt, At time.Time
	// Note is what it said; for staff only.
	Note string
}

// Confirmed counts the systems that have done their part.
func (r DataRequest) Confirmed() int {
	n := 0
	for _, s := range r.Systems {
		if s.State == "done" || s.State == "not_held" {
			n++
		}
	}
	return n
}

// RequestsPage is "/requests": what was asked, and what can be.
type RequestsPage struct {
	Requests []DataRequest
	// RestrictedSince is since when everything is restricted, EndsAt when that ends; zero for not.
	RestrictedSince, EndsAt time.Time
	// Kinds are those that can be asked for now.
	Kinds []RequestKind
}

// RequestPage is "/requests/{id}".
type RequestPage struct {
	Request DataRequest
	// Sent says that it was asked just now.
	Sent bool
}

// RequestFormPage is "/requests/new/{kind}".
type RequestFormPage struct {
	Kind RequestKind
	// Problem is what keeps it from being sent, in the person's language; Field the name of the field.
	Problem, Field string
	// Groups are the fields that can be corrected, by category; Which is the chosen one, as category/field.
	Groups       []FieldGroup
	Which        string
	Record       string
	Value, Words string
	Categories   []DownloadCategory
	Grounds      []string
	Ground       string
}

// FieldGroup is a category and its fields; their keys are category/field.
type FieldGroup struct {
	Label  string
	Fields []Ref
}

// StaffRequestsPage is "/staff/requests".
type StaffRequestsPage struct {
	Open, Closed []DataRequest
	Next         string
}

// StaffRequestPage is "/staff/requests/{id}".
type StaffRequestPage struct {
	Request DataRequest
	// Base is the address that actions are posted below.
	Base    string
	Problem string
	// Plan is what would stay; Refusals the names of grounds to refuse on.
	Plan     []KeptData
	Erase    []string
	Refusals []string
	// ExtendTo is the later deadline; zero if there can be none.
	ExtendTo time.Time
	// Tomorrow is the first day on which a restriction may end, 2026-11-23.
	Tomorrow string
	// MayAnswer says that it may be closed before all systems have confirmed.
	MayAnswer bool
}

func (RequestsPage) view() string      { return "requests" }
func (RequestPage) view() string       { return "request" }
func (RequestFormPage) view() string   { return "request_new" }
func (StaffRequestsPage) view() string { return "staff_requests" }
func (StaffRequestPage) view() string  { return "staff_request" }

func (RequestsPage) nav() Nav      { return NavRequests }
func (RequestPage) nav() Nav       { return NavRequests }
func (RequestFormPage) nav() Nav   { return NavRequests }
func (StaffRequestsPage) nav() Nav { return NavStaffRequests }
func (StaffRequestPage) nav() Nav  { return NavStaffRequests }

// requestIcon is the icon of a kind of request.
func requestIcon(k RequestKind) string {
	switch k {
	case RequestErasure:
		return "erase"
	case RequestRestriction:
		return "lock"
	case RequestRelease:
		return "renew"
	case RequestRectification:
		return "note"
	}
	return "requests"
}
