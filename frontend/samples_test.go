package frontend

import (
	"html/template"
	"strconv"
	"time"
)

// A story is a page in one state, with sample data. All people are invented.
type story struct {
	name  string
	frame Frame
	page  Page
}

var (
	now      = time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC)
	customer = Frame{URL: "/", SignedInAs: "Anna Lindqvist", CSRF: "c5rf", Demo: true, Now: now}
	visitor  = Frame{URL: "/", Demo: true, Now: now}
)

func ago(days, hours int) time.Time {
	return now.AddDate(0, 0, -days).Add(-time.Duration(hours) * time.Hour)
}

// stories are every page in every state that a person can meet.
func stories() []story {
	all := []story{
		{"requests", customer, sampleRequests()},
		{"requests-none", customer, RequestsPage{Kinds: []RequestKind{RequestRectification, RequestErasure, RequestRestriction}}},
		{"request-open", customer, RequestPage{Request: sampleRequests().Requests[0], Sent: true}},
		{"request-accepted", customer, RequestPage{Request: sampleRequests().Requests[1]}},
		{"request-refused", customer, RequestPage{Request: sampleRequests().Requests[2]}},
		{"request-new-erasure", customer, sampleRequestForm(RequestErasure)},
		{"request-new-rectification", customer, sampleRequestForm(RequestRectification)},
		{"request-new-restriction", customer, sampleRequestForm(RequestRestriction)},
		{"staff-requests", officerFrame(), StaffRequestsPage{Open: sampleRequests().Requests[:2], Closed: sampleRequests().Requests[2:]}},
		{"staff-requests-none", officerFrame(), StaffRequestsPage{}},
		{"staff-request-open", officerFrame(), sampleStaffRequest(0)},
		{"staff-request-accepted", officerFrame(), sampleStaffRequest(1)},
		{"staff-request-release", officerFrame(), sampleStaffRequest(3)},
		{"overview", customer, sampleOverview()},
		{"overview-from-elsewhere", Frame{URL: "/", SignedInAs: "Anna Lindqvist", CSRF: "c5rf", Now: now, Return: "https://my.nordlicht.example/account"}, sampleOverview()},
		{"overview-empty", customer, OverviewPage{}},
		{"category-invoices", customer, sampleInvoices()},
		{"category-usage", customer, sampleUsage()},
		{"category-contact", customer, sampleContact()},
		{"category-empty", customer, CategoryPage{Category: sampleCategories()[9], Description: "Reminders and a score that says how likely a bill is paid late."}},
		{"category-none-found", customer, CategoryPage{Category: sampleCategories()[5], Query: "<zzz>", Description: "Every bill we have sent you."}},
		{"choices", customer, ChoicesPage{Choices: sampleChoices()}},
		{"choices-none", customer, ChoicesPage{}},
		{"choices-signal", customer, ChoicesPage{Choices: sampleChoices(), Signal: &Signal{Sent: true, Uses: []SignalUse{{Label: "Offers from partners"}}}}},
		{"choices-signal-earlier", customer, ChoicesPage{Choices: sampleChoices(), Signal: &Signal{Uses: []SignalUse{{"Offers from partners", true}}}}},
		{"choices-signal-nothing", customer, ChoicesPage{Choices: sampleChoices(), Signal: &Signal{Sent: true}}},
		{"history", customer, sampleHistory()},
		{"history-empty", customer, HistoryPage{}},
		{"check", customer, sampleCheck()},
		{"check-failed", customer, CheckPage{Origin: "nordlicht.example/log", Size: 9, Entries: sampleCheck().Entries[:1], Server: CheckResult{Done: true, Entry: 4}}},
		{"check-empty", customer, CheckPage{Origin: "nordlicht.example/log"}},
		{"download", customer, sampleDownload()},
		{"download-problem", customer, DownloadPage{Categories: sampleDownload().Categories, From: "2026-13-01", Problem: DownloadBadDate}},
		{"receipt", customer, sampleReceipt()},
		{"notice", visitor, sampleNotice(3)},
		{"notice-past", visitor, sampleNotice(2)},
		{"sign-in", Frame{URL: "/", Flash: FlashSignedOut, Now: now}, SignInPage{}},
		{"sign-in-demo", visitor, sampleDemo()},
		{"sign-in-ways", Frame{URL: "/", Now: now}, SignInPage{ByEmail: true, ByCompany: true, Staff: true}},
		{"sign-in-bad-email", Frame{URL: "/", Now: now}, SignInPage{ByEmail: true, Email: "anna@", Problem: DoorBadEmail}},
		{"sign-in-company-down", Frame{URL: "/", Now: now}, SignInPage{ByEmail: true, ByCompany: true, Problem: DoorCompanyDown}},
		{"code", visitor, CodePage{ExpiresAt: now.Add(10 * time.Minute), Tries: 5}},
		{"code-wrong", Frame{URL: "/sign-in/code", Now: now}, CodePage{Typed: "1234 5678", Problem: CodeWrong, Tries: 2, ExpiresAt: now.Add(4 * time.Minute)}},
		{"code-confirms", customer, CodePage{Confirms: true, ExpiresAt: now.Add(10 * time.Minute), Tries: 5}},
		{"people", visitor, PeoplePage{[]SharedPerson{{"c1", "A… L…", "…0 41"}, {"c2", "J… L…", "…0 42"}, {"c3", "", "…043"}}}},
		{"link-sent", visitor, LinkSentPage{}},
		{"confirm", customer, ConfirmPage{Address: "a…@example.test", ByCompany: true, Then: "/download?category=invoices"}},
		{"confirm-by-link-alone", Frame{URL: "/account/confirm", SignedInAs: "Anna Lindqvist", CSRF: "c5rf", Now: now, Return: "https://my.nordlicht.example/"}, ConfirmPage{}},
		{"opt-in", customer, OptInPage{
			Purpose: "partner_sharing", Label: "Offers from partners", Meaning: "Selected partners get your name and address.",
			Recipients: []Ref{{Key: "partners", Label: "Advertising partners"}}, Since: ago(40, 0), Choice: "give", Served: "served", Return: "/consents",
		}},
		{"sessions", customer, SessionsPage{[]SignedInSession{
			{ID: "s1", Method: "code", Network: "198.51.100.0/24", CreatedAt: ago(0, 1), SeenAt: now, ExpiresAt: now.Add(7 * time.Hour), Current: true},
			{ID: "s2", Method: "link", Network: "2001:db8:12::/48", CreatedAt: ago(0, 5), SeenAt: ago(0, 2), ExpiresAt: now.Add(3 * time.Hour)},
			{ID: "s3", Method: "oidc", CreatedAt: ago(0, 7), SeenAt: ago(0, 7), ExpiresAt: now.Add(time.Hour)},
		}}},
		{"demo-mail", visitor, DemoMailPage{[]DemoMail{
			{"anna@example.test", "Your code for Nordlicht Energie: 1234 5678", "Hello,\n\nwith this code you see what is held:\n\n1234 5678\n", ago(0, 0)},
			{"anna@example.test", "A fresh link", "Hello,\n\nhere it is:\n\nhttp://127.0.0.1:8080/sessions/t0k3n\n", ago(0, 1)},
		}}},
		{"demo-mail-none", visitor, DemoMailPage{}},
		{"continue", visitor, ContinuePage{Action: "/sessions/t0k3n", ExpiresAt: now.Add(4 * time.Minute)}},
		{"staff", Frame{URL: "/staff", SignedInAs: "Jonas Weber", Staff: true, CSRF: "c5rf", Demo: true, Now: now}, StaffHomePage{
			Name: "Jonas Weber", Role: "privacy_officer", Tasks: []StaffTask{
				{URL: "/staff/emergencies", Title: "Emergencies", Task: "emergency"},
				{URL: "/staff/requests/r1", Title: "Have data erased", Task: "request", By: ago(-3, 0)},
				{URL: "/staff/notices/privacy/versions/2/review", Title: "Privacy notice", Version: 2, Task: "review"},
			}, Origin: "nordlicht.example/log", Size: 24113, CheckpointAt: ago(0, 0),
			VKey: "nordlicht.example/log+8f2c1b7a+AWl2b3J5LXRvd2VyLWFuZC1vdGhlci10aGluZ3M", Notices: []NoticeRef{{"usage_analytics", 3, "Understanding your usage"}},
		}},
	}
	all = append(all, clientStories()...)
	all = append(all, noticeStories()...)
	all = append(all, lookUpStories()...)
	all = append(all, dataMapStories()...)
	all = append(all, shownStories()...)
	all = append(all, trainingStories()...)
	all = append(all, peopleStories()...)
	for _, d := range sampleDownload().Earlier {
		all = append(all, story{"download-" + string(d.State), customer, DownloadStatusPage{d}})
	}
	for _, kind := range []ErrorKind{
		ErrorNotFound, ErrorNotAllowed, ErrorSignedOut, ErrorLinkUsed, ErrorNoticeChanged, ErrorFormExpired, ErrorBadInput,
		ErrorTooManyRequests, ErrorUnavailable, ErrorGone, ErrorInternal,
	} {
		page := ErrorPage{Kind: kind, Status: 404, Reference: "7c1f0a9e"}
		switch kind {
		case ErrorLinkUsed:
			page.Fresh = "/sessions/t0k3n/fresh"
		case ErrorNoticeChanged:
			page.Back = "/consents#choice-usage_analytics"
		case ErrorTooManyRequests:
			page.RetryAfter = 90 * time.Second
		case ErrorBadInput:
			page.Detail = "“from” must be a date such as 2026-01-31."
		default:
		}
		all = append(all, story{"error-" + string(kind), customer, page})
	}
	return all
}

func sampleBrand() Brand {
	return Brand{Name: Words{"en": "Nordlicht Energie", "ar": "نوردليشت للطاقة"}, HomeURL: "https://nordlicht.example", Contact: Contact{
		Postal: "Nordlicht Energie\nHafenstraße 12\n20457 Hamburg", Email: "service@nordlicht.example", Phone: "+49 40 555 0100",
		DPO:       "Dr. Miriam Osei, dpo@nordlicht.example",
		Authority: Words{"en": "Hamburg Commissioner for Data Protection"}, AuthorityURL: "https://authority.example",
	}}
}

var (
	bank    = Recipient{Key: "bank", Label: "Payment bank", Does: "Collects what you owe by direct debit.", Country: "DE"}
	grid    = Recipient{Key: "grid", Label: "Grid operator", Does: "Reads the meter and runs the lines.", Country: "DE"}
	printer = Recipient{Key: "print", Label: "Print shop", Does: "Prints and posts your bills.", Country: "PL"}
	adviser = Recipient{Key: "tax", Label: "Tax adviser", Country: "DE"}
	agency  = Recipient{Key: "agency", Label: "Credit agency", Does: "Tells us how likely bills are paid.", Country: "DE"}
	mailer  = Recipient{Key: "mail", Label: "E-mail service", Does: "Sends e-mails for us.", Country: "US", Safeguard: "standard contractual clauses"}
)

func sampleCategories() []Category {
	newest := ago(8, 3)
	billing := []PurposeUse{{"billing", "Billing you", BasisContract, "Without it there is no bill."}}
	row := func(key, label, icon, why, kept string, basis Basis, count int64, to ...Recipient) Category {
		return Category{
			Key: key, Label: label, Icon: icon, Why: why, Kept: kept, Bases: []Basis{basis}, Purposes: billing,
			Recipients: to, Count: count, Newest: newest, Mandatory: basis == BasisContract || basis == BasisLegalObligation,
			Afterwards: "it is erased.", MandatoryNote: "Without it we cannot serve you.",
		}
	}
	all := []Category{
		row("identity", "Who you are", "person", "To know who our customer is.", "contract + 3 years", BasisContract, 2, printer, bank),
		row("contact", "How we reach you", "contact", "To send bills, and to reach you when the power fails.", "contract + 3 years", BasisContract, 4, printer),
		row("tax", "Tax details", "tax", "Because tax law wants them on every bill.", "10 years", BasisLegalObligation, 1, adviser),
		row("payment_method", "How you pay", "card", "To collect what you owe. We keep the last four digits only.", "13 months after removal", BasisContract, 1, bank),
		row("contract", "Your plan and contract", "contract", "To deliver what you ordered.", "contract + 3 years", BasisContract, 3, grid),
		row("invoices", "Your bills", "bill", "To charge you, and because tax law makes us keep them.", "8 years", BasisLegalObligation, 36, adviser, printer),
		row("payments", "Payments and refunds", "payment", "To know what is paid.", "8 years", BasisContract, 41, bank, adviser),
		row("usage_summary", "Billed usage", "chart", "To write the bill.", "with its bill", BasisContract, 36, grid),
		row("usage_detail", "Detailed usage", "meter", "To work out each bill. Anything beyond that only if you allow it.", "14 months", BasisContract, 35040, grid),
		row("credit", "Arrears and risk", "scale", "To prevent fraud and unpaid bills. You can object.", "3 years after settlement", BasisLegitimateInterests, 0, agency),
		row("support_notes", "Staff notes", "note", "So that you need not say everything twice.", "2 years", BasisContract, 5),
		row("special_needs", "Support you need", "heart", "You told us that someone depends on powered medical equipment.", "until you withdraw", BasisConsent, 1, grid),
		row("marketing", "Your preferences", "megaphone", "To write to you only as you wish.", "withdrawal + 3 years", BasisConsent, 3, mailer),
		row("access_log", "Sign-ins and choices", "key", "To prove what you chose, and to notice strangers.", "12 months", BasisLegalObligation, 58),
	}
	all[5].KeptUntil = time.Date(2034, 12, 31, 0, 0, 0, 0, time.UTC)
	all[8].Bases = append(all[8].Bases, BasisConsent)
	all[8].Purposes = append(all[8].Purposes, PurposeUse{"usage_analytics", "Understanding your usage", BasisConsent, ""})
	all[8].Sources = []string{"Grid operator", "your meter"}
	all[9].Newest = time.Time{}
	all[11].Special = true
	return all
}

func sampleFlow() Flow {
	refs := func(keys ...string) []Ref {
		var some []Ref
		for _, c := range sampleCategories() {
			for _, key := range keys {
				if c.Key == key {
					some = append(some, Ref{c.Key, c.Label})
				}
			}
		}
		return some
	}
	to := func(recipients ...Recipient) []Ref {
		var some []Ref
		for _, r := range recipients {
			some = append(some, Ref{r.Key, r.Label})
		}
		return some
	}
	return Flow{Purposes: []FlowPurpose{
		{"billing", "Billing you", BasisContract, true, refs("identity", "contact", "payment_method", "contract", "usage_summary", "usage_detail", "payments"), to(bank, printer, grid)},
		{"tax_records", "Keeping tax records", BasisLegalObligation, true, refs("tax", "invoices", "payments"), to(adviser)},
		{"fraud_prevention", "Preventing fraud and unpaid bills", BasisLegitimateInterests, true, refs("credit", "payments", "access_log"), to(agency)},
		{"support", "Helping you", BasisContract, true, refs("support_notes", "contact"), nil},
		{"medical_priority", "Keeping your power on", BasisConsent, true, refs("special_needs"), to(grid)},
		{"usage_analytics", "Understanding your usage", BasisConsent, true, refs("usage_detail"), nil},
		{"marketing_email", "Offers by e-mail", BasisConsent, false, refs("marketing", "contact"), to(mailer)},
	}}
}

func sampleNoticeText(version int) *NoticeText {
	return &NoticeText{
		Key: "usage_analytics", Version: version, Title: "Understanding your usage", EffectiveAt: ago(40*(4-version), 0),
		SHA256: "8f2c1b7a55d0e1f3c7b9a4861d2e3f40516273849a5b6c7d8e9f0a1b2c3d4e5f",
		HTML: template.HTML("<p>If you allow it, we look at your <strong>quarter-hour readings</strong> of the last 14 months.</p>" +
			"<ul><li>We show you where energy goes.</li><li>We suggest a better plan, if there is one.</li></ul>" +
			"<p>Nobody else receives these readings. You can withdraw at any time.</p>"),
	}
}

func sampleChoices() []Choice {
	recorded := func(entry int64, days, version int, proof Proof) *Recorded {
		return &Recorded{Entry: entry, At: ago(days, 1), Version: version, Channel: "web", Proof: proof}
	}
	consent := func(key, label, summary, on, off string, state State) Choice {
		return Choice{
			Purpose: key, Label: label, Summary: summary, OnMeaning: on, OffMeaning: off, Basis: BasisConsent, State: state,
			Notice: sampleNoticeText(3), Served: "s3rved-" + key,
		}
	}
	usage := consent("usage_analytics", "Understanding your usage", "We look at your quarter-hour readings to show you where energy goes and suggest a better plan.",
		"You see your usage by the hour and get suggestions.", "We use your readings for the bill only.", StateGiven)
	usage.Recorded, usage.ExpiresAt, usage.Confirmed = recorded(1204, 0, 3, ProofVerified), now.AddDate(2, 0, 0), true
	mail := consent("marketing_email", "Offers by e-mail", "Up to two e-mails a month about plans and products of Nordlicht Energie.",
		"We write to you, twice a month at most.", "No offers. Bills and warnings still come.", StateRefused)
	mail.Recorded = recorded(1187, 52, 3, ProofVerified)
	sharing := consent("partner_sharing", "Offers of our partners", "We pass your name and address to partners, who send you offers for heating and solar power.",
		"Three partners may write to you.", "Nobody but us has your address.", StateNeverAsked)
	sharing.Attention = AttentionNeverAsked
	medical := consent("medical_priority", "Keeping your power on", "The grid operator learns that someone at your address depends on powered equipment.",
		"You are among the first to be reconnected.", "You are reconnected with everyone else.", StateGiven)
	medical.Recorded, medical.Renewal = recorded(988, 390, 2, ProofPending), &Renewal{
		Why: "changed", Had: NoticeRef{"medical_priority", 2, ""}, Now: NoticeRef{"medical_priority", 3, ""},
		Summary: "The grid operator learns it for the whole building, no longer for your flat alone.", Until: now.AddDate(0, 2, 0),
	}
	forecast := consent("forecast", "A forecast of your next bill", "We estimate what the current month will cost.", "You get a forecast on the 20th.", "No forecast.", StateExpired)
	forecast.Recorded, forecast.Renewal = recorded(411, 800, 1, ProofFailed), &Renewal{
		Why: "ran_out", Had: NoticeRef{"usage_analytics", 3, ""}, Now: NoticeRef{"usage_analytics", 3, ""}, Since: ago(70, 0),
	}
	alarm := consent("alarm", "A warning before it gets expensive", "We write when your forecast is high.", "You get a warning.", "No warning.", StateGiven)
	alarm.Recorded, alarm.Parent, alarm.HeldBack = recorded(415, 700, 1, ProofVerified), &Ref{"forecast", "A forecast of your next bill"}, true
	lapsed := consent("tips", "Tips for your home", "We send you tips.", "You get tips.", "No tips.", StateExpired)
	lapsed.Recorded = recorded(413, 790, 1, ProofVerified)
	local := consent("regional", "Adverts that follow you", "Others show you our adverts.", "They do.", "They do not.", StatePermitted)
	local.On, local.Off = "lift", "object"
	survey := consent("survey", "Asking how we do", "Once a year we ask you five questions.", "We ask.", "We do not ask.", StateInvalidated)
	survey.Recorded, survey.Renewal = recorded(512, 700, 1, ProofVerified), &Renewal{
		Why: "ended", Had: NoticeRef{"survey", 1, ""}, Now: NoticeRef{"survey", 2, ""}, Summary: "We ask ten questions, twice a year.", Since: ago(12, 0),
	}
	fraud := Choice{
		Purpose: "fraud_prevention", Label: "Preventing fraud and unpaid bills", Summary: "We look for patterns of fraud, and ask a credit agency before large orders.",
		OnMeaning: "We go on as described.", OffMeaning: "We stop, unless we show you compelling reasons.", Basis: BasisLegitimateInterests, State: StatePermitted,
		Notice: sampleNoticeText(3), Served: "s3rved-fraud",
	}
	objected := fraud
	objected.Purpose, objected.Label, objected.State, objected.Recorded, objected.Confirmed = "profiling", "Sorting customers into groups", StateObjected, recorded(1205, 0, 3, ProofPending), true
	return []Choice{
		usage, mail, sharing, medical, forecast, alarm, survey, lapsed, local, fraud, objected,
		{Purpose: "billing", Label: "Billing you", Summary: "We measure, calculate, send and collect your bill.", Basis: BasisContract, State: StateRequired, Required: "without a bill there is no contract."},
		{Purpose: "tax_records", Label: "Keeping tax records", Summary: "We keep bills and payments for the tax office.", Basis: BasisLegalObligation, State: StateRequired, Required: "§ 147 of the German Fiscal Code orders it, for eight years."},
	}
}

func sampleOverview() OverviewPage {
	choices := sampleChoices()
	choices[0].Confirmed = false
	return OverviewPage{
		Categories: sampleCategories(), Flow: sampleFlow(), Choices: choices[:4], Recent: sampleEvents()[:4], LogSize: 24113,
	}
}

func sampleEvents() []Event {
	ref := &NoticeRef{"usage_analytics", 3, "Understanding your usage"}
	event := func(kind EventKind, days int, entry int64, purpose string, basis Basis) Event {
		e := Event{Kind: kind, At: ago(days, 2), Entry: entry, Logged: true, Purpose: purpose, Basis: basis, Channel: "web", ActorType: "customer", Receipt: true, Notice: ref}
		return e
	}
	return []Event{
		event(EventConsentGiven, 0, 1204, "Understanding your usage", BasisConsent),
		{Kind: EventAccessViewed, At: ago(3, 5), Entry: 1199, Logged: true, ActorType: "staff", Role: "privacy_officer", Reason: "Your question about the bill of October", Categories: []string{"Your bills", "Staff notes"}},
		{Kind: EventDownloadCreated, At: ago(9, 1), Entry: 1190, Logged: true, ActorType: "customer", Link: "/download/a1"},
		{Kind: EventSignedIn, At: ago(9, 2), ActorType: "customer"},
		event(EventConsentRefused, 52, 1187, "Offers by e-mail", BasisConsent),
		event(EventObjectionRaised, 80, 1102, "Sorting customers into groups", BasisLegitimateInterests),
		event(EventObjectionLifted, 99, 1090, "Sorting customers into groups", BasisLegitimateInterests),
		event(EventConsentWithdrawn, 120, 1001, "Offers of our partners", BasisConsent),
		event(EventConsentRenewed, 200, 988, "Keeping your power on", BasisConsent),
		{Kind: EventRenewalAsked, At: ago(290, 0), Entry: 710, Logged: true, Purpose: "Asking how we do", Basis: BasisConsent, ActorType: "system", Channel: "web", Notice: ref},
		{Kind: EventConsentExpired, At: ago(300, 0), Entry: 700, Logged: true, Purpose: "A forecast of your next bill", Basis: BasisConsent, ActorType: "system", Channel: "fax"},
		{Kind: EventConsentInvalidated, At: ago(320, 0), Entry: 650, Logged: true, Purpose: "Asking how we do", Basis: BasisConsent, ActorType: "system", Channel: "phone"},
		{Kind: "request.created", At: ago(330, 0), Entry: 640, Logged: true},
	}
}

func sampleHistory() HistoryPage {
	page := HistoryPage{
		Group: GroupAll, Events: sampleEvents(), Next: "?before=640",
		Counts: map[EventGroup]int64{GroupAll: 61, GroupChoices: 8, GroupAccess: 1, GroupDownloads: 1, GroupSignIns: 51},
	}
	for _, e := range page.Events {
		group := GroupChoices
		switch e.Kind {
		case EventAccessViewed:
			group = GroupAccess
		case EventDownloadCreated:
			group = GroupDownloads
		case EventSignedIn:
			group = GroupSignIns
		default:
		}
		page.Year = append(page.Year, Mark{e.At, group})
	}
	for day := 5; day < 360; day += 9 {
		page.Year = append(page.Year, Mark{ago(day, 0), GroupSignIns})
	}
	return page
}

func sampleInvoices() CategoryPage {
	page := CategoryPage{
		Category: sampleCategories()[5], Description: "Every bill we have sent you, with its lines and as a PDF.",
		Columns: []Column{{"number", "Number", false, true}, {"issued_on", "Issued", false, true}, {"due_on", "Due", false, false}, {"total", "Total", true, true}, {"status", "Status", false, false}},
		Sort:    "-issued_on", Next: "?after=24", Chart: &Chart{Period: PeriodMonth, Currency: "EUR", Basis: BasisLegalObligation},
	}
	for i := range 12 {
		id := strconv.Itoa(2026100 - i)
		issued := time.Date(2026, time.Month(11-i), 3, 0, 0, 0, 0, time.UTC)
		amount := strconv.Itoa(8200 + 410*((i*7)%11))
		page.Records = append(page.Records, Record{
			ID: id, At: issued, Source: "Billing system", Documents: []Document{{"NE-" + id + ".pdf", "/data/invoices/" + id + "/documents/bill.pdf", 48_211}},
			Cells: []Cell{{Kind: KindCode, Text: "NE-" + id}, {Kind: KindDate, Time: issued}, {Kind: KindDate, Time: issued.AddDate(0, 0, 14)}, {Kind: KindMoney, Text: amount, Currency: "EUR"}, {Text: "paid"}},
		})
		page.Chart.Bars = append([]Bar{{issued, amount}}, page.Chart.Bars...)
	}
	return page
}

func sampleUsage() CategoryPage {
	page := CategoryPage{
		Category: sampleCategories()[8], Description: "What your meter measured, every quarter of an hour.",
		Columns: []Column{{"from", "From", false, true}, {"to", "To", false, false}, {"quantity", "Quantity", true, true}},
		Sort:    "from", Previous: "?before=1", Next: "?after=50", Query: "Nov", Matches: 2112,
		Chart: &Chart{Period: PeriodDay, Unit: "kWh", Basis: BasisContract},
	}
	for i := range 6 {
		from := ago(1, 0).Add(time.Duration(15*i) * time.Minute)
		page.Records = append(page.Records, Record{ID: strconv.Itoa(i), At: from, Cells: []Cell{
			{Kind: KindTime, Time: from}, {Kind: KindTime, Time: from.Add(15 * time.Minute)}, {Kind: KindNumber, Text: "0." + strconv.Itoa(120+i*37), Unit: "kWh"},
		}})
	}
	for i := range 60 {
		page.Chart.Bars = append(page.Chart.Bars, Bar{ago(60-i, 0), strconv.Itoa(4+(i*i)%9) + "." + strconv.Itoa(i%10)})
	}
	return page
}

func sampleContact() CategoryPage {
	return CategoryPage{
		Category: sampleCategories()[1], Description: "Addresses and numbers under which we reach you.",
		Columns: []Column{{"email", "E-mail", false, false}, {"phone", "Phone", false, false}, {"address", "Address", false, false}, {"country", "Country", false, false}},
		Records: []Record{
			{ID: "main", Source: "Billing system", RevealURL: "?reveal=main", Cells: []Cell{{Text: "a•••@example.test", Masked: true}, {Text: "••• 0142", Masked: true}, {Text: "Elbchaussee 1, 22765 Hamburg"}, {Kind: KindCountry, Text: "DE"}}},
			{ID: "second", HideURL: "?", Cells: []Cell{{Text: "lindqvist@example.test"}, {Text: "+46 8 555 0142"}, {}, {Kind: KindBool, Text: "true"}}},
		},
	}
}

func sampleCheck() CheckPage {
	page := CheckPage{
		Origin: "nordlicht.example/log", VKey: "nordlicht.example/log+8f2c1b7a+AWl2b3J5LXRvd2VyLWFuZC1vdGhlci10aGluZ3M=",
		Size: 24113, Root: "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=", Server: CheckResult{Done: true, OK: true},
	}
	for _, e := range sampleEvents() {
		if e.Logged {
			page.Entries = append(page.Entries, CheckEntry{Index: e.Entry, Kind: e.Kind, At: e.At, Purpose: e.Purpose, Proof: ProofVerified})
		}
	}
	return page
}

func sampleDownload() DownloadPage {
	page := DownloadPage{KeptFor: 7 * 24 * time.Hour, Earlier: []Download{
		{ID: "a4", State: DownloadPreparing, Done: 21400, Total: 35412, CreatedAt: ago(0, 0)},
		{ID: "a3", State: DownloadReady, Bytes: 4_812_331, CreatedAt: ago(1, 0), ExpiresAt: now.AddDate(0, 0, 6)},
		{ID: "a2", State: DownloadFailed, CreatedAt: ago(20, 0), Categories: []string{"Your bills"}, From: ago(400, 0), To: ago(35, 0)},
		{ID: "a1", State: DownloadExpired, CreatedAt: ago(90, 0), Categories: []string{"Your bills", "Payments and refunds"}},
	}}
	for _, c := range sampleCategories() {
		page.Categories = append(page.Categories, DownloadCategory{c.Key, c.Label, c.Count, c.Key == "invoices"})
	}
	return page
}

func sampleReceipt() ReceiptPage {
	return ReceiptPage{
		Event: sampleEvents()[0], Controller: "Nordlicht Energie", Person: "Anna Lindqvist", State: StateGiven, Language: "English",
		Jurisdiction: "DE", Categories: []Ref{{"usage_detail", "Detailed usage"}}, TextSHA256: sampleNoticeText(3).SHA256, Text: sampleNoticeText(3),
		LeafHash: "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=", Root: "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=", Size: 24113,
		Origin: "nordlicht.example/log", KeyID: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", Proof: ProofVerified,
	}
}

func sampleNotice(version int) NoticePage {
	page := NoticePage{
		Text: *sampleNoticeText(version), Current: version == 3, Purpose: "Understanding your usage", Basis: BasisConsent, LogEntry: 17, Logged: true,
		Languages: []NoticeLanguage{{"en", "English", "/notices/usage_analytics?lang=en", true}, {"de", "Deutsch", "/notices/usage_analytics?lang=de", false}},
	}
	for v := 3; v > 0; v-- {
		page.Versions = append(page.Versions, NoticeVersion{v, ago(40*(4-v), 0), v == 2, v == 3, v == version, v == 4})
	}
	if version != 3 {
		page.InForceUntil = ago(40, 0)
	}
	return page
}

func sampleDemo() SignInPage {
	return SignInPage{
		Customers: []DemoCustomer{
			{"cus_1001", "Anna Lindqvist", "A year of quarter-hour readings, three years of bills, a medical priority."},
			{"cus_1002", "Omar Haddad", "A household in arrears, with staff notes."},
			{"cus_1003", "Zofia Kowalska", "A new customer: almost nothing yet."},
		},
		StaffRoles: []string{"legal_editor", "legal_approver", "privacy_officer", "auditor", "admin", "untrained_officer"},
	}
}
