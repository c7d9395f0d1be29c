package frontend

import (
	"bytes"
	"strings"
	"time"
)

// NavStaffEvidence is the staff's entry of what people were shown.
const NavStaffEvidence Nav = "staff_evidence"

// Shown is what somebody had before their eyes when they decided, from what was kept then.
type Shown struct {
	// Lang and Dir are the language of the text and its direction.
	Lang, Dir string
	// Lines are the words of the page, in its order; none if they are not kept. The text stands where it stood.
	Lines []WordingLine
	// Text is the text that the choice was about; nil if there is none.
	Text *NoticeText
	// Chosen is the value of the button that was pressed, as far as the entry says.
	Chosen string
	// Parts are the hashes in the entry beside those of what is shown here.
	Parts []ShownPart
}

// ShownPart is a text that an entry names by its hash.
type ShownPart struct {
	// What is "notice" or "wording".
	What string
	// Named is the hash in the entry; or an old name of words that were not kept. Hash is that of what is shown here.
	Named, Hash string
	// Absent says why there is none: "unnamed", "unkept" or "lost"; empty if there is one.
	Absent string
	// File is where its exact bytes are; empty for nowhere.
	File string
}

// Same says whether what is shown is what the entry names.
func (p ShownPart) Same() bool { return p.Absent == "" && p.Hash == p.Named }

// WordingLine is a line of a wording.
type WordingLine struct {
	// Level is 1 to 4 for a heading. Value is that of a button. Notice says that the text stood here, Opens that it
	// opened on a click.
	Level         int
	Value         string
	Notice, Opens bool
	// Text is what it says; of a button its name, and Meaning what it said below.
	Text, Meaning string
}

// ReadWording takes a wording apart, as Renderer.Wording made it; what it does not know it gives as text.
func ReadWording(text []byte) []WordingLine {
	_, said, ok := bytes.Cut(text, []byte("\n\n"))
	if !ok {
		said = text
	}
	var out []WordingLine
	for line := range strings.Lines(string(said)) {
		out = append(out, wordingLine(strings.TrimSuffix(line, "\n")))
	}
	return out
}

func wordingLine(line string) WordingLine {
	if plain, ok := strings.CutPrefix(line, `\`); ok {
		return WordingLine{Text: plain}
	}
	if marks := strings.TrimLeft(line, "#"); len(line)-len(marks) > 0 && strings.HasPrefix(marks, " ") {
		return WordingLine{Level: len(line) - len(marks), Text: marks[1:]}
	}
	mark, text, ok := strings.Cut(strings.TrimPrefix(line, "["), "] ")
	if !ok || !strings.HasPrefix(line, "[") {
		return WordingLine{Text: line}
	}
	switch mark {
	case "notice":
		return WordingLine{Notice: true}
	case "open":
		return WordingLine{Opens: true, Text: text}
	}
	name, meaning, _ := strings.Cut(text, " · ")
	return WordingLine{Value: mark, Text: name, Meaning: meaning}
}

// ShownPage is "/receipts/{seq}/shown".
type ShownPage struct {
	Event Event
	Shown Shown
	// Elsewhere says that the choice was made on no page of ours.
	Elsewhere bool
}

// EvidencePage is "/staff/evidence": where an entry is looked for.
type EvidencePage struct {
	// Size is how many entries the log has.
	Size int64
	// Entry is what was typed, Problem what is wrong with it.
	Entry, Problem string
}

// Fact is a thing that an entry says, in the log's own terms.
type Fact struct {
	// Name is of a message evidence.fact.NAME; Value what it says, Code whether it is not meant to be read as words.
	Name, Value string
	Code        bool
}

// EvidenceEntryPage is "/staff/evidence/{seq}".
type EvidenceEntryPage struct {
	Entry, Size int64
	At          time.Time
	Proof       Proof
	// Person says that the entry is about a customer, Erased that nobody can open it any more.
	Person, Erased bool
	// Open says that what it says is shown; otherwise, of a customer's, a reason is asked for.
	Open  bool
	Facts []Fact
	Shown *Shown
	// Reason is what was typed; Problem and Field say what is wrong with it.
	Reason, Problem string
	// Previous and Next lead to the entries beside it; negative for none.
	Previous, Next int64
}

func (ShownPage) view() string         { return "shown" }
func (EvidencePage) view() string      { return "staff_evidence" }
func (EvidenceEntryPage) view() string { return "staff_evidence_entry" }

func (ShownPage) nav() Nav         { return NavHistory }
func (EvidencePage) nav() Nav      { return NavStaffEvidence }
func (EvidenceEntryPage) nav() Nav { return NavStaffEvidence }
