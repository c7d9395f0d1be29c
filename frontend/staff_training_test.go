package frontend

import "time"

// trainingStories are the pages of what staff must know, in every state.
func trainingStories() []story {
	officer := officerFrame()
	officer.URL = "/staff/training"
	officer.Menu = append(officer.Menu, NavEntry{NavStaffTraining, "/staff/training"})
	withheld := officer
	withheld.URL, withheld.Training = "/staff", &TrainingAlert{Missing: 2, Due: 1, Until: now.AddDate(0, 0, 9)}
	soon := officer
	soon.URL, soon.Training = "/staff", &TrainingAlert{Due: 1, Until: now.AddDate(0, 0, 9)}
	policy := RequirementItem{
		Key: "privacy_policy", Title: "How we treat customers’ data", Kind: KindPolicy, Version: 2, URL: "/staff/training/privacy_policy",
		State: RequirementCurrent, Until: now.AddDate(0, 10, 0), DoneAt: ago(60, 2), Entry: 1204,
	}
	course := RequirementItem{
		Key: "data_protection", Title: "GDPR and CCPA for those who answer customers", Lang: "en", Kind: KindTraining, Version: 1, URL: "/staff/training/data_protection",
		State: RequirementMissing, Why: "expiry", Until: ago(35, 0), DoneAt: ago(400, 0), Entry: 81, Score: 100,
	}
	changed, always := policy, policy
	changed.State, changed.Why, changed.Until = RequirementDue, "changed", now.AddDate(0, 0, 9)
	always.Key, always.Title, always.Until = "security_policy", "Keeping access safe", time.Time{}
	questions := []TestQuestion{
		{ID: "reason", Text: "When may you open a customer’s data?", Explanation: "A task must need it.", Right: true, Answers: []TestAnswer{
			{"ticket", "When a task needs it and I have stated the reason", true}, {"curious", "Whenever I am allowed to sign in", false},
		}},
		{ID: "rights", Text: "Which of these may a customer ask for?", Multiple: true, Explanation: "A discount is no right.", Answers: []TestAnswer{
			{"erase", "Erasure", true}, {"copy", "A copy of the data", false}, {"cheaper", "A discount for giving data", true},
		}},
	}
	read := RequirementPage{Item: policy, HTML: "<p><strong>Only for the job.</strong> We look at a customer’s data when the work needs it.</p>", EffectiveAt: ago(60, 0), SHA256: "3f5a9c0d3f5a9c0d3f5a9c0d3f5a9c0d3f5a9c0d3f5a9c0d3f5a9c0d3f5a9c0d", Served: "token"}
	test := read
	test.Item, test.PassMark, test.Questions, test.Return = course, 80, questions, "/staff/requests/4f"
	stale := read
	stale.Stale = true
	open := test
	open.Questions = []TestQuestion{questions[0], questions[1]}
	open.Questions[1].Problem, open.Problem = "This question has no answer.", "This question has no answer."
	return append(requirementStories(), []story{
		{"training", officer, TrainingPage{Items: []RequirementItem{course, changed, policy, always}, Withheld: true, Return: "/staff/requests/4f", Report: "/staff/attestations", Written: "/staff/requirements"}},
		{"training-current", officer, TrainingPage{Items: []RequirementItem{policy}, Done: true, Return: "/staff/requests/4f"}},
		{"training-none", officer, TrainingPage{}},
		{"training-policy", officer, read},
		{"training-stale", officer, stale},
		{"training-test", officer, test},
		{"training-open", officer, open},
		{"training-passed", officer, OutcomePage{Item: course, Passed: true, Score: 100, PassMark: 80, Entry: 1300, Questions: questions[:1], Next: "/staff/requests/4f"}},
		{"training-failed", officer, OutcomePage{Item: course, Score: 50, PassMark: 80, Entry: 1300, Questions: questions, Again: "/staff/training/data_protection"}},
		{"attestations", officer, AttestationsPage{CSV: "/staff/attestations.csv", Roles: []RoleCount{{"privacy_officer", 1, 1, 4}, {"auditor", 0, 0, 3}, {"admin", 0, 0, 0}}, Rows: []AttestationRow{
			{"Anneli Korhonen", []string{"privacy_officer"}, course}, {"Ingrid Solheim", []string{"privacy_officer", "auditor"}, changed}, {"Marc Delacroix", []string{"auditor"}, policy},
		}}},
		{"attestations-none", officer, AttestationsPage{}},
		{"training-withheld", withheld, StaffHomePage{Role: "privacy_officer"}},
		{"training-soon", soon, StaffHomePage{Role: "privacy_officer"}},
		{"error-training", officer, ErrorPage{Kind: ErrorTraining, Status: 403, Back: "/staff/training"}},
	}...)
}
