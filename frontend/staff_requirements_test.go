package frontend

// requirementStories are the pages on which policies and trainings are written.
func requirementStories() []story {
	officer := officerFrame()
	officer.URL = "/staff/requirements"
	const url = "/staff/requirements/data_protection/versions/2"
	roles := []RoleOption{{"privacy_officer", true}, {"auditor", false}}
	questions := []RequirementQuestion{
		{ID: "reason", Text: "When may you open a customer’s data?", Explanation: "A task must need it.", Answers: []RequirementAnswer{
			{ID: "ticket", Text: "When a task needs it", Right: true}, {ID: "curious", Text: "Whenever I am signed in"},
		}},
	}
	blank := RequirementQuestion{ID: "q1", New: true, Multiple: true, Answers: []RequirementAnswer{{ID: "a1"}, {ID: "a2"}}}
	says := RequirementForm{
		Title: "GDPR and CCPA for those who answer customers", Body: "**Only** for the job.", Kind: KindTraining, Roles: roles,
		Validity: "P12M", Grace: "14", PassMark: "80", Questions: questions,
	}
	form := says
	form.Questions = append(form.Questions, blank)
	marks := sampleLanguages("en")
	page := RequirementVersionPage{
		Key: "data_protection", Title: says.Title, InForce: 1, Edition: Edition{Version: 2, State: EditionDraft, Authors: []string{"Olga Brandt"}},
		Versions:  []RequirementVersionLink{{2, url, true}, {1, "/staff/requirements/data_protection/versions/1", false}},
		Languages: marks, Language: marks[0], Dir: "ltr", Says: says, HTML: "<p><strong>Only</strong> for the job.</p>", Form: &form,
		Changes: []RequirementChange{{"English: Text", []DiffBlock{{"changed", []DiffRun{{"same", "Only "}, {"added", "for the job"}, {"removed", "when needed"}}}}}},
		Workflow: Workflow{
			URL: url, Revision: 4, Incomplete: sampleMissing(), Steps: sampleSteps(), Comments: sampleRemarks(), MaySubmit: true, MayWithdraw: true, MayComment: true,
		},
	}
	translated := page
	other := form
	other.Title, other.SourceTitle, other.SourceBody, other.Stale, other.Questions = "DSGVO und CCPA", says.Title, says.Body, true, []RequirementQuestion{{
		ID: "reason", SourceText: questions[0].Text, SourceExplanation: "A task must need it.", Answers: []RequirementAnswer{{ID: "ticket", Source: "When a task needs it"}},
	}}
	translated.Form, translated.Language, translated.Unsaved, translated.Dir = &other, marks[1], true, "ltr"
	translated.Conflicts = []MapConflict{{"de/title", "DSGVO", "Datenschutz"}}
	review := page
	review.Form, review.MaySubmit, review.MayDecide, review.MayReturn, review.Incomplete, review.Edition.State = nil, false, true, true, nil, EditionInReview
	own := page
	own.Refused, own.Edition.State, own.Problem, own.Field = "own", EditionInReview, "Somebody else must approve it.", "material"
	approved := review
	approved.MayDecide, approved.MaySchedule, approved.Done, approved.Edition.State = false, true, "approved", EditionApproved
	approved.Decision = DecisionForm{Day: "2026-12-02", Clock: "00:00", Zone: "Europe/Berlin", Zones: []string{"UTC"}}
	empty := RequirementVersionPage{
		Key: "clean_desk", Edition: Edition{Version: 1, State: EditionPublished, Material: true, EffectiveAt: ago(30, 0)}, Languages: marks, Language: marks[0], Dir: "ltr",
		Says: RequirementForm{Retired: true}, InForce: 1, Workflow: Workflow{URL: "/staff/requirements/clean_desk/versions/1"},
	}
	rows := []RequirementRow{
		{
			URL: url, Key: "data_protection", Title: says.Title, Kind: KindTraining, Roles: []string{"privacy_officer", "auditor"}, Validity: "1 year", InForce: 1, Since: ago(200, 0),
			Missing: 1, Due: 2, All: 9, Open: page.Edition, OpenURL: url, Turn: TurnWrite,
		},
		{URL: "/staff/requirements/privacy_policy/versions/1", Key: "privacy_policy", Title: "How we treat customers’ data", Kind: KindPolicy, InForce: 1, Since: ago(60, 0), Retired: true, MayStart: true},
		{URL: "/staff/requirements/new/versions/1", Key: "new", Title: "new"},
	}
	return []story{
		{"requirements", officer, RequirementsPage{Rows: rows, MayWrite: true, Tasks: []StaffTask{{URL: url, Title: says.Title, Version: 2, Task: "write"}}}},
		{"requirements-none", officer, RequirementsPage{MayWrite: true, Key: "Not one", Problem: "A name has lower-case letters."}},
		{"requirement-draft", officer, page},
		{"requirement-translate", officer, translated},
		{"requirement-review", officer, review},
		{"requirement-own", officer, own},
		{"requirement-approved", officer, approved},
		{"requirement-published", officer, empty},
	}
}
