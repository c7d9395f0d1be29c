package frontend

import (
	"html/template"
	"time"
)

// NavStaffNotices is the staff's entry of the texts that customers read.
const NavStaffNotices Nav = "staff_notices"

// EditionState is how far a version of a text is, by the names the API uses.
type EditionState string

// The states.
const (
	EditionDraft      EditionState = "draft"
	EditionInReview   EditionState = "in_review"
	EditionApproved   EditionState = "approved"
	EditionScheduled  EditionState = "scheduled"
	EditionPublished  EditionState = "published"
	EditionSuperseded EditionState = "superseded"
	EditionWithdrawn  EditionState = "withdrawn"
)

// Turn is whose turn it is.
type Turn string

// The turns.
const (
	TurnNobody  Turn = ""
	TurnWrite   Turn = "write"
	TurnReview  Turn = "review"
	TurnPublish Turn = "publish"
	TurnWait    Turn = "wait"
)

// LanguageState is how a text stands in one language.
type LanguageState string

// The states.
const (
	LanguageComplete LanguageState = "complete"
	LanguageMissing  LanguageState = "missing"
	LanguageStale    LanguageState = "stale"
)

// LanguageMark is a language with how a text stands in it.
type LanguageMark struct {
	Tag, Name string
	State     LanguageState
	// Source says that the others are translated from it, Required that there is no publication without it.
	Source, Required bool
	// URL leads to it; empty for none. Shown is the one on the page.
	URL   string
	Shown bool
}

// Edition is a version of a text as legal sees it.
type Edition struct {
	Version int
	State   EditionState
	// EffectiveAt is zero while that is not decided.
	EffectiveAt, ChangedAt time.Time
	Authors                []string
	Approver               string
	Material               bool
	// Effect is "", "ask" or "invalidate", from InvalidFrom on.
	Effect      string
	InvalidFrom time.Time
	// Public is the text as customers read it; the others are where staff edit, review and compare it, and empty where they may not.
	Public, Edit, Review, Compare string
}

// NoticeRow is a text in the list of all.
type NoticeRow struct {
	URL, Key, Title string
	// InForce is the version in force since Since; 0 for none.
	InForce int
	Since   time.Time
	// Open is the version that is being made; its Version is 0 if there is none.
	Open Edition
	Turn Turn
	// Languages are those of the open version, or of the one in force.
	Languages []LanguageMark
}

// StaffTask is something to do.
type StaffTask struct {
	URL, Title string
	Version    int
	// Task is the name of the message that says what: workspace.task.TASK.
	Task string
	// Languages are those it is about, By is until when.
	Languages []string
	By        time.Time
}

// NoticeFilter is a way to see fewer of the texts.
type NoticeFilter struct {
	Name    string // workspace.filter.NAME
	URL     string
	Count   int64
	Current bool
}

// SortLink is the head of a column that can be sorted by.
type SortLink struct {
	Name   string // workspace.column.NAME
	URL    string
	Sorted string // as aria-sort has it; empty
}

// StaffNoticesPage is "/staff/notices".
type StaffNoticesPage struct {
	Tasks   []StaffTask
	Filters []NoticeFilter
	Columns []SortLink
	Rows    []NoticeRow
}

// NoticeStep is one step in the making of a version.
type NoticeStep struct {
	Version int
	At      time.Time
	// Did is the name of the message that says what: workspace.step.DID.
	Did, Who, Text string
	// Parts are the names of what was changed. Compare shows it; empty for none.
	Parts   []string
	Compare string
}

// NoticeComment is what somebody said about a version.
type NoticeComment struct {
	At          time.Time
	Who, Text   string
	Version     int
	About, Link string
}

// StaffNoticePage is "/staff/notices/{key}".
type StaffNoticePage struct {
	Key, Title, Purpose string
	// URL is the page's own, to post below.
	URL        string
	Problem    string
	Open       Edition // Version 0 for none
	Turn       Turn
	Incomplete []Incomplete
	Languages  []LanguageMark
	Editions   []Edition
	Steps      []NoticeStep
	Comments   []NoticeComment
	Chart      *Reconsent
	// MayWrite offers a new draft, or work on the one there is.
	MayWrite bool
	Compare  string
	// Exports are the files that translators take along.
	Exports []ExportLinks
}

// ExportLinks are the files of a language, one in each format.
type ExportLinks struct{ Language, XLIFF, JSON string }

// Incomplete is something that keeps a text from being submitted or published.
type Incomplete struct {
	// Words say it in the reader's language. URL leads to where it is mended.
	Words, URL string
}

// Reconsent is how many of those who are asked anew have decided, day by day.
type Reconsent struct {
	Version int
	// Asked is how many consents this version asks about.
	Asked int64
	Days  []ReconsentDay
}

// ReconsentDay is where they stand at the end of a day.
type ReconsentDay struct {
	At time.Time
	// Given and Refused have decided. Waiting were asked and have not; Away have not been here since. Together they are all.
	Given, Refused, Waiting, Away int64
}

// NoticeForm is a text in one language, as the editor's form has it.
type NoticeForm struct{ Title, Summary, Body string }

// NoticeEditPage is "/staff/notices/{key}/versions/{n}/edit".
type NoticeEditPage struct {
	Key, Title string
	Version    int
	State      EditionState
	// URL is the version's, to post below: URL/text, URL/preview, ….
	URL, Back string
	Language  LanguageMark
	Languages []LanguageMark
	// Revision is the one that the form shows.
	Revision int
	Form     NoticeForm
	// Dir is the direction of the text's language.
	Dir string
	// Source is the text in the language it is translated from, nil where this is that language.
	Source *NoticeSource
	// Problem says what is wrong with the Field of that name. Saved says that it was saved just now; Unsaved that the
	// text below is not.
	Problem, Field string
	Saved, Unsaved bool
	Conflicts      []NoticeConflict
	Incomplete     []Incomplete
	Reading        *ReadingHint
	Comments       []NoticeComment
	// MaySubmit offers to hand it to an approver.
	MaySubmit bool
	Checklist string
	Diff      []DiffBlock // what differs from the version in force
	InForce   int
	Preview   PreviewChoice
}

// PreviewChoice is how the preview is to look.
type PreviewChoice struct {
	Dark, Desk bool
}

// NoticeSource is the text that a translation is made from.
type NoticeSource struct {
	Language LanguageMark
	Dir      string
	Form     NoticeForm
	HTML     template.HTML
	// Changes are what has changed in it since this translation was last made; none if it is up to date.
	Changes []PartDiff
	Stale   bool
}

// PartDiff is a part of a text with what has changed in it.
type PartDiff struct {
	Part   string // workspace.part.PART
	Blocks []DiffBlock
}

// DiffBlock is a paragraph with what has changed in it. Kind is "same", "added", "removed" or "changed".
type DiffBlock struct {
	Kind string
	Runs []DiffRun
}

// DiffRun is a stretch of text. Kind is "same", "added" or "removed".
type DiffRun struct{ Kind, Text string }

// NoticeConflict is a part that somebody else has changed meanwhile.
type NoticeConflict struct {
	Part string // workspace.part.PART
	// Base is what both began with, Mine what the form has, Theirs what was saved meanwhile, by Who at At.
	Base, Mine, Theirs string
	Who                string
	At                 time.Time
	Changes            []DiffBlock // from theirs to mine
}

// ReadingHint is how hard a text is to read.
type ReadingHint struct {
	Words, Sentences int64
	PerSentence      string
	// Formula is empty where there is none for the language.
	Formula string
	Score   int64
	// Ease says that more is easier.
	Ease    bool
	Verdict string // workspace.verdict.VERDICT
	Long    []LongSentence
}

// LongSentence is one with many words.
type LongSentence struct {
	Text  string
	Words int64
}

// ChecklistItem is something that the law wants said.
type ChecklistItem struct {
	Key    string // workspace.element.KEY
	Law    string // workspace.law.LAW
	Source string // the provision
	// Where is "text", "page", "not_applicable" or empty; Section is what it is called, Reason why not.
	Where, Section, Reason string
	// State is what it comes to: workspace.check.STATE. Good says that nothing is left to do.
	State string
	Good  bool
	// Page is where the pages around the text say it; empty if they do not. Suggested says that nobody has said so yet.
	Page      string
	Suggested bool
}

// ChecklistPage is "/staff/notices/{key}/versions/{n}/checklist".
type ChecklistPage struct {
	Key, Title string
	Version    int
	URL, Back  string
	Revision   int
	Items      []ChecklistItem
	Sections   []string
	MayWrite   bool
	Problem    string
	Saved      bool
	Left       int
}

// CompareSide is a version, at a revision, to compare.
type CompareSide struct {
	Value, Name string
	Chosen      bool
}

// NoticeComparePage is "/staff/notices/{key}/compare".
type NoticeComparePage struct {
	Key, Title, Back string
	From, To         []CompareSide
	Languages        []LanguageMark
	Language         string
	Dir              string
	Parts            []PartDiff
	Differ           bool
	Added, Removed   int64
}

// Impact is how many customers a version touches.
type Impact struct {
	// Standing is how many consents stand that rest on an earlier version.
	Standing int64
	States   []ImpactCount
	Places   []ImpactCount
}

// ImpactCount is a number of customers in a state or a jurisdiction.
type ImpactCount struct {
	Key   string
	Count int64
}

// LanguageDiff is what has changed in one language.
type LanguageDiff struct {
	Language       LanguageMark
	Dir            string
	Parts          []PartDiff
	Differ         bool
	Added, Removed int64
	Reading        *ReadingHint
}

// NoticeReviewPage is "/staff/notices/{key}/versions/{n}/review".
type NoticeReviewPage struct {
	Key, Title string
	Back       string
	Edition    Edition
	InForce    int
	Diffs      []LanguageDiff
	Checklist  []ChecklistItem
	Impact     *Impact
	Workflow
}

// Workflow is what can be done about a version, and what was done and said: the same for whatever is written here.
type Workflow struct {
	// URL is the version's, to post below. Revision is the one that the page shows.
	URL        string
	Revision   int
	Comments   []NoticeComment
	Steps      []NoticeStep
	Incomplete []Incomplete
	// MayDecide offers approval and return. Refused says why not: workspace.cannot.REFUSED.
	MayDecide bool
	Refused   string
	// Consents says that whoever approves also says what becomes of consents; otherwise it is staff who are asked.
	Consents bool
	// MaySchedule offers a date, MayWithdraw to take it back before it is in force, MaySubmit to hand it to an approver.
	MaySchedule, MayWithdraw, MaySubmit bool
	// MayReturn offers to give it back, MayComment to say something.
	MayReturn, MayComment bool
	Problem, Field        string
	Done                  string // workspace.done.DONE
	Decision              DecisionForm
}

// DecisionForm is what the approver has filled in.
type DecisionForm struct {
	Material         string // "yes", "no" or empty
	Effect           string
	InvalidOn        string
	Day, Clock, Zone string
	Zones            []string
}

// KeptPage is what was written into a form that could not be taken in: nothing of it is lost.
type KeptPage struct {
	// Action is where the form goes on.
	Action string
	Fields []KeptField
	// SignIn says that the person must sign in first.
	SignIn bool
	// Problem says why it cannot go on; the form has no Action then, and Back is the list that the text is of.
	Problem, Back string
}

// KeptField is a field of that form.
type KeptField struct {
	Name, Value string
	// Label is what it is called; empty for one that is of no interest.
	Label string
}

func (StaffNoticesPage) view() string  { return "staff_notices" }
func (StaffNoticePage) view() string   { return "staff_notice" }
func (NoticeEditPage) view() string    { return "staff_notice_edit" }
func (ChecklistPage) view() string     { return "staff_notice_checklist" }
func (NoticeComparePage) view() string { return "staff_notice_compare" }
func (NoticeReviewPage) view() string  { return "staff_notice_review" }
func (KeptPage) view() string          { return "kept" }

func (StaffNoticesPage) nav() Nav  { return NavStaffNotices }
func (StaffNoticePage) nav() Nav   { return NavStaffNotices }
func (NoticeEditPage) nav() Nav    { return NavStaffNotices }
func (ChecklistPage) nav() Nav     { return NavStaffNotices }
func (NoticeComparePage) nav() Nav { return NavStaffNotices }
func (NoticeReviewPage) nav() Nav  { return NavStaffNotices }
func (KeptPage) nav() Nav          { return "" }
