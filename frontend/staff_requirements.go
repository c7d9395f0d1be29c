package frontend

import (
	"html/template"
	"time"
)

// RequirementRow is a policy or a training in the list of all.
type RequirementRow struct {
	// URL leads to the version in force, or the newest.
	URL, Key, Title string
	Kind            RequirementKind
	Roles           []string
	// Validity is how long it holds, in words; empty for ever.
	Validity string
	Retired  bool
	// InForce is the version in force since Since; 0 for none.
	InForce int
	Since   time.Time
	// Missing and Due are how many of the staff must act, of All whom it binds.
	Missing, Due, All int64
	// Open is the version that is being made; its Version is 0 if there is none. OpenURL leads to it.
	Open    Edition
	OpenURL string
	Turn    Turn
	// MayStart offers to begin the next version.
	MayStart bool
}

// RequirementsPage is "/staff/requirements".
type RequirementsPage struct {
	Tasks []StaffTask
	Rows  []RequirementRow
	// MayWrite offers to begin another. Key is what the form says it is called.
	MayWrite     bool
	Key, Problem string
}

// RequirementForm is a requirement as its editor's form has it. Names of fields are those of training.Form.
type RequirementForm struct {
	Title, Body string
	// SourceTitle and SourceBody are what they are translated from; empty where this is the source.
	SourceTitle, SourceBody   string
	Kind                      RequirementKind
	Roles                     []RoleOption
	Validity, Grace, PassMark string
	Retired                   bool
	Questions                 []RequirementQuestion
	// Stale says that the source of a part has changed since its translation was made.
	Stale bool
}

// RoleOption is a role that may be bound.
type RoleOption struct {
	Role   string
	Chosen bool
}

// RequirementQuestion is a question as it is written.
type RequirementQuestion struct {
	ID, Text, Explanation         string
	SourceText, SourceExplanation string
	Multiple, New                 bool
	Answers                       []RequirementAnswer
}

// RequirementAnswer is an answer as it is written.
type RequirementAnswer struct {
	ID, Text, Source string
	Right            bool
}

// RequirementVersionPage is "/staff/requirements/{key}/versions/{n}": one version, to be read, written and decided on.
type RequirementVersionPage struct {
	Workflow

	Key, Title string
	Edition    Edition
	// InForce is the number of the version in force; 0 for none.
	InForce   int
	Versions  []RequirementVersionLink
	Languages []LanguageMark
	Language  LanguageMark
	Dir       string
	// Says is what the version says in the language, HTML its text as staff will see it.
	Says RequirementForm
	HTML template.HTML
	// Form is nil where nothing can be written.
	Form           *RequirementForm
	Saved, Unsaved bool
	Conflicts      []MapConflict
	// Changes are what differs from the version in force.
	Changes []RequirementChange
}

// RequirementChange is a part of a version that differs.
type RequirementChange struct {
	Name   string
	Blocks []DiffBlock
}

// RequirementVersionLink leads to another version.
type RequirementVersionLink struct {
	Version int
	URL     string
	Shown   bool
}

// requirementEditor is what the form needs.
type requirementEditor struct {
	RequirementVersionPage

	CSRF string
}

func (RequirementsPage) view() string       { return "staff_requirements" }
func (RequirementVersionPage) view() string { return "staff_requirement_version" }

func (RequirementsPage) nav() Nav       { return NavStaffTraining }
func (RequirementVersionPage) nav() Nav { return NavStaffTraining }
