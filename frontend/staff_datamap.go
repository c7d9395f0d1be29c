package frontend

import "time"

// NavStaffDataMap is the staff's entry of the data map.
const NavStaffDataMap Nav = "staff_data_map"

// MapVersion is a version of the data map, as staff see it.
type MapVersion struct {
	Number int
	// State is the name of the message that says where it stands: map.state.STATE.
	State       string
	EffectiveAt time.Time
	// Entry is the entry of the log that published it; 0 if none has.
	Entry int64
	// FromFile says that it is the operator's reviewed file.
	FromFile bool
	// Revision is the one to withdraw; 0 if the reader may not.
	Revision int
}

// MapDraft is the version that is being made.
type MapDraft struct {
	MapVersion

	Authors  []string
	Approver string
	// Note is what was said with the last step.
	Note      string
	ChangedAt time.Time
	// What the reader may do now.
	MaySubmit, MayReturn, MayApprove, MaySchedule, MayWithdraw bool
	// Own says that the reader could approve it, had they not written some of it themselves.
	Own bool
}

// MapProblem is something that is wrong with the data map.
type MapProblem struct {
	Text, URL string
}

// MapElement is an element of the data map in a table.
type MapElement struct {
	Key, Label, URL string
	// Facts are its cells, under the columns of its group.
	Facts []string
	Basis Basis // empty for none
	// Problems counts what is wrong with it, Changed says that the draft changes it.
	Problems int64
	Changed  bool
}

// MapGroup is a table of elements.
type MapGroup struct {
	Name    string // map.group.NAME
	Columns []string
	// NewURL is where one is added; empty if the reader may not.
	NewURL   string
	Elements []MapElement
}

// MapChange is one difference between two versions: an element is new or gone if it has no Member.
type MapChange struct {
	Element, Member, Language string
	Before, After             string
	// Words compares the two, word by word; empty where one of them is.
	Words []DiffBlock
}

// MapConsequence is a purpose of which something changes that consents rest on.
type MapConsequence struct {
	Purpose string
	Members []string
	Meaning bool
	Notice  string
	// NoticeURL is where its notice can be read.
	NoticeURL string
}

// DataMapPage is "/staff/data-map".
type DataMapPage struct {
	InForce MapVersion
	// Draft is nil if there is none; MayStart says that the reader may begin one.
	Draft    *MapDraft
	MayStart bool
	Upcoming []MapVersion
	Problems []MapProblem
	// Changes and Consequences are what the draft does to the version in force.
	Changes      []MapChange
	Consequences []MapConsequence
	Operator     MapElement
	Groups       []MapGroup
	Zone         string
	// Problem is why something was not done; Done the name of the message that says what was: map.done.DONE.
	Problem, Done string
}

// MapOption is one of several that can be chosen.
type MapOption struct {
	Value, Label string
	Chosen       bool
}

// MapText is a text in one language.
type MapText struct {
	Tag, Language, Dir, Text string
	Wrong                    bool
}

// MapMember is a member of an element in its form.
type MapMember struct {
	Path, Label, Shape string
	Hint               string
	Texts              []MapText
	Value              string
	Options            []MapOption
	Required, Checked  bool
	Problem            string
}

// MapMembers are those that belong together: of the element itself, or of one of its fields.
type MapMembers struct {
	// Field is the key of the field; empty for the element itself. Coded says that its values have words.
	Field, Label string
	Coded        bool
	Members      []MapMember
}

// MapConflict is a member that somebody else has changed meanwhile.
type MapConflict struct {
	Member, Mine, Theirs string
}

// MapElementPage is the form of an element, "/staff/data-map/edit/…".
type MapElementPage struct {
	URL, Kind, Key, Label string
	New, ReadOnly         bool
	Revision              int
	Groups                []MapMembers
	// AddsFields says that it is a category, which has fields.
	AddsFields bool
	Problems   []MapProblem
	Conflicts  []MapConflict
	Problem    string
	Saved      bool
	// Preview is the card as customers see it, in each language; for purposes that people decide about.
	Previews []MapPreview
	MayDrop  bool
}

// MapPreview is a purpose as customers see it in a language.
type MapPreview struct {
	Tag, Language, Dir string
	Choice             Choice
	Required           bool
}

// MapVersionsPage is "/staff/data-map/versions": all that were published, and two of them compared.
type MapVersionsPage struct {
	Versions []MapVersion
	A, B     int
	Changes  []MapChange
}

// MapRecordPage is "/staff/data-map/record": the record of processing (GDPR Art. 30).
type MapRecordPage struct {
	Version   MapVersion
	Columns   []string
	Rows      [][]string
	CSV, JSON string
}

func (DataMapPage) nav() Nav     { return NavStaffDataMap }
func (MapElementPage) nav() Nav  { return NavStaffDataMap }
func (MapVersionsPage) nav() Nav { return NavStaffDataMap }
func (MapRecordPage) nav() Nav   { return NavStaffDataMap }

func (DataMapPage) view() string     { return "staff_data_map" }
func (MapElementPage) view() string  { return "staff_data_map_element" }
func (MapVersionsPage) view() string { return "staff_data_map_versions" }
func (MapRecordPage) view() string   { return "staff_data_map_record" }
