package frontend

func officerFrame() Frame {
	return Frame{URL: "/staff/requests", SignedInAs: "privacy_officer", Staff: true, CSRF: "c5rf", Demo: true, Now: now, Menu: []NavEntry{
		{Name: NavStaffHome, URL: "/staff"}, {Name: NavStaffRequests, URL: "/staff/requests"},
	}}
}

func sampleRequests() RequestsPage {
	kept := []KeptData{
		{Key: "contract", Label: "Your plan and contract", Ground: "contract", Rule: "until 3 years after the end of the contract", Optional: true},
		{Key: "invoices", Label: "Your bills", Ground: "legal_obligation", Until: now.AddDate(8, 0, 0), Rule: "8 years"},
	}
	open := DataRequest{
		URL: "/requests/1", Customer: "cus_1001", Kind: RequestErasure, State: RequestOpen, Channel: "web", ReceivedAt: ago(2, 3),
		DueAt: now.AddDate(0, 0, 28), Law: "GDPR Art. 12(3)", About: []string{"Your preferences", "Staff notes"}, Entry: 1301,
		Words: "I do not want offers any more,\nand nobody needs the notes.",
	}
	waiting := DataRequest{
		URL: "/requests/2", Customer: "cus_1002", Kind: RequestErasure, State: RequestAccepted, Channel: "phone", ReceivedAt: ago(50, 0),
		DueAt: ago(3, 0), Overdue: true, Entry: 1187, Extended: "Five systems hold data, and one of them is being replaced.", Answer: "We erase what we may.",
		ConfirmBy: ago(40, 0), Erased: []string{"Your preferences", "Detailed usage"}, Kept: kept, Systems: []SystemState{
			{Name: "Rating", State: "done", AskedAt: ago(20, 0), At: ago(20, 0)},
			{Name: "CRM", State: "open", AskedAt: ago(20, 0)},
			{Name: "Data warehouse", State: "not_held", AskedAt: ago(20, 0), At: ago(19, 0)},
			{Name: "Letter shop", State: "refused", AskedAt: ago(20, 0), At: ago(18, 0), Note: "The customer is not known under this number."},
		},
	}
	refused := DataRequest{
		URL: "/requests/3", Customer: "cus_1003", Kind: RequestErasure, State: RequestRefused, Channel: "web", ReceivedAt: ago(90, 0), DueAt: ago(60, 0),
		ClosedAt: ago(70, 0), Grounds: []string{"legal_claims", "identity"}, Answer: "There is a case before the court of Hamburg.", Kept: kept, Entry: 900,
	}
	release := DataRequest{
		URL: "/requests/4", Customer: "cus_1004", Kind: RequestRelease, State: RequestOpen, Channel: "in_person", ReceivedAt: ago(1, 0), DueAt: now.AddDate(0, 0, 29), Entry: 1302,
	}
	corrected := DataRequest{
		URL: "/requests/5", Customer: "cus_1005", Kind: RequestRectification, State: RequestAnswered, Channel: "web", ReceivedAt: ago(120, 0), DueAt: ago(90, 0),
		ClosedAt: ago(110, 0), About: []string{"How we reach you – E-mail"}, Value: "anna@new.example.test", Entry: 800, Closing: "Done.",
	}
	restricted := DataRequest{
		URL: "/requests/6", Customer: "cus_1006", Kind: RequestRestriction, State: RequestAccepted, Channel: "paper", Ground: "inaccurate", ReceivedAt: ago(9, 0),
		DueAt: now.AddDate(0, 0, 21), EndsAt: now.AddDate(0, 0, 7), Unreadable: true, Entry: 1250,
	}
	return RequestsPage{
		Requests: []DataRequest{open, waiting, refused, release, corrected, restricted}, RestrictedSince: ago(8, 0), EndsAt: now.AddDate(0, 0, 7),
		Kinds: []RequestKind{RequestRectification, RequestErasure, RequestRelease},
	}
}

func sampleRequestForm(kind RequestKind) RequestFormPage {
	return RequestFormPage{
		Kind: kind, Problem: "“What should it say?” is missing. Nothing was changed; please add it.", Field: "value", Which: "contact/email",
		Groups:     []FieldGroup{{Label: "How we reach you", Fields: []Ref{{"contact/email", "E-mail"}, {"contact/phone", "Phone"}}}},
		Categories: []DownloadCategory{{"invoices", "Your bills", 36, true}, {"usage_detail", "Detailed usage", 35_040, false}},
		Grounds:    []string{"inaccurate", "unlawful", "claims", "objected"}, Ground: "claims", Words: "Thank you.",
	}
}

func sampleStaffRequest(i int) StaffRequestPage {
	r := sampleRequests().Requests[i]
	page := StaffRequestPage{
		Request: r, Base: "/staff/requests/1", Refusals: []string{"legal_obligation", "contract", "legal_claims", "not_given", "identity", "unfounded"},
		Tomorrow: "2026-11-24", MayAnswer: r.State == RequestAccepted,
	}
	if r.State == RequestOpen {
		page.ExtendTo = now.AddDate(0, 2, 28)
	}
	if r.Kind == RequestErasure && r.State == RequestOpen {
		page.Erase, page.Plan = sampleRequests().Requests[1].Erased, sampleRequests().Requests[1].Kept
	}
	return page
}
