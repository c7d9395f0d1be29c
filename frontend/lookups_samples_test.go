package frontend

// lookUpStories are the pages of looking customers up, in every state.
func lookUpStories() []story {
	officer := officerFrame()
	officer.URL = "/staff/customers"
	officer.Menu = append(officer.Menu, NavEntry{NavStaffCustomers, "/staff/customers"}, NavEntry{NavStaffEmergencies, "/staff/emergencies"}, NavEntry{NavStaffAccesses, "/staff/accesses"})
	open := LookUp{
		URL: "/staff/customers/l1", Action: "/staff/customers/l1", Customer: "cus_1001", Member: "Ingrid Solheim", Role: "privacy_officer",
		State: LookUpOpen, Reason: "You called about your bill of October.", BeganAt: ago(0, 0), EndsAt: now.Add(27 * 60e9),
	}
	emergency := LookUp{
		URL: "/staff/customers/l2", Action: "/staff/customers/l2", Customer: "cus_1002", Member: "Sam Okafor", Role: "admin", Approver: "Ingrid Solheim",
		State: LookUpOpen, Emergency: true, Reason: "A payment was collected twice, and the bank must be told <b>today</b>.", BeganAt: ago(0, 1), EndsAt: now.Add(55 * 60e9),
	}
	asked := emergency
	asked.URL, asked.State, asked.Approver = "", LookUpAsked, ""
	own, over, refused, ended := asked, open, asked, open
	own.Action, over.State, refused.State, ended.State = "", LookUpOver, LookUpRefused, LookUpEnded
	found := []FoundCustomer{{"cus_1001", "A••• L•••"}, {"cus_1002", "J••• L•••"}, {"cus_1003", ""}}
	masked := func(text string) Cell { return Cell{Text: text, Masked: true} }
	columns := []Column{{Key: "number", Label: "Number"}, {Key: "total", Label: "Total", Numeric: true}, {Key: "status", Label: "Status"}}
	record := StaffRecord{ID: "R-2026-10", URL: "/staff/customers/l1/data/invoices/R-2026-10", At: ago(20, 0), Cells: []Cell{masked("•••• 17"), masked("••••••"), {Text: "Paid"}}, Files: 1}
	bare := StaffRecord{ID: "R-2026-09", URL: "/staff/customers/l1/data/invoices/R-2026-09", At: ago(50, 0), Cells: []Cell{masked("•••• 16"), masked("••••••"), {}}}
	return []story{
		{"lookup-find", officer, StaffCustomersPage{Mine: []LookUp{open, emergency, asked}}},
		{"lookup-none", officer, StaffCustomersPage{None: true}},
		{"lookup-reason", officer, StaffCustomersPage{Found: found[:1]}},
		{"lookup-choose", officer, StaffCustomersPage{Found: found, Kind: "text", Mine: []LookUp{open}}},
		{"lookup-problem", officer, StaffCustomersPage{Found: found[2:], Chosen: "cus_1003", Kind: "text", Reason: "because", Field: "reason", Problem: "The reason is too short to be understood."}},
		{"lookup-ask", officer, StaffCustomersPage{Found: found[:1], Emergency: true}},
		{"lookup-over", officer, StaffCustomersPage{Problem: "This look-up is over."}},
		{"lookup-customer", officer, StaffCustomerPage{
			LookUp: open, Name: "A••• L•••", Categories: []StaffCategory{
				{"/staff/customers/l1/data/identity", "Who you are", "person", 1, ago(300, 0)}, {"/staff/customers/l1/data/invoices", "Your bills", "bill", 36, ago(20, 0)}, {Label: "Staff notes", Icon: "note"},
			},
			Consents: []StaffConsent{
				{Label: "Offers by e-mail", Basis: BasisConsent, State: StateGiven, Since: ago(40, 0), ExpiresAt: now.AddDate(1, 0, 0), Entry: 801}, {Label: "Billing", Basis: BasisContract, State: StateRequired},
			},
			History: []StaffEvent{
				{Kind: EventAccessViewed, At: ago(0, 0), Entry: 1400, Group: GroupAccess, Role: "privacy_officer", Channel: "web"},
				{Kind: EventConsentGiven, At: ago(40, 0), Entry: 801, Purpose: "Offers by e-mail", Basis: BasisConsent, State: StateGiven, Channel: "phone"},
			},
		}},
		{"lookup-customer-nothing", officer, StaffCustomerPage{LookUp: emergency}},
		{"lookup-category", officer, StaffCategoryPage{LookUp: open, Label: "Your bills", Columns: columns, Records: []StaffRecord{record, bare}, Next: "/staff/customers/l1/data/invoices?after=x"}},
		{"lookup-category-none", officer, StaffCategoryPage{LookUp: emergency, Label: "Staff notes"}},
		{"lookup-record", officer, StaffRecordPage{
			LookUp: open, Label: "Your bills", CategoryURL: "/staff/customers/l1/data/invoices", URL: record.URL, ID: record.ID, At: record.At,
			Fields: []StaffField{
				{Key: "number", Label: "Number", Cell: masked("•••• 17")},
				{Key: "total", Label: "Total", Cell: Cell{Kind: KindMoney, Text: "12345", Currency: "EUR"}, Shown: true},
				{Key: "status", Label: "Status", Cell: Cell{Text: "Paid"}},
			},
			Documents: []Document{{Name: "bill-october.pdf", URL: record.URL + "/documents/bill-october.pdf"}},
		}},
		{"emergencies", officer, StaffEmergenciesPage{Waiting: []LookUp{asked, own}, Open: []LookUp{emergency}}},
		{"emergencies-none", officer, StaffEmergenciesPage{Problem: "Somebody has decided this already."}},
		{"accesses", officer, StaffAccessesPage{LookUps: []LookUp{open, emergency, asked, refused, ended, over}}},
		{"accesses-none", officer, StaffAccessesPage{}},
		{"history-accesses", Frame{URL: "/history?show=access", SignedInAs: "Anna Lindqvist", CSRF: "c5rf", Now: now}, HistoryPage{
			Group: GroupAccess, Counts: map[EventGroup]int64{GroupAccess: 5, GroupAll: 5}, Events: sampleAccesses(),
		}},
	}
}

// sampleAccesses is how staff looked, and did not.
func sampleAccesses() []Event {
	return []Event{
		{
			Kind: EventAccessViewed, At: ago(1, 0), Entry: 1301, Logged: true, ActorType: "staff", Role: "privacy_officer", Reason: "You called about your bill of October.",
			Categories: []string{"Your bills", "How we reach you"}, Looked: []Looked{
				{At: ago(1, 0), Entry: 1301, What: "profile"},
				{At: ago(1, 0), Entry: 1302, What: "category", Category: "Your bills"},
				{At: ago(1, 0), Entry: 1303, What: "record", Category: "Your bills", Record: "R-2026-10"},
				{At: ago(1, 0), Entry: 1304, What: "document", Category: "Your bills", File: "bill-october.pdf"},
				{At: ago(1, 0), Entry: 1305, What: "field", Category: "How we reach you", Field: "Address", Record: "profile"},
			},
		},
		{Kind: EventAccessViewed, At: ago(2, 0), Entry: 1250, Logged: true, ActorType: "staff", Role: "admin", Emergency: true, Approver: "privacy_officer", Reason: "The bank must be told today.", Looked: []Looked{{At: ago(2, 0), Entry: 1252, What: "profile"}}},
		{Kind: EventAccessViewed, At: ago(3, 0), Entry: 1249, Logged: true, ActorType: "staff", Role: "auditor", Reason: "CARE-20417", Looked: []Looked{{At: ago(3, 0), Entry: 1249, What: "entry", Record: "1187"}}},
		{Kind: EventAccessGranted, At: ago(3, 0), Entry: 1240, Logged: true, ActorType: "staff", Role: "admin", Emergency: true, Approver: "privacy_officer", Reason: "A meter burns."},
		{Kind: EventAccessRefused, At: ago(4, 0), Entry: 1230, Logged: true, ActorType: "staff", Role: "admin", Emergency: true, Reason: "I would like to know."},
		{Kind: EventAccessAsked, At: ago(5, 0), Entry: 1220, Logged: true, ActorType: "staff", Role: "admin", Emergency: true, Reason: "A pipe has burst."},
		{Kind: EventAccessViewed, At: ago(6, 0), Entry: 1210, Logged: true, ActorType: "staff", Role: "privacy_officer", ForRequest: true, Looked: []Looked{{At: ago(6, 0), Entry: 1210, What: "request"}}},
	}
}
