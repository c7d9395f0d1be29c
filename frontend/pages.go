package frontend

import (
	"html/template"
	"time"
)

// Page is the content of one page: one of the structs of this file. What an operator's data map or
// a notice says (labels, reasons, recipients, notice text) arrives in the person's language; times,
// numbers and money arrive as values and are written as the language writes them.
type Page interface {
	// view is the name of the template that shows the page.
	view() string
	// nav is the entry of the main navigation that the page belongs to; empty for none.
	nav() Nav
}

// Nav names an entry of the main navigation.
type Nav string

// The entries of the main navigation.
const (
	NavOverview Nav = "overview"
	NavChoices  Nav = "choices"
	NavHistory  Nav = "history"
	NavDownload Nav = "download"
	NavCheck    Nav = "check"
)

// The entries of the staff's navigation.
const (
	NavStaffHome Nav = "staff_home"
)

// NavEntry is an entry of the staff's navigation: one of the pages that their role lets them see.
type NavEntry struct {
	Name Nav
	URL  string
}

// Frame is what surrounds a page: who is signed in, where they are, what just happened.
type Frame struct {
	// URL is the path, and the query if there is one, at which a GET shows this page. Language
	// links lead to it with the parameter lang set.
	URL string
	// SignedInAs is the person's display name; empty when nobody is signed in.
	SignedInAs string
	// Staff says that the person signed in is staff: they get no customer navigation.
	Staff bool
	// Menu is the staff's navigation.
	Menu []NavEntry
	// Training tells a member of staff what they must do soon; nil for nothing.
	Training *TrainingAlert
	// Return is where the person came from, on a site of the operator's own; empty if that is not known.
	Return string
	// CSRF is the session's token, put into every form.
	CSRF string
	// Flash is a short notice above the page; empty for none.
	Flash Flash
	// Demo marks the pages as showing invented people.
	Demo bool
	// Now is the time of the request.
	Now time.Time
	// Dark shows the page dark, whatever the reader's system prefers.
	Dark bool
	// Framed leaves scripts out: the page is shown in a frame that lets none run, and browsers report each that is refused.
	Framed bool
}

// Flash names a short notice above a page.
type Flash string

// The notices.
const (
	FlashNone          Flash = ""
	FlashSignedIn      Flash = "signed_in"
	FlashSignedOut     Flash = "signed_out"
	FlashSessionEnded  Flash = "session_ended"
	FlashLanguageSaved Flash = "language_saved"
	// FlashNothingChanged follows a choice that already stood.
	FlashNothingChanged Flash = "nothing_changed"
	// FlashSessionsEnded follows the end of a session elsewhere, FlashConfirmed the proof of who one is.
	FlashSessionsEnded Flash = "sessions_ended"
	FlashConfirmed     Flash = "confirmed"
)

// Basis is a legal basis of GDPR Art. 6(1), by the names the API uses.
type Basis string

// The legal bases.
const (
	BasisConsent             Basis = "consent"
	BasisContract            Basis = "contract"
	BasisLegalObligation     Basis = "legal_obligation"
	BasisLegitimateInterests Basis = "legitimate_interests"
	BasisVitalInterests      Basis = "vital_interests"
	BasisPublicTask          Basis = "public_task"
)

// State is where a person stands on a purpose, by the names the API uses.
type State string

// The states.
const (
	StateNeverAsked  State = "never_asked"
	StateGiven       State = "given"
	StateRefused     State = "refused"
	StateWithdrawn   State = "withdrawn"
	StateExpired     State = "expired"
	StateInvalidated State = "invalidated"
	StateObjected    State = "objected"
	StatePermitted   State = "permitted"
	StateRequired    State = "required"
)

// Ref is a thing with a stable key and a label in the person's language.
type Ref struct {
	Key, Label string
}

// PurposeUse is a purpose for which a category is used.
type PurposeUse struct {
	Key, Label string
	Basis      Basis
	// Reason says in one sentence why the purpose needs the category; may be empty.
	Reason string
}

// Category is a kind of data held about the person, as the overview's cards and the head of the
// category's own page show it.
type Category struct {
	Key, Label string
	// Icon is one of: person, contact, tax, card, contract, bill, payment, chart, meter, scale,
	// note, heart, megaphone, key; anything else shows a plain sheet.
	Icon string
	// Bases are the legal bases it is held on, the main one first.
	Bases []Basis
	// Why says in one sentence what it is held for.
	Why      string
	Purposes []PurposeUse
	// Kept says how long, in words ("8 years after the bill"); Afterwards, what happens then, as a
	// clause ("it is erased.").
	Kept, Afterwards string
	// KeptUntil is the latest date on which something of it goes; zero if that is not a date yet.
	KeptUntil  time.Time
	Recipients []Recipient
	// Sources says where it came from, other than from the person if it did.
	Sources []string
	// Mandatory says whether the person has to give it; MandatoryNote, why or what follows if not.
	Mandatory     bool
	MandatoryNote string
	// Special marks special categories of GDPR Art. 9.
	Special bool
	Count   int64
	// Newest is when the newest record happened; zero if there is none.
	Newest time.Time
}

// Recipient is somebody who is given data.
type Recipient struct {
	Key, Label string
	// Does says what they do with it; may be empty.
	Does string
	// Country is the ISO 3166-1 code of where; Safeguard, what protects a transfer there.
	Country, Safeguard string
}

// Flow is the picture: which data goes to whom for what, read over the purposes.
type Flow struct {
	Purposes []FlowPurpose
}

// FlowPurpose is one purpose, the categories that it uses and the recipients that they go to.
type FlowPurpose struct {
	Key, Label string
	Basis      Basis
	// Active says that data is used so now: false for a consent not given or an objection.
	Active     bool
	Categories []Ref
	// Recipients is empty where nobody outside the operator receives anything.
	Recipients []Ref
}

// Attention says why a choice asks for the person's look.
type Attention string

// The reasons. A refusal is never one.
const (
	AttentionNone       Attention = ""
	AttentionNeverAsked Attention = "never_asked"
	AttentionDamaged    Attention = "damaged" // the text cannot be shown: what is kept is not what was published
)

// Proof says whether an entry of the log was verified by the server for this page.
type Proof string

// The outcomes.
const (
	ProofVerified Proof = "verified"
	// ProofPending: recorded, not yet covered by a published checkpoint.
	ProofPending Proof = "pending"
	ProofFailed  Proof = "failed"
)

// Recorded is the log's entry about a choice.
type Recorded struct {
	Entry   int64
	At      time.Time
	Version int // of the notice; 0 if none was shown
	Channel string
	Proof   Proof
}

// NoticeText is one version of a notice in one language, shown to be read.
type NoticeText struct {
	Key     string
	Version int
	Title   string
	// HTML is the rendered Markdown, raw HTML off.
	HTML template.HTML
	// Lang is the text's own language, if it is not the page's.
	Lang string
	// SHA256 is the hash of the text that was rendered, in hex.
	SHA256      string
	EffectiveAt time.Time
}

// Choice is a purpose and where the person stands on it. Consent shows two equal buttons,
// legitimate interests "object", anything else says why it is required.
type Choice struct {
	// Purpose is the key; the form's action is /consents/{Purpose}.
	Purpose, Label string
	// Summary says what is done, in a sentence or two.
	Summary string
	// OnMeaning and OffMeaning say what allowing and not allowing mean.
	OnMeaning, OffMeaning string
	// Required says why it cannot be switched, where it cannot.
	Required  string
	Basis     Basis
	State     State
	Attention Attention
	// Notice is the exact text that the choice is about; nil where there is none.
	Notice *NoticeText
	// Served is the token that proves which text was shown.
	Served string
	// Recorded is the entry that the state rests on; nil if nothing is recorded.
	Recorded *Recorded
	// ExpiresAt is when a consent ends if it is not renewed; zero for never.
	ExpiresAt time.Time
	// Confirmed says that this page answers the person's own choice a moment ago: it is confirmed
	// in place, with an undo.
	Confirmed bool
	// On and Off are the values of the form's two buttons; empty for those of the legal basis.
	On, Off string
	// Parent is the purpose that this one depends on; nil if none. HeldBack says that it is not allowed, so that what the
	// person decided about this one has no effect.
	Parent   *Ref
	HeldBack bool
	// Renewal says why the person is asked to decide anew; nil if they are not.
	Renewal    *Renewal
	Categories []Ref
	Recipients []Ref
}

// Renewal is why somebody who consented is asked to decide anew.
type Renewal struct {
	// Why is "changed", "ended" or "ran_out".
	Why string
	// Had is the text that they consented to, Now the one in force; Summary says in short what that one says.
	Had, Now NoticeRef
	Summary  string
	// Since is when the consent ended, Until when it will if they do not decide; either may be zero.
	Since, Until time.Time
}

// EventKind is what happened, by the log's names and a few that are only in the access log.
type EventKind string

// The kinds that pages know; others are shown in general words.
const (
	EventConsentGiven       EventKind = "consent.given"
	EventConsentRefused     EventKind = "consent.refused"
	EventConsentWithdrawn   EventKind = "consent.withdrawn"
	EventConsentRenewed     EventKind = "consent.renewed"
	EventConsentExpired     EventKind = "consent.expired"
	EventConsentInvalidated EventKind = "consent.invalidated"
	EventRenewalAsked       EventKind = "renewal.asked"
	EventObjectionRaised    EventKind = "objection.raised"
	EventObjectionLifted    EventKind = "objection.lifted"
	EventDownloadCreated    EventKind = "download.created"
	EventAccessViewed       EventKind = "access.viewed"
	EventAccessAsked        EventKind = "access.asked"
	EventAccessRefused      EventKind = "access.refused"
	EventAccessGranted      EventKind = "access.granted"
	EventSignedIn           EventKind = "session.started"

	EventRequestOpened        EventKind = "request.opened"
	EventRequestAccepted      EventKind = "request.accepted"
	EventRequestExtended      EventKind = "request.extended"
	EventRequestRefused       EventKind = "request.refused"
	EventRequestRectification EventKind = "request.rectification"
	EventRequestErasure       EventKind = "request.erasure"
	EventRequestRestriction   EventKind = "request.restriction"
	EventRequestRelease       EventKind = "request.release"
	EventRequestConfirmed     EventKind = "request.confirmed"
	EventRequestAnswered      EventKind = "request.answered"
)

// EventGroup is what the history's filter offers.
type EventGroup string

// The groups.
const (
	GroupAll       EventGroup = ""
	GroupChoices   EventGroup = "choices"
	GroupAccess    EventGroup = "access"
	GroupDownloads EventGroup = "downloads"
	GroupRequests  EventGroup = "requests"
	GroupSignIns   EventGroup = "sign_ins"
)

// Event is one thing that happened to the person's data or choices.
type Event struct {
	Kind EventKind
	At   time.Time
	// Entry is the log's entry, if Logged.
	Entry  int64
	Logged bool
	// Purpose is the purpose's label, of a choice.
	Purpose string
	Basis   Basis
	// Notice is the text that was in force; nil if there is none.
	Notice *NoticeRef
	// Channel is how it reached the operator: web, api, phone, paper, in_person, gpc, …
	Channel string
	// ActorType is customer, service, staff or system; Role the role of staff.
	ActorType, Role string
	// Reason is what the staff gave as their reason to look.
	Reason string
	// Emergency says that they looked with a second person's leave; Approver is that one's role.
	Emergency bool
	Approver  string
	// Looked is what they looked at, in order.
	Looked []Looked
	// ForRequest says that they looked to answer a request of the person's.
	ForRequest bool
	// Categories are the labels of what was looked at or downloaded; none for everything.
	Categories []string
	// Receipt says that /receipts/{Entry} exists.
	Receipt bool
	// Link leads to what the event made, such as a download; may be empty.
	Link string
}

// NoticeRef names a version of a notice; it is at /notices/{Key}/versions/{Version}.
type NoticeRef struct {
	Key     string
	Version int
	Title   string
}

// OverviewPage is "/": what is held, why, who gets it, how long, what can be decided.
type OverviewPage struct {
	Categories []Category
	Flow       Flow
	// Choices are those that the person can decide: consents and objections.
	Choices []Choice
	// Recent are the last few events, newest first.
	Recent []Event
	// LogSize is the number of entries of the published log; 0 hides it.
	LogSize int64
}

// CategoryPage is "/data/{category}": the explanation, then every record.
type CategoryPage struct {
	Category Category
	// Description says what it is, in plain words.
	Description string
	Columns     []Column
	Records     []Record
	// Query is what was searched for (parameter q); Matches is how many records it found, or -1
	// if they were not counted.
	Query   string
	Matches int64
	// Sort is the key of the column sorted by (parameter sort), "-" before it for descending.
	Sort string
	// Previous and Next are URLs of the pages around this one; empty at the ends.
	Previous, Next string
	// Chart is the totals over time; nil for none.
	Chart *Chart
}

// Column is a field that the data map declares for the category.
type Column struct {
	Key, Label string
	Numeric    bool
	// Sortable offers links with sort=key and sort=-key.
	Sortable bool
}

// Record is one record: a row, its Cells in the order of the page's Columns.
type Record struct {
	// ID tells the row apart on this page; it becomes part of an element's id, so no spaces.
	ID        string
	At        time.Time
	Cells     []Cell
	Source    string
	Documents []Document
	// RevealURL is the GET that shows this page with the record's sensitive values in clear;
	// empty if it has none, or if they are shown already.
	RevealURL string
	// HideURL leads back; empty unless values are shown.
	HideURL string
}

// ValueKind says how a value is written.
type ValueKind string

// The kinds of value.
const (
	KindText    ValueKind = ""
	KindNumber  ValueKind = "number"  // Text is a decimal number, "." before the fraction
	KindMoney   ValueKind = "money"   // Text is the amount in minor units, Currency ISO 4217
	KindDate    ValueKind = "date"    // Time
	KindTime    ValueKind = "time"    // Time
	KindBool    ValueKind = "bool"    // Text is "true" or "false"
	KindCode    ValueKind = "code"    // Text in a fixed-width face: numbers of accounts and bills
	KindCountry ValueKind = "country" // Text is an ISO 3166-1 code
)

// Cell is one value of a record. The zero Cell is an empty value.
type Cell struct {
	Kind     ValueKind
	Text     string
	Time     time.Time
	Currency string
	Unit     string
	// Masked says that Text is not the value but what may be seen of it, such as "•••• 42".
	Masked bool
}

// Document is a file that belongs to a record.
type Document struct {
	Name, URL string
	Bytes     int64
}

// Period is the length of a chart's step.
type Period string

// The periods.
const (
	PeriodHour  Period = "hour"
	PeriodDay   Period = "day"
	PeriodMonth Period = "month"
)

// Chart is totals over time, oldest first. Either Unit or Currency is set.
type Chart struct {
	Period Period
	Unit   string
	// Currency makes the amounts money in minor units.
	Currency string
	Basis    Basis
	Bars     []Bar
}

// Bar is one total: a decimal number, or minor units where the chart has a currency.
type Bar struct {
	At     time.Time
	Amount string
}

// ChoicesPage is "/consents".
type ChoicesPage struct {
	// Choices are all purposes in the data map's order; the page groups them by what can be done.
	Choices []Choice
	// Signal is nil if no browser of theirs has asked that data be neither sold nor shared.
	Signal *Signal
}

// Signal is a browser's request that data be neither sold nor shared (Global Privacy Control), and what came of it.
type Signal struct {
	// Sent says that this browser sends it; otherwise another did, or did it earlier.
	Sent bool
	// Uses are those that it is about.
	Uses []SignalUse
}

// SignalUse is a use of data that a signal is about. It is on if the person said yes after the signal.
type SignalUse struct {
	Label string
	On    bool
}

// HistoryPage is "/history": everything that happened, newest first.
type HistoryPage struct {
	// Group is the filter (parameter show).
	Group EventGroup
	// Counts is how many events each group has.
	Counts map[EventGroup]int64
	Events []Event
	// Year marks the events of the last twelve months, for the time line, whatever the filter.
	Year []Mark
	// Next is the URL of older events, Previous of newer ones; empty at the ends.
	Previous, Next string
}

// Mark is one event on the time line.
type Mark struct {
	At    time.Time
	Group EventGroup
}

// CheckPage is "/check": verify, in the browser, that one's entries are in the log.
type CheckPage struct {
	Origin string
	// VKey is the checkpoint's verifier key: name+hash+key.
	VKey    string
	Entries []CheckEntry
	// Size and At are of the checkpoint; Root is its hash in base64.
	Size int64
	Root string
	// Server is what the server found when it checked for itself.
	Server CheckResult
}

// CheckEntry is one of the person's entries.
type CheckEntry struct {
	Index   int64
	Kind    EventKind
	At      time.Time
	Purpose string
	// Proof is what the server found.
	Proof Proof
}

// CheckResult is the outcome of a check. The zero CheckResult means that none was made.
type CheckResult struct {
	Done bool
	OK   bool
	// Entry is the first bad one, if not OK.
	Entry int64
}

// DownloadState is how far an archive is, by the names the API uses.
type DownloadState string

// The states of an archive.
const (
	DownloadPreparing DownloadState = "preparing"
	DownloadReady     DownloadState = "ready"
	DownloadFailed    DownloadState = "failed"
	DownloadExpired   DownloadState = "expired"
)

// Download is an archive asked for.
type Download struct {
	ID    string
	State DownloadState
	// Done and Total count records; Total is 0 until it is known.
	Done, Total int64
	Bytes       int64
	CreatedAt   time.Time
	ExpiresAt   time.Time
	// Categories are the labels of what was asked for; none for everything.
	Categories []string
	// From and To bound it; zero for open.
	From, To time.Time
}

// DownloadPage is "/download": ask for an archive; those asked for earlier.
type DownloadPage struct {
	Categories []DownloadCategory
	// From and To are the dates typed in, as typed (YYYY-MM-DD).
	From, To string
	// Problem is what was wrong with the form; empty if nothing.
	Problem DownloadProblem
	Earlier []Download
	// KeptFor is how long an archive can be fetched.
	KeptFor time.Duration
}

// DownloadCategory is one that can be chosen.
type DownloadCategory struct {
	Key, Label string
	Count      int64
	Chosen     bool
}

// DownloadProblem is what can be wrong with the download form.
type DownloadProblem string

// The problems.
const (
	DownloadOK             DownloadProblem = ""
	DownloadBadDate        DownloadProblem = "bad_date"
	DownloadDatesSwapped   DownloadProblem = "dates_swapped"
	DownloadUnknown        DownloadProblem = "unknown_category"
	DownloadAlreadyRunning DownloadProblem = "already_running"
)

// DownloadStatusPage is "/download/{id}".
type DownloadStatusPage struct {
	Download Download
}

// ReceiptPage is "/receipts/{seq}", a letter that states what was recorded.
type ReceiptPage struct {
	Event Event
	// Controller and Person are the parties as the receipt names them.
	Controller, Person string
	State              State
	Language           string // of the text shown, as a language's name
	Auth               string // how the person was authenticated; may be empty
	Jurisdiction       string
	Categories         []Ref
	Recipients         []Ref
	// TextSHA256 is the hash of the notice text, in hex.
	TextSHA256 string
	// Text is the notice that was shown; nil if it is not kept.
	Text *NoticeText
	// LeafHash is the entry's leaf hash and Root the tree's, both in base64; Size is the tree's size.
	LeafHash, Root string
	Size           int64
	Origin         string
	KeyID          string
	Proof          Proof
	// Kantara says that ?format=kantara is served.
	Kantara bool
}

// NoticePage is "/notices/{key}" and "/notices/{key}/versions/{n}", public.
type NoticePage struct {
	Text    NoticeText
	Current bool
	// Coming says that it is not in force yet, Withdrawn that it never will be.
	Coming, Withdrawn bool
	// Draft says that it is still being written: staff see it as it will be, with the Cards of the choices that it is about.
	Draft bool
	Cards []Choice
	// InForceUntil is when the next version took its place; zero if none did.
	InForceUntil time.Time
	Versions     []NoticeVersion
	// Languages are those the text exists in.
	Languages []NoticeLanguage
	Purpose   string
	Basis     Basis
	// LogEntry is the entry of its publication, if Logged.
	LogEntry int64
	Logged   bool
}

// NoticeVersion is one version in the list.
type NoticeVersion struct {
	Version     int
	EffectiveAt time.Time
	// Material says that the meaning changed.
	Material bool
	Current  bool
	Shown    bool
	Coming   bool
}

// NoticeLanguage is a language the text exists in.
type NoticeLanguage struct {
	Tag, Name, URL string
	Shown          bool
}

// SignInPage is "/" without a session.
type SignInPage struct {
	// Customers and StaffRoles are offered in the demo only. Staff roles are by the names of
	// /demo/sign-in's field staff.
	Customers  []DemoCustomer
	StaffRoles []string
	// ByEmail offers a code to the address on file, ByCompany the company's own sign-in.
	ByEmail, ByCompany bool
	// Staff leads the staff to their own way in.
	Staff bool
	// Email is the address that was typed, if Problem is about it.
	Email   string
	Problem DoorProblem
}

// DoorProblem is what went wrong with a way in.
type DoorProblem string

// The problems.
const (
	DoorOK              DoorProblem = ""
	DoorBadEmail        DoorProblem = "bad_email"
	DoorTooMany         DoorProblem = "too_many"
	DoorCodeOver        DoorProblem = "code_over"
	DoorCompanyDown     DoorProblem = "company_down"
	DoorCompanyDenied   DoorProblem = "company_denied"
	DoorCompanyFailed   DoorProblem = "company_failed"
	DoorCompanyStranger DoorProblem = "company_stranger"
)

// CodePage is "/sign-in/code": where to type a code that was sent.
type CodePage struct {
	// Typed is what was typed before, if Problem is about it.
	Typed   string
	Problem CodeProblem
	// Tries is how often one may still be wrong.
	Tries int
	// Confirms says that somebody who is signed in shows that it is still them.
	Confirms  bool
	ExpiresAt time.Time
}

// CodeProblem is what is wrong with a code.
type CodeProblem string

// The problems.
const (
	CodeOK    CodeProblem = ""
	CodeWrong CodeProblem = "wrong"
)

// PeoplePage is "/sign-in/people": which of those who share an address to go on as.
type PeoplePage struct {
	People []SharedPerson
}

// SharedPerson is one of them, as far as the others may see.
type SharedPerson struct {
	Choice, Name, Number string
}

// LinkSentPage says that a fresh link is under way, if there is an address to send it to.
type LinkSentPage struct{}

// ConfirmPage is "/account/confirm": show that it is still you.
type ConfirmPage struct {
	// Address is what may be shown of the address on file; empty if no code can be sent.
	Address   string
	ByCompany bool
	// Then is where to go on; empty for nowhere in particular.
	Then string
}

// OptInPage asks once more whoever has opted out of a sale or sharing and allows it again.
type OptInPage struct {
	Purpose, Label string
	// Meaning is what the person says yes to, in the data map's words; Recipients who gets the data.
	Meaning    string
	Recipients []Ref
	// Since is when they said no.
	Since time.Time
	// Choice and Served are what their form said; Return is the page that it stood on.
	Choice, Served, Return string
}

// SessionsPage is "/account/sessions": where the person is signed in.
type SessionsPage struct {
	Sessions []SignedInSession
}

// SignedInSession is one of those.
type SignedInSession struct {
	ID, Method string
	// Network is that from which they signed in; empty if it is not known.
	Network                      string
	CreatedAt, SeenAt, ExpiresAt time.Time
	// Current is the one that asks.
	Current bool
}

// DemoMailPage is "/demo/mail": the mail that would have been sent.
type DemoMailPage struct {
	Mails []DemoMail
}

// DemoMail is one of those, the newest first.
type DemoMail struct {
	To, Subject, Text string
	At                time.Time
}

// DemoCustomer is an invented customer to sign in as.
type DemoCustomer struct {
	Ref, Name string
	// Line says what there is to see.
	Line string
}

// ContinuePage is what a one-time link shows; its form's POST uses the link.
type ContinuePage struct {
	// Action is the form's action: /sessions/{token}.
	Action    string
	ExpiresAt time.Time
}

// ErrorKind is what went wrong, in the person's terms.
type ErrorKind string

// The kinds of error page.
const (
	ErrorNotFound   ErrorKind = "not_found"
	ErrorNotAllowed ErrorKind = "not_allowed"
	// ErrorTraining: it is withheld from a member of staff until they have done what Back leads to.
	ErrorTraining ErrorKind = "training"
	// ErrorSignedOut: the page is for people who are signed in, and nobody is.
	ErrorSignedOut ErrorKind = "signed_out"
	// ErrorLinkUsed: a one-time link that was used, is too old or never was.
	ErrorLinkUsed ErrorKind = "link_used"
	// ErrorNoticeChanged: the text changed between reading and choosing; Back leads to the choice.
	ErrorNoticeChanged ErrorKind = "notice_changed"
	// ErrorFormExpired: the form's protection (CSRF) no longer holds.
	ErrorFormExpired     ErrorKind = "form_expired"
	ErrorBadInput        ErrorKind = "bad_input"
	ErrorTooManyRequests ErrorKind = "too_many_requests"
	ErrorUnavailable     ErrorKind = "unavailable"
	// ErrorGone: something that was here and is not kept any more, such as an expired archive.
	ErrorGone     ErrorKind = "gone"
	ErrorInternal ErrorKind = "internal"
)

// ErrorPage says what happened, that nothing was lost, and what to do.
type ErrorPage struct {
	Kind   ErrorKind
	Status int
	// Back is where to go on; empty for "/".
	Back string
	// RetryAfter is when to try again; 0 if unknown.
	RetryAfter time.Duration
	// Reference finds the request in the operator's log; may be empty.
	Reference string
	// Detail is more about bad input, in the person's language; may be empty.
	Detail string
	// Fresh is the action of a form that mails another link; empty if there is none to be had.
	Fresh string
}

// StaffHomePage is "/staff": who you are and what is here.
type StaffHomePage struct {
	Name string
	Role string
	// Tasks are what needs doing, the most urgent first.
	Tasks []StaffTask
	// Origin, Size and CheckpointAt are the public log's state.
	Origin       string
	Size         int64
	CheckpointAt time.Time
	VKey         string
	Customers    int64
	Notices      []NoticeRef
}

func (OverviewPage) view() string       { return "overview" }
func (CategoryPage) view() string       { return "category" }
func (ChoicesPage) view() string        { return "choices" }
func (HistoryPage) view() string        { return "history" }
func (CheckPage) view() string          { return "check" }
func (DownloadPage) view() string       { return "download" }
func (DownloadStatusPage) view() string { return "download_status" }
func (ReceiptPage) view() string        { return "receipt" }
func (NoticePage) view() string         { return "notice" }
func (SignInPage) view() string         { return "sign_in" }
func (CodePage) view() string           { return "code" }
func (PeoplePage) view() string         { return "people" }
func (LinkSentPage) view() string       { return "link_sent" }
func (ConfirmPage) view() string        { return "confirm" }
func (OptInPage) view() string          { return "opt_in" }
func (SessionsPage) view() string       { return "sessions" }
func (DemoMailPage) view() string       { return "demo_mail" }
func (ContinuePage) view() string       { return "continue" }
func (ErrorPage) view() string          { return "error" }
func (StaffHomePage) view() string      { return "staff_home" }

func (OverviewPage) nav() Nav       { return NavOverview }
func (CategoryPage) nav() Nav       { return NavOverview }
func (ChoicesPage) nav() Nav        { return NavChoices }
func (HistoryPage) nav() Nav        { return NavHistory }
func (CheckPage) nav() Nav          { return NavCheck }
func (DownloadPage) nav() Nav       { return NavDownload }
func (DownloadStatusPage) nav() Nav { return NavDownload }
func (ReceiptPage) nav() Nav        { return NavHistory }
func (NoticePage) nav() Nav         { return "" }
func (SignInPage) nav() Nav         { return "" }
func (CodePage) nav() Nav           { return "" }
func (PeoplePage) nav() Nav         { return "" }
func (LinkSentPage) nav() Nav       { return "" }
func (ConfirmPage) nav() Nav        { return NavDownload }
func (OptInPage) nav() Nav          { return NavChoices }
func (SessionsPage) nav() Nav       { return "" }
func (DemoMailPage) nav() Nav       { return "" }
func (ContinuePage) nav() Nav       { return "" }
func (ErrorPage) nav() Nav          { return "" }
func (StaffHomePage) nav() Nav      { return NavStaffHome }
