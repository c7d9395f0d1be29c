package frontend

import "strings"

// shownStories are what somebody was shown, to them and to the staff.
func shownStories() []story {
	wrong := sampleShown()
	wrong.Parts[1].Hash = strings.Repeat("0", 64)
	old := sampleShown()
	old.Lines, old.Parts[1] = nil, ShownPart{What: "wording", Named: "0123456789ab", Absent: "unkept"}
	lost := Shown{Parts: []ShownPart{
		{What: "notice", Named: strings.Repeat("9f", 32), Absent: "lost"}, {What: "wording", Named: strings.Repeat("7a", 32), Absent: "lost"},
	}}
	none := Shown{Parts: []ShownPart{{What: "notice", Absent: "unnamed"}, {What: "wording", Absent: "unnamed"}}}
	event := sampleReceipt().Event
	entry := EvidenceEntryPage{Entry: 24071, Size: 24113, At: ago(3, 2), Proof: ProofVerified, Person: true, Previous: 24070, Next: 24072}
	open := entry
	open.Open, open.Shown = true, &wrong
	open.Facts = []Fact{
		{"kind", "consent.given · given", true},
		{"subject", "Zm9yZXN0LWFuZC1zZWE", true},
		{"actor", "the person", false},
		{"purpose", "Understanding your usage · usage_analytics", false},
		{"channel", "web", true},
		{"notice", "usage_analytics · Version 3 · en", false},
		{"commit", "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", true},
	}
	task := open
	task.Person, task.Shown, task.Next = false, nil, -1
	asked, erased := entry, entry
	asked.Reason, asked.Problem = " ", "Say why you look: a ticket’s number or a sentence of at most 500 characters."
	erased.Erased = true
	return []story{
		{"shown", customer, ShownPage{Event: event, Shown: sampleShown()}},
		{"shown-old", customer, ShownPage{Event: event, Shown: old}},
		{"shown-lost", customer, ShownPage{Event: event, Shown: lost}},
		{"shown-elsewhere", customer, ShownPage{Event: event, Shown: none, Elsewhere: true}},
		{"staff-evidence", officerFrame(), EvidencePage{Size: 24113}},
		{"staff-evidence-unknown", officerFrame(), EvidencePage{Size: 24113, Entry: "x", Problem: "There is no entry with that number."}},
		{"staff-evidence-ask", officerFrame(), entry},
		{"staff-evidence-problem", officerFrame(), asked},
		{"staff-evidence-open", officerFrame(), open},
		{"staff-evidence-nothing-shown", officerFrame(), task},
		{"staff-evidence-erased", officerFrame(), erased},
	}
}

func sampleShown() Shown {
	notice := *sampleReceipt().Text
	hash := strings.Repeat("9f86d081", 8)
	return Shown{
		Lang: "en", Dir: "ltr", Chosen: "give", Text: &notice,
		Lines: ReadWording([]byte("candor-wording-v1\nlanguage en\n\n# What may we use your data for?\nYou decide, use by use.\n### Understanding your usage\n" +
			"We look for patterns.\n[give] Allowed · We analyse it.\n[withdraw] Not allowed · Nobody looks.\n[open] Read the full text (version 3)\n[notice] usage_analytics 3 en 9f86\n")),
		Parts: []ShownPart{
			{What: "notice", Named: hash, Hash: hash, File: "/receipts/24071/notice.txt"},
			{What: "wording", Named: hash, Hash: hash, File: "/receipts/24071/wording.txt"},
		},
	}
}
