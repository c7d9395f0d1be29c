package editorial

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"candor/models"
	"candor/models/ledger"
)

// The kinds of what is written.
const (
	KindNotice      = "notice"
	KindDataMap     = "data_map"
	KindRequirement = "requirement"
)

// Ref names a version of something.
type Ref struct {
	Kind, Key string
	Version   int // from 1
}

// State is where a version stands.
type State string

// The states. Superseded and Published follow from Scheduled by the clock; they are never kept.
const (
	Draft      State = "draft"
	InReview   State = "in_review"
	Approved   State = "approved"
	Scheduled  State = "scheduled"
	Published  State = "published"
	Superseded State = "superseded"
	Withdrawn  State = "withdrawn"
)

// Open says whether a version can still change.
func (s State) Open() bool { return s == Draft || s == InReview || s == Approved }

// Step is what a revision did.
type Step string

// The steps.
const (
	StepStarted   Step = "started"   // with the text of the newest published version, if there is one
	StepSaved     Step = "saved"     // parts were changed
	StepProposed  Step = "proposed"  // parts were written that somebody else had changed meanwhile: they are kept, and change nothing
	StepConfirmed Step = "confirmed" // translations are still right, though their source has changed
	StepCommented Step = "commented"
	StepSubmitted Step = "submitted"
	StepReturned  Step = "returned"
	StepApproved  Step = "approved"
	StepScheduled Step = "scheduled"
	StepWithdrawn Step = "withdrawn"
)

// By is who took a step: a member of staff in a role, or a service.
type By struct {
	ledger.Actor

	Role string `json:"role,omitempty"`
}

// same says whether it is the same member of staff or service, in whatever role.
func (b By) same(other By) bool { return b.Actor == other.Actor }

// Content is what a version says: part → text. A part without text is not there.
type Content map[string]string

// Hash is the SHA-256, in hexadecimal, of a line for each part, in order of their names: the SHA-256 of its text in
// hexadecimal, two spaces, the part's name and a line feed (as sha256sum writes it).
func (c Content) Hash() string {
	sums := make(map[string]string, len(c))
	for part, text := range c {
		sums[part] = hash(text)
	}
	return hashOf(sums)
}

func hashOf(sums map[string]string) string {
	h := sha256.New()
	for _, part := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(h, "%s  %s\n", sums[part], part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Part is where a part of a version stands.
type Part struct {
	// Revision is the one that changed it last: the one that began the version if nobody has.
	Revision int `json:"revision"`
	// SHA256 is its text's, 64 lower-case hexadecimal digits.
	SHA256 string `json:"sha256"`
	// Source and SourceRevision, of a part that is a translation, are the SHA-256 of the text that it was translated from
	// or confirmed to say the same as, and the revision in which the translator saw that.
	Source         string `json:"source,omitempty"`
	SourceRevision int    `json:"source_revision,omitempty"`
}

// Submission is how a version came to be in review.
type Submission struct {
	By       By        `json:"by"`
	At       time.Time `json:"at"`
	Revision int       `json:"revision"`
	Note     string    `json:"note,omitempty"`
}

// Terms are what an approver says of a version.
type Terms struct {
	// Material says that its meaning differs from the version before.
	Material bool `json:"material"`
	// Effect is what becomes of consents given to earlier versions: a notice.Effect.
	Effect string `json:"effect,omitempty"`
	// InvalidFrom is from when on consents are invalid, if Effect says so; zero for when the version takes effect.
	InvalidFrom time.Time `json:"invalid_from,omitzero"`
	Note        string    `json:"note,omitempty"`
}

// Approval is who approved what.
type Approval struct {
	Terms

	By By        `json:"by"`
	At time.Time `json:"at"`
	// Revision is the one that the approver saw; SHA256 is what it says (Content.Hash).
	Revision int    `json:"revision"`
	SHA256   string `json:"sha256"`
}

// Schedule is when a version takes effect.
type Schedule struct {
	EffectiveAt time.Time `json:"effective_at"`
	// Zone is the IANA time zone in which that was said; empty for at once.
	Zone string    `json:"zone,omitempty"`
	By   By        `json:"by"`
	At   time.Time `json:"at"`
}

// Edition is a version in the making, or made, as its newest revision leaves it.
type Edition struct {
	Ref

	// Revision is the number of the newest one, At when it was made and By whom; Last is what it did.
	Revision int
	At       time.Time
	By       By
	Last     Step

	State State
	// From is the published version with whose text it began; 0 if there was none.
	From      int
	StartedAt time.Time
	StartedBy By
	// Authors are all who changed what it says, in the order in which they came to it.
	Authors []By
	Parts   map[string]Part
	// SHA256 is Content.Hash of what it says.
	SHA256   string
	Comments int

	Submission *Submission // nil unless it is in review, or was when it was approved
	Approval   *Approval   // nil unless it is approved
	Schedule   *Schedule   // nil unless it is scheduled, or was when it was withdrawn
	// Overtaken says that another version was published under its number meanwhile, from a file: it can only be withdrawn.
	Overtaken bool
}

// Authored says whether somebody is among the authors.
func (e Edition) Authored(by By) bool { return slices.ContainsFunc(e.Authors, by.same) }

// Stale says whether a part is a translation of a text that has changed since.
func (e Edition) Stale(part, source string) bool {
	p, there := e.Parts[part]
	s, has := e.Parts[source]
	return there && has && source != "" && source != part && p.Source != s.SHA256
}

// Comment is what somebody said about a version, or a part of it.
type Comment struct {
	Part string `json:"part,omitempty"`
	Text string `json:"text"`
}

// Revision is one step.
type Revision struct {
	Ref

	Number int
	At     time.Time
	By     By
	Step   Step
	// Base is the revision that whoever took the step had before them.
	Base int
	// Changed are the parts that the step changed, with their new text; empty where a part was taken out.
	Changed map[string]string
	// Proposed are the texts of parts that somebody else had changed meanwhile. They changed nothing.
	Proposed  map[string]string
	Confirmed []string // parts
	Comment   *Comment
	Note      string // why it was returned or withdrawn, or what the approver or who submitted it had to say
	// Reopened is the state out of which a change of the text took it back to draft; empty if it was none.
	Reopened State
	Approval *Approval // that the step gave
	Schedule *Schedule // that the step gave
	// SHA256 is Content.Hash of what the version said after the step.
	SHA256 string
	// State is the one that the step led to.
	State State
}

// Event is the id of the step's event in the log.
func (r Revision) Event() ledger.EventID { return eventID(r.Ref, r.Number) }

// Conflict is a part that two have changed: what it was when they began, and what each made of it.
type Conflict struct {
	Part               string
	Base, Mine, Theirs string
}

// Problem is something that is missing from a version, or wrong with it. Its Field is the part.
type Problem struct {
	*models.Error

	// Early says that it cannot be submitted like this; otherwise it can be, and not approved.
	Early bool
}

// Missing is the problem that a part is not there.
func Missing(part string, early bool) Problem {
	return Problem{Error: models.Fail(models.Invalid, "text_missing").In(part), Early: early}
}

// Stale is the problem that the source of a translation has changed since it was made.
func Stale(part string) Problem {
	return Problem{Error: models.Fail(models.Invalid, "text_stale").In(part)}
}
