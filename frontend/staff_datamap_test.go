package frontend

// dataMapStories are the pages of the data map in every state.
func dataMapStories() []story {
	officer := Frame{
		URL: "/staff/data-map", SignedInAs: "Olga Brandt", Staff: true, CSRF: "c5rf", Demo: true, Now: now,
		Menu: []NavEntry{{NavStaffHome, "/staff"}, {NavStaffDataMap, "/staff/data-map"}},
	}
	first := MapVersion{Number: 1, State: "superseded", EffectiveAt: ago(300, 0), Entry: 6, FromFile: true}
	second := MapVersion{Number: 2, State: "published", EffectiveAt: ago(40, 0), Entry: 512}
	third := MapVersion{Number: 3, State: "scheduled", EffectiveAt: now.AddDate(0, 0, 9), Entry: 900, Revision: 7}
	changes := []MapChange{
		{Element: "Purpose: Offers by e-mail", Member: "What “on” means", Language: "German", Before: "Sie bekommen Angebote.", After: "Sie bekommen einmal im Monat Angebote.", Words: []DiffBlock{{"changed", []DiffRun{{"same", "Sie bekommen "}, {"added", "einmal im Monat "}, {"same", "Angebote."}}}}},
		{Element: "Purpose: Offers by e-mail", Member: "Ask anew after", Before: "2 years", After: "1 year", Words: []DiffBlock{{"changed", []DiffRun{{"removed", "2 years"}, {"added", "1 year"}}}}},
		{Element: "Recipient: Print shop", After: "Print shop"},
	}
	groups := []MapGroup{
		{Name: "purposes", Columns: []string{"Legal basis", "Categories of data", "Recipients", "Ask anew after"}, NewURL: "/staff/data-map/new/purposes", Elements: []MapElement{
			{Key: "billing", Label: "Billing", URL: "/staff/data-map/edit/purposes/billing", Facts: []string{"the contract", "Bills and payments", "", ""}},
			{Key: "marketing_email", Label: "Offers by <b>e-mail</b>", URL: "/staff/data-map/edit/purposes/marketing_email", Facts: []string{"consent", "Contact", "Mail service", "1 year"}, Changed: true, Problems: 1},
		}},
		{Name: "sources", Elements: []MapElement{{Key: "billing", Label: "Our billing system", URL: "/staff/data-map/edit/sources/billing"}}},
	}
	operator := MapElement{Label: "Stadtwerke Nordlicht", URL: "/staff/data-map/edit/operator"}
	page := func(change func(p *DataMapPage)) DataMapPage {
		p := DataMapPage{InForce: second, Groups: groups, Operator: operator, Zone: "Europe/Berlin"}
		change(&p)
		return p
	}
	draft := MapDraft{MapVersion: MapVersion{Number: 3, State: "draft", Revision: 4}, Authors: []string{"Olga Brandt"}, ChangedAt: ago(0, 2), MayWithdraw: true}
	texts := []MapText{{Tag: "en", Language: "English", Dir: "ltr", Text: "You get offers."}, {Tag: "ar", Language: "Arabic", Dir: "rtl", Wrong: true}}
	element := MapElementPage{
		URL: "/staff/data-map/edit/purposes/marketing_email", Kind: "Purpose", Key: "marketing_email", Label: "Offers by e-mail", Revision: 4, MayDrop: true,
		Groups: []MapMembers{
			{Members: []MapMember{
				{Path: "on", Label: "What “on” means", Shape: "words", Texts: texts},
				{Path: "basis", Label: "Legal basis", Shape: "choice", Required: true, Options: []MapOption{{"consent", "consent", true}, {"contract", "the contract", false}}},
				{Path: "categories", Label: "Categories of data", Shape: "keys", Options: []MapOption{{"contact", "Contact", true}, {"invoices", "Bills", false}}},
				{Path: "renewal", Label: "Ask anew after", Shape: "line", Hint: "A period.", Value: "soon", Problem: "renewal"},
				{Path: "defaults", Label: "Default by place", Shape: "places", Value: "US: opt_out"},
				{Path: "sale_or_sharing", Label: "Sale or sharing", Shape: "flag", Checked: true},
			}},
			{Field: "status", Label: "Status", Coded: true, Members: []MapMember{{Path: "fields.status.label", Label: "Name", Shape: "words", Texts: texts}}},
		},
		AddsFields: true,
		Problems:   []MapProblem{{"Purpose “Offers by e-mail” rests on consent, so it must say what “on” means in Arabic.", "#on"}},
		Previews:   []MapPreview{{Tag: "en", Language: "English", Dir: "ltr", Choice: Choice{Purpose: "marketing_email", Label: "Offers by e-mail", Summary: "We send offers.", OnMeaning: "You get offers.", OffMeaning: "You get none.", Basis: BasisConsent, State: StateNeverAsked}}},
	}
	return []story{
		{"data-map", officer, page(func(p *DataMapPage) { p.MayStart, p.Upcoming = true, []MapVersion{third} })},
		{"data-map-draft", officer, page(func(p *DataMapPage) {
			d := draft
			p.Draft, p.Changes, p.Done = &d, changes, "saved"
			p.Problems = []MapProblem{{"Purpose “Offers by e-mail” rests on consent, so it must say what “on” means in Arabic.", "/staff/data-map/edit/purposes/marketing_email#on"}}
		})},
		{"data-map-review", officer, page(func(p *DataMapPage) {
			d := draft
			d.State, d.MayApprove, d.MayReturn, d.Note = "in_review", true, true, "Shorter renewal, as agreed."
			p.Draft, p.Changes, p.Problem = &d, changes, "Say what follows."
			p.Consequences = []MapConsequence{
				{Purpose: "Offers by e-mail", Members: []string{"Recipients"}, Meaning: true, NoticeURL: "/notices/marketing"},
				{Purpose: "Usage", Members: []string{"Ask anew after"}},
			}
		})},
		{"data-map-own", officer, page(func(p *DataMapPage) {
			d := draft
			d.State, d.Own, d.Approver = "in_review", true, ""
			p.Draft = &d
		})},
		{"data-map-approved", officer, page(func(p *DataMapPage) {
			d := draft
			d.State, d.MaySchedule, d.Approver = "approved", true, "Amalia Berg"
			p.Draft, p.Changes, p.Done = &d, changes, "approved"
		})},
		{"data-map-element", officer, element},
		{"data-map-element-new", officer, MapElementPage{URL: "/staff/data-map/new/sources", Kind: "Source", New: true, Revision: 4, Groups: element.Groups[:1]}},
		{"data-map-element-read", officer, func() MapElementPage {
			p := element
			p.ReadOnly, p.Problems = true, nil
			return p
		}()},
		{"data-map-conflict", officer, func() MapElementPage {
			p := element
			p.Conflicts, p.Saved = []MapConflict{{"Ask anew after", "P6M", "P12M"}}, true
			return p
		}()},
		{"data-map-versions", officer, MapVersionsPage{Versions: []MapVersion{third, second, first}, A: 1, B: 2, Changes: changes}},
		{"data-map-versions-one", officer, MapVersionsPage{Versions: []MapVersion{second}}},
		{"data-map-record", officer, MapRecordPage{
			Version: second, Columns: []string{"Purpose", "Legal basis"}, Rows: [][]string{{"Billing", "the contract"}}, CSV: "/staff/data-map/record.csv", JSON: "/staff/data-map/record.json",
		}},
	}
}
