package frontend

import (
	"html/template"
	"time"
)

func legalFrame(role string) Frame {
	return Frame{URL: "/staff/notices", SignedInAs: role, Staff: true, CSRF: "c5rf", Demo: true, Now: now, Menu: []NavEntry{
		{Name: NavStaffHome, URL: "/staff"}, {Name: NavStaffNotices, URL: "/staff/notices"},
	}}
}

func sampleLanguages(shown string) []LanguageMark {
	all := []LanguageMark{
		{Tag: "en", Name: "English", State: LanguageComplete, Source: true, Required: true},
		{Tag: "de", Name: "Deutsch", State: LanguageStale, Required: true},
		{Tag: "fr", Name: "Français", State: LanguageComplete},
		{Tag: "es", Name: "Español", State: LanguageComplete},
		{Tag: "pl", Name: "Polski", State: LanguageMissing, Required: true},
		{Tag: "ar", Name: "العربية", State: LanguageComplete},
	}
	for i := range all {
		all[i].URL = "/staff/notices/usage_analytics/versions/4/edit?language=" + all[i].Tag
		all[i].Shown = all[i].Tag == shown
	}
	return all
}

func sampleNotices() StaffNoticesPage {
	url := func(key string) string { return "/staff/notices/" + key }
	return StaffNoticesPage{
		Tasks: []StaffTask{
			{URL: url("usage_analytics"), Title: "Understand your usage", Version: 4, Task: "stale", Languages: []string{"Deutsch", "Polski"}},
			{URL: url("partner_sharing"), Title: "Share with partners", Version: 2, Task: "returned"},
			{URL: url("marketing_email"), Title: "Offers by e-mail", Version: 3, Task: "review"},
			{URL: url("privacy"), Title: "Privacy", Version: 5, Task: "wait", By: now.AddDate(0, 0, 9)},
		},
		Filters: []NoticeFilter{{"all", "?show=all", 4, true}, {"todo", "?show=todo", 3, false}, {"open", "?show=open", 2, false}, {"scheduled", "?show=scheduled", 1, false}, {"incomplete", "?show=incomplete", 1, false}},
		Columns: []SortLink{{"title", "?sort=-title", "ascending"}, {"in_force", "?sort=in_force", ""}, {"open", "?sort=open", ""}, {"turn", "?sort=turn", ""}, {"languages", "", ""}},
		Rows: []NoticeRow{
			{URL: url("usage_analytics"), Key: "usage_analytics", Title: "Understand your usage", InForce: 3, Since: ago(40, 0), Open: Edition{Version: 4, State: EditionDraft}, Turn: TurnWrite, Languages: sampleLanguages("")},
			{URL: url("marketing_email"), Key: "marketing_email", Title: "Offers by e-mail", InForce: 2, Since: ago(300, 0), Open: Edition{Version: 3, State: EditionInReview}, Turn: TurnReview, Languages: sampleLanguages("")[:2]},
			{URL: url("privacy"), Key: "privacy", Title: "Privacy", InForce: 4, Since: ago(120, 0), Open: Edition{Version: 5, State: EditionScheduled, EffectiveAt: now.AddDate(0, 0, 9)}, Turn: TurnWait, Languages: sampleLanguages("")[2:]},
			{URL: url("billing"), Key: "billing", Title: "Billing you", InForce: 1, Since: ago(500, 0)},
		},
	}
}

func sampleEditions() []Edition {
	return []Edition{
		{Version: 4, State: EditionDraft, Authors: []string{"Legal editor", "Ines Ott"}, Compare: "/c"},
		{Version: 3, State: EditionPublished, EffectiveAt: ago(40, 0), Authors: []string{"Legal editor"}, Approver: "Legal approver", Material: true, Effect: "invalidate", InvalidFrom: ago(30, 0), Public: "/notices/usage_analytics/versions/3", Compare: "/c"},
		{Version: 2, State: EditionSuperseded, EffectiveAt: ago(400, 0), Effect: "ask", Public: "/notices/usage_analytics/versions/2"},
		{Version: 1, State: EditionWithdrawn},
	}
}

func sampleRemarks() []NoticeComment {
	return []NoticeComment{
		{At: ago(1, 2), Who: "Legal approver", Text: "Can we say “two years” in the first line?", Version: 4},
		{At: ago(0, 3), Who: "Legal editor", Text: "Done.", Version: 4},
	}
}

func sampleSteps() []NoticeStep {
	return []NoticeStep{
		{Version: 4, At: ago(0, 2), Did: "saved", Who: "Legal editor", Parts: []string{"English: Text", "Deutsch: Text"}, Compare: "/c"},
		{Version: 4, At: ago(1, 0), Did: "returned", Who: "Legal approver", Text: "The period is missing."},
		{Version: 4, At: ago(2, 0), Did: "submitted", Who: "Legal editor"},
		{Version: 4, At: ago(3, 0), Did: "started", Who: "Legal editor"},
	}
}

func sampleReconsent() *Reconsent {
	r := &Reconsent{Version: 3, Asked: 1840}
	for i := range int64(21) {
		given, refused := 1840*i/(i+9), 18*i
		r.Days = append(r.Days, ReconsentDay{At: ago(int(20-i), 0), Given: given, Refused: refused, Waiting: (1840 - given - refused) / 3, Away: (1840 - given - refused) * 2 / 3})
	}
	return r
}

func sampleMissing() []Incomplete {
	return []Incomplete{
		{Words: "The text in Polski is missing.", URL: "/staff/notices/usage_analytics/versions/4/edit?language=pl"},
		{Words: "The source has changed since the text in Deutsch was made.", URL: "/staff/notices/usage_analytics/versions/4/edit?language=de"},
	}
}

func sampleStaffNotice() StaffNoticePage {
	return StaffNoticePage{
		Key: "usage_analytics", Title: "Understand your usage", Purpose: "Understanding your usage", URL: "/staff/notices/usage_analytics", Turn: TurnWrite,
		Open:       Edition{Version: 4, State: EditionDraft, Edit: "/e", Review: "/r"},
		Incomplete: sampleMissing(), Languages: sampleLanguages(""), Editions: sampleEditions(), Steps: sampleSteps(), Comments: sampleRemarks(),
		Chart: sampleReconsent(), MayWrite: true, Compare: "/staff/notices/usage_analytics/compare",
		Exports: []ExportLinks{{"Deutsch", "/x", "/j"}, {"العربية", "/x", "/j"}},
	}
}

func sampleDiff() []DiffBlock {
	return []DiffBlock{
		{"same", []DiffRun{{"same", "**What we do.** We look at which features your account uses, and when."}}},
		{"changed", []DiffRun{{"same", "**How long.** The results are kept for "}, {"removed", "two years"}, {"added", "one year, and then erased"}, {"same", "."}}},
		{"added", []DiffRun{{"added", "**Who receives it.** Nobody but the hosting company."}}},
		{"removed", []DiffRun{{"removed", "We may write to you about it."}}},
	}
}

func samplePartDiffs() []PartDiff {
	return []PartDiff{{"summary", []DiffBlock{{"changed", []DiffRun{{"same", "May we look at "}, {"removed", "what"}, {"added", "which features"}, {"same", " you use?"}}}}}, {"body", sampleDiff()}}
}

func sampleHint() *ReadingHint {
	return &ReadingHint{
		Words: 412, Sentences: 31, PerSentence: "13.3", Formula: "Flesch", Score: 61, Ease: true, Verdict: "plain",
		Long: []LongSentence{{"We look at which features your account uses and when, so that we can show you what saves your team time and what nobody opens, and now and then suggest a plan that would cost you less.", 37}},
	}
}

func sampleEdit() NoticeEditPage {
	form := NoticeForm{"Understand your usage", "May we look at which features you use, and when?", "**What we do.** We look at which features your account uses and when.\n\n**How long.** One year."}
	return NoticeEditPage{
		Key: "usage_analytics", Title: "Understand your usage", Version: 4, State: EditionDraft, URL: "/staff/notices/usage_analytics/versions/4",
		Back: "/staff/notices/usage_analytics", Language: sampleLanguages("")[0], Languages: sampleLanguages("en"), Revision: 7, Form: form, Dir: "ltr",
		Incomplete: sampleMissing(), Reading: sampleHint(), Comments: sampleRemarks(), MaySubmit: true, Checklist: "/staff/notices/usage_analytics/versions/4/checklist",
		Diff: sampleDiff(), InForce: 3, Saved: true,
	}
}

func sampleTranslation() NoticeEditPage {
	p := sampleEdit()
	p.Source = &NoticeSource{
		Language: sampleLanguages("")[0], Dir: "ltr", Form: p.Form, Stale: true, Changes: samplePartDiffs(),
		HTML: template.HTML("<p><strong>What we do.</strong> We look at which features your account uses and when.</p><p><strong>How long.</strong> One year.</p>"),
	}
	p.Language, p.Languages, p.Saved = sampleLanguages("")[5], sampleLanguages("ar"), false
	p.Form = NoticeForm{"فهم استخدامك", "هل يمكننا النظر في الوظائف التي تستخدمها؟", "**ماذا نفعل.** ننظر في الوظائف التي يستخدمها حسابك.\n\n**كم من الوقت.** سنة واحدة."}
	p.Dir, p.Reading, p.Preview = "rtl", &ReadingHint{Words: 12, Sentences: 4, PerSentence: "3", Verdict: "hard", Score: 3}, PreviewChoice{Dark: true}
	return p
}

func sampleConflict() NoticeEditPage {
	p := sampleEdit()
	p.Saved, p.Unsaved, p.Problem, p.Field = false, true, "Somebody has changed this meanwhile.", "body"
	p.Conflicts = []NoticeConflict{{
		Part: "body", Base: "**How long.** Two years.", Mine: "**How long.** One year.", Theirs: "**How long.** Eighteen months.", Who: "Ines Ott", At: ago(0, 1),
		Changes: []DiffBlock{{"changed", []DiffRun{{"same", "**How long.** "}, {"removed", "Eighteen months"}, {"added", "One year"}, {"same", "."}}}},
	}}
	return p
}

func sampleChecklist() []ChecklistItem {
	return []ChecklistItem{
		{Key: "controller", Law: "gdpr", Source: "Art. 13(1)(a)", Where: "page", Page: "/#contact", State: "placed", Good: true},
		{Key: "retention", Law: "gdpr", Source: "Art. 13(2)(a)", Where: "text", Section: "How long", Page: "/", State: "placed", Good: true},
		{Key: "recipients", Law: "gdpr", Source: "Art. 13(1)(e)", Where: "text", Section: "Who gets it", Page: "/", State: "lost"},
		{Key: "automated", Law: "gdpr", Source: "Art. 13(2)(f)", Where: "not_applicable", Reason: "There are none.", State: "excused", Good: true},
		{Key: "transfers", Law: "gdpr", Source: "Art. 13(1)(f)", Where: "not_applicable", Page: "/", State: "noreason"},
		{Key: "ccpa_sold", Law: "ccpa", Source: "11 CCR 7012(e)(3)", State: "open"},
		{Key: "ccpa_policy", Law: "ccpa", Source: "11 CCR 7012(e)(6)", Where: "page", State: "notshown"},
	}
}

func sampleChecklistPage(mayWrite bool) ChecklistPage {
	return ChecklistPage{
		Key: "usage_analytics", Title: "Understand your usage", Version: 4, URL: "/staff/notices/usage_analytics/versions/4", Back: "/staff/notices/usage_analytics",
		Revision: 7, Items: sampleChecklist(), Sections: []string{"What we do", "How long"}, MayWrite: mayWrite, Saved: true, Left: 4,
	}
}

func sampleCompare() NoticeComparePage {
	return NoticeComparePage{
		Key: "usage_analytics", Title: "Understand your usage", Back: "/staff/notices/usage_analytics", From: []CompareSide{{"3", "Version 3", true}, {"4.2", "Version 4, step 2", false}},
		To: []CompareSide{{"3", "Version 3", false}, {"4", "Version 4", true}}, Languages: sampleLanguages("en"), Language: "en", Dir: "ltr", Parts: samplePartDiffs(), Differ: true, Added: 17, Removed: 11,
	}
}

func sampleReview() NoticeReviewPage {
	marks := sampleLanguages("")
	return NoticeReviewPage{
		Key: "marketing_email", Title: "Offers by e-mail", Back: "/staff/notices/marketing_email", InForce: 2,
		Edition: Edition{Version: 3, State: EditionInReview, Authors: []string{"Legal editor"}},
		Diffs: []LanguageDiff{
			{Language: marks[0], Dir: "ltr", Parts: samplePartDiffs(), Differ: true, Added: 17, Removed: 11, Reading: sampleHint()},
			{Language: marks[1], Dir: "ltr", Reading: &ReadingHint{Words: 380, Sentences: 30, PerSentence: "12.7", Formula: "Amstad", Score: 48, Ease: true, Verdict: "fair"}},
			{Language: marks[4], Dir: "ltr", Reading: &ReadingHint{Words: 380, Sentences: 20, PerSentence: "19", Formula: "Pisarek", Score: 14, Verdict: "hard"}},
		},
		Checklist: sampleChecklist(),
		Workflow: Workflow{
			URL: "/staff/notices/marketing_email/versions/3", Revision: 9, Comments: sampleRemarks(), Steps: sampleSteps(),
			MayDecide: true, MayReturn: true, MayComment: true, Consents: true,
			Decision: DecisionForm{Material: "yes", Effect: "invalidate", InvalidOn: "2026-12-24"},
		},
		Impact: &Impact{
			Standing: 1840, States: []ImpactCount{{"given", 1840}, {"refused", 902}, {"withdrawn", 77}, {"never_asked", 12004}},
			Places: []ImpactCount{{"DE", 11_000}, {"US-CA", 3700}, {"", 123}},
		},
	}
}

func sampleOwnReview() NoticeReviewPage {
	p := sampleReview()
	p.MayDecide, p.Refused, p.Incomplete, p.Impact, p.MaySubmit, p.Edition.Edit = false, "own", sampleMissing(), nil, true, "/e"
	return p
}

func sampleApproved() NoticeReviewPage {
	p := sampleReview()
	p.MayReturn, p.MayDecide, p.MaySchedule, p.MayWithdraw, p.Done, p.Edition.State = true, false, true, true, "approved", EditionApproved
	p.Edition.EffectiveAt = now.AddDate(0, 0, 9)
	p.Decision = DecisionForm{Day: "2026-12-02", Clock: "00:00", Zone: "Europe/Berlin", Zones: []string{"Europe/Berlin", "UTC", "America/Los_Angeles"}}
	p.Problem, p.Field = "The time must be in the future.", "effective_at"
	return p
}

func sampleKept(signIn bool) KeptPage {
	return KeptPage{
		Action: "/staff/notices/usage_analytics/versions/4/edit", SignIn: signIn,
		Fields: []KeptField{{Name: "language", Value: "en"}, {Name: "title", Value: "Understand your usage", Label: "workspace.part.title"}, {Name: "body", Value: "**How long.**\n\nOne year.", Label: "workspace.part.body"}},
	}
}

// noticeStories are legal's pages in every state.
func noticeStories() []story {
	editor, approver := legalFrame("legal_editor"), legalFrame("legal_approver")
	dark := Frame{URL: "/notices/usage_analytics", Now: time.Time{}, Dark: true}
	scheduled := sampleStaffNotice()
	scheduled.Open, scheduled.Turn, scheduled.Problem = Edition{Version: 4, State: EditionScheduled, EffectiveAt: now.AddDate(0, 0, 9), Review: "/r"}, TurnWait, "This file could not be read."
	return []story{
		{"staff-notices", editor, sampleNotices()},
		{"staff-notices-none", approver, StaffNoticesPage{Filters: sampleNotices().Filters, Columns: sampleNotices().Columns}},
		{"staff-notice", editor, sampleStaffNotice()},
		{"staff-notice-scheduled", approver, scheduled},
		{"staff-notice-new", editor, StaffNoticePage{Key: "billing", Title: "Billing you", URL: "/staff/notices/billing", MayWrite: true, Compare: "/c", Editions: sampleEditions()[1:2]}},
		{"staff-notice-edit", editor, sampleEdit()},
		{"staff-notice-translate", editor, sampleTranslation()},
		{"staff-notice-conflict", editor, sampleConflict()},
		{"staff-notice-checklist", editor, sampleChecklistPage(true)},
		{"staff-notice-checklist-read", approver, sampleChecklistPage(false)},
		{"staff-notice-compare", approver, sampleCompare()},
		{"staff-notice-compare-same", approver, NoticeComparePage{Key: "billing", Title: "Billing you", Back: "/b", Language: "en", Dir: "ltr"}},
		{"staff-notice-review", approver, sampleReview()},
		{"staff-notice-review-own", editor, sampleOwnReview()},
		{"staff-notice-approved", approver, sampleApproved()},
		{"staff-notice-preview-dark", dark, NoticePage{Text: *sampleNoticeText(4)}},
		{"kept-signed-out", visitor, sampleKept(true)},
		{"kept", editor, sampleKept(false)},
		{"kept-closed", editor, KeptPage{Problem: "It is in force, and cannot change.", Back: "/staff/notices", Fields: sampleKept(false).Fields}},
	}
}
