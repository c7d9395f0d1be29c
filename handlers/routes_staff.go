package handlers

import (
	"net/http"
	"slices"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/auth"
)

// staffPages are for those whose roles permit what their rows name, an area a function.
func (s *site) staffPages() []page {
	return slices.Concat(
		[]page{{http.MethodGet, "/staff", everyStaff, anywhere, s.Staff.Home}},
		s.noticePages(),
		s.staffDoors(),
		s.accountPages(),
		s.peoplePages(),
		s.requestPages(),
		s.lookUpPages(),
		s.dataMapPages(),
		s.clientPages(),
		s.evidencePages(),
		s.trainingPages(),
		s.requirementPages(),
	)
}

// noticePages are where the texts that customers read are written, approved and published.
func (s *site) noticePages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/notices"
		version   = path + "/:key/versions/:version"
	)
	readers, writers, approvers := staffWho(auth.SeeTexts), staffWho(auth.WriteTexts), staffWho(auth.ApproveTexts)
	return []page{
		{get, path, readers, anywhere, s.Staff.NoticeList},
		{get, path + "/:key", readers, anywhere, s.Staff.Notice},
		{get, path + "/:key/compare", readers, anywhere, s.Staff.NoticeCompare},
		{post, path + "/:key/versions", writers, ownForm, s.Staff.StartNotice},
		{post, path + "/:key/import", writers, ownForm, s.Staff.ImportNotice},
		{get, version + "/export", readers, anywhere, s.Staff.ExportNotice},
		{get, version + "/edit", writers, anywhere, s.Staff.EditNotice},
		{post, version + "/edit", writers, sameSite, s.Staff.ResumeNotice}, // shows what it is sent, and changes nothing
		{post, version + "/text", writers, ownForm, s.Staff.SaveNotice},
		{get, version + "/preview", readers, anywhere, s.Staff.NoticePreview},
		{post, version + "/preview", writers, sameSite, s.Staff.PreviewNotice}, // likewise
		{get, version + "/checklist", readers, anywhere, s.Staff.NoticeChecklist},
		{post, version + "/checklist", writers, ownForm, s.Staff.SaveChecklist},
		{get, version + "/review", readers, anywhere, s.Staff.NoticeReview},
		{post, version + "/comments", readers, ownForm, s.Staff.CommentNotice},
		{post, version + "/submit", writers, ownForm, s.Staff.SubmitNotice},
		{post, version + "/return", approvers, ownForm, s.Staff.ReturnNotice},
		{post, version + "/approve", approvers, ownForm, s.Staff.ApproveNotice},
		{post, version + "/schedule", readers, ownForm, s.Staff.ScheduleNotice}, // whoever writes or approves
		{post, version + "/withdraw", readers, ownForm, s.Staff.WithdrawNotice}, // likewise
	}
}

// staffDoors are how members of staff come in.
func (s *site) staffDoors() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/sign-in"
		enrol     = "/staff/enrol/:token"
	)
	return []page{
		{get, path, anyone, anywhere, s.Staff.SignInPage},
		{post, path + "/passkey/options", anyone, sameSite, s.Staff.AskPasskey},
		{post, path + "/passkey", anyone, sameSite, s.Staff.UsePasskey},
		{get, path + "/company", anyone, anywhere, s.Staff.Company},
		{get, path + "/company/callback", anyone, anywhere, s.Staff.CompanyCallback},
		{get, enrol, anyone, anywhere, s.Staff.EnrolPage},
		{post, enrol + "/options", anyone, sameSite, s.Staff.AskEnrolment},
		{post, enrol, anyone, sameSite, s.Staff.Enrol},
	}
}

// accountPages are each member's own.
func (s *site) accountPages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/account"
	)
	return []page{
		{get, path, everyStaff, anywhere, s.Staff.Account},
		{post, path + "/sessions/end-others", everyStaff, ownForm, s.Staff.EndOtherSessions},
		{post, path + "/sessions/:session/end", everyStaff, ownForm, s.Staff.EndOwnSession},
		{post, path + "/passkeys/options", everyStaff, ownForm, s.Staff.AskNewPasskey},
		{post, path + "/passkeys", everyStaff, ownForm, s.Staff.AddPasskey},
		{post, path + "/passkeys/:passkey/name", everyStaff, ownForm, s.Staff.RenamePasskey},
		{post, path + "/passkeys/:passkey/remove", everyStaff, ownForm, s.Staff.RemovePasskey},
	}
}

// peoplePages are where it is kept who is on the staff.
func (s *site) peoplePages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/people"
	)
	see, managers := staffWho(auth.SeeStaff), staffWho(auth.ManageStaff)
	return []page{
		{get, path, see, anywhere, s.Staff.People},
		{get, path + "/new", managers, anywhere, s.Staff.NewMember},
		{post, path, managers, ownForm, s.Staff.AddMember},
		{get, path + "/:id", see, anywhere, s.Staff.Member},
		{post, path + "/:id/roles", managers, ownForm, s.Staff.SetRoles},
		{post, path + "/:id/reopen", managers, ownForm, s.Staff.ReopenMember},
		{post, path + "/:id/link", managers, ownForm, s.Staff.NewMemberLink},
		{post, path + "/:id/end", managers, ownForm, s.Staff.EndMember},
		{post, path + "/:id/sessions/:session/end", managers, ownForm, s.Staff.EndMemberSession},
	}
}

// requestPages are where customers' requests are answered.
func (s *site) requestPages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/requests"
	)
	officers := staffWho(auth.HandleRequests)
	return []page{
		{get, path, staffWho(auth.SeeRequests), anywhere, s.Staff.DataRequests},
		{get, path + "/:id", officers, anywhere, s.Staff.DataRequest},
		{post, path + "/:id/accept", officers, ownForm, s.Staff.AcceptRequest},
		{post, path + "/:id/refuse", officers, ownForm, s.Staff.RefuseRequest},
		{post, path + "/:id/extend", officers, ownForm, s.Staff.ExtendRequest},
		{post, path + "/:id/answer", officers, ownForm, s.Staff.AnswerRequest},
	}
}

// lookUpPages are where staff look customers up. Whoever may look people up may ask to in an emergency too, so that one
// permission lets both in; models/access decides which of the two it is.
func (s *site) lookUpPages() []page {
	const (
		get, post   = http.MethodGet, http.MethodPost
		path        = "/staff/customers"
		data        = path + "/:lookup/data/:category"
		emergencies = "/staff/emergencies"
	)
	lookers, approvers := staffWho(auth.BreakGlass), staffWho(auth.ApproveBreakGlass)
	return []page{
		{get, path, lookers, anywhere, s.Staff.FindCustomer},
		{post, path, lookers, ownForm, s.Staff.SearchCustomer},
		{post, "/staff/look-ups", lookers, ownForm, s.Staff.OpenLookUp},
		{get, path + "/:lookup", lookers, anywhere, s.Staff.Customer},
		{post, path + "/:lookup/end", lookers, ownForm, s.Staff.EndLookUp},
		{get, data, lookers, anywhere, s.Staff.CustomerCategory},
		{get, data + "/:record", lookers, anywhere, s.Staff.CustomerRecord},
		{post, data + "/:record", lookers, ownForm, s.Staff.UnmaskField},
		{get, data + "/:record/documents/:name", lookers, anywhere, s.Staff.CustomerDocument},
		{get, emergencies, approvers, anywhere, s.Staff.Emergencies},
		{post, emergencies + "/:lookup/approve", approvers, ownForm, s.Staff.ApproveEmergency},
		{post, emergencies + "/:lookup/refuse", approvers, ownForm, s.Staff.RefuseEmergency},
		{post, emergencies + "/:lookup/end", approvers, ownForm, s.Staff.EndEmergency},
		{get, "/staff/accesses", staffWho(auth.SeeAccesses), anywhere, s.Staff.Accesses},
	}
}

// dataMapPages are where purposes and the data map are edited, approved and published.
func (s *site) dataMapPages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/data-map"
	)
	readers, writers, approvers := staffWho(auth.SeeDataMap), staffWho(auth.WriteDataMap), staffWho(auth.ApproveDataMap)
	return []page{
		{get, path, readers, anywhere, s.Staff.DataMap},
		{get, path + "/versions", readers, anywhere, s.Staff.DataMapVersions},
		{get, path + "/record", readers, anywhere, s.Staff.ProcessingRecord},
		{get, path + "/record.csv", readers, anywhere, s.Staff.ProcessingRecord},
		{get, path + "/record.json", readers, anywhere, s.Staff.ProcessingRecord},
		{get, path + "/edit/:group", readers, anywhere, s.Staff.DataMapElement},
		{get, path + "/edit/:group/:key", readers, anywhere, s.Staff.DataMapElement},
		{get, path + "/new/:group", writers, anywhere, s.Staff.NewDataMapElement},
		{post, path + "/draft", writers, ownForm, s.Staff.StartDataMap},
		{post, path + "/edit/:group", writers, ownForm, s.Staff.SaveDataMapElement},
		{post, path + "/edit/:group/:key", writers, ownForm, s.Staff.SaveDataMapElement},
		{post, path + "/new/:group", writers, ownForm, s.Staff.SaveDataMapElement},
		{post, path + "/resume", writers, sameSite, s.Staff.ResumeDataMapElement}, // shows what it is sent, and changes nothing
		{post, path + "/submit", writers, ownForm, s.Staff.SubmitDataMap},
		{post, path + "/withdraw", readers, ownForm, s.Staff.WithdrawDataMap},
		{post, path + "/return", approvers, ownForm, s.Staff.ReturnDataMap},
		{post, path + "/approve", approvers, ownForm, s.Staff.ApproveDataMap},
		{post, path + "/schedule", approvers, ownForm, s.Staff.ScheduleDataMap},
	}
}

// clientPages are where API clients are managed.
func (s *site) clientPages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/clients"
	)
	managers := staffWho(auth.ManageClients)
	return []page{
		{get, path, managers, anywhere, s.Staff.Clients},
		{post, path, managers, ownForm, s.Staff.AddClient},
		{get, path + "/new", managers, anywhere, s.Staff.NewClient},
		{get, path + "/:id", managers, anywhere, s.Staff.Client},
		{post, path + "/:id/secrets", managers, ownForm, s.Staff.NewClientSecret},
		{post, path + "/:id/secrets/:secret/end", managers, ownForm, s.Staff.EndClientSecret},
		{post, path + "/:id/keys", managers, ownForm, s.Staff.ReplaceClientKeys},
		{get, path + "/:id/revoke", managers, anywhere, s.Staff.AskRevokeClient},
		{post, path + "/:id/revoke", managers, ownForm, s.Staff.RevokeClient},
	}
}

// evidencePages are where it is shown what an entry of the log says, and what the person was shown.
func (s *site) evidencePages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/evidence"
	)
	readers := staffWho(auth.SeeEvidence)
	return []page{
		{get, path, readers, anywhere, s.Staff.Evidence},
		{get, path + "/:seq", readers, anywhere, s.Staff.EvidenceEntry},
		{post, path + "/:seq", readers, ownForm, s.Staff.OpenEvidence},
		{get, path + "/texts/:hash", readers, anywhere, s.Staff.EvidenceText},
	}
}

// trainingPages are where staff acknowledge policies and pass trainings, and where it is seen who has.
func (s *site) trainingPages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = session.TrainingPath
	)
	return []page{
		{get, path, everyStaff, anywhere, s.Staff.Training},
		{get, path + "/:key", everyStaff, anywhere, s.Staff.Requirement},
		{post, path + "/:key", everyStaff, ownForm, s.Staff.Attest},
		{get, "/staff/attestations", staffWho(auth.SeeTraining), anywhere, s.Staff.Attestations},
		{get, "/staff/attestations.csv", staffWho(auth.SeeTraining), anywhere, s.Staff.AttestationsCSV},
	}
}

// requirementPages are where policies and trainings are written, approved and published.
func (s *site) requirementPages() []page {
	const (
		get, post = http.MethodGet, http.MethodPost
		path      = "/staff/requirements"
		version   = path + "/:key/versions/:version"
	)
	readers, writers, approvers := staffWho(auth.SeeTraining), staffWho(auth.WriteTraining), staffWho(auth.ApproveTraining)
	return []page{
		{get, path, readers, anywhere, s.Staff.Requirements},
		{post, path, writers, ownForm, s.Staff.StartRequirement},
		{get, version, readers, anywhere, s.Staff.RequirementVersion},
		{post, version + "/edit", writers, sameSite, s.Staff.ResumeRequirement}, // shows what it is sent, and changes nothing
		{post, version + "/text", writers, ownForm, s.Staff.SaveRequirement},
		{post, version + "/comments", readers, ownForm, s.Staff.CommentRequirement}, // whoever writes or approves
		{post, version + "/submit", writers, ownForm, s.Staff.SubmitRequirement},
		{post, version + "/return", approvers, ownForm, s.Staff.ReturnRequirement},
		{post, version + "/approve", approvers, ownForm, s.Staff.ApproveRequirement},
		{post, version + "/schedule", readers, ownForm, s.Staff.ScheduleRequirement}, // whoever writes or approves
		{post, version + "/withdraw", readers, ownForm, s.Staff.WithdrawRequirement}, // likewise
	}
}

// menu is the navigation of a member of staff: of these pages, those that the table lets them see.
func (s *site) menu(v *session.Visitor) []frontend.NavEntry {
	var entries []frontend.NavEntry
	for _, e := range []frontend.NavEntry{
		{Name: frontend.NavStaffHome, URL: "/staff"},
		{Name: frontend.NavStaffNotices, URL: "/staff/notices"},
		{Name: frontend.NavStaffRequests, URL: "/staff/requests"},
		{Name: frontend.NavStaffCustomers, URL: "/staff/customers"},
		{Name: frontend.NavStaffEmergencies, URL: "/staff/emergencies"},
		{Name: frontend.NavStaffAccesses, URL: "/staff/accesses"},
		{Name: frontend.NavStaffDataMap, URL: "/staff/data-map"},
		{Name: frontend.NavStaffEvidence, URL: "/staff/evidence"},
		{Name: frontend.NavStaffClients, URL: "/staff/clients"},
		{Name: frontend.NavStaffTraining, URL: session.TrainingPath},
		{Name: frontend.NavStaffPeople, URL: "/staff/people"},
	} {
		if s.staffMay(v, e.URL) {
			entries = append(entries, e)
		}
	}
	return entries
}

// staffMay says whether the table lets a member of staff read a page, or leads them to what they must do first.
func (s *site) staffMay(v *session.Visitor, path string) bool {
	return slices.ContainsFunc(s.staffPages(), func(p page) bool {
		return p.method == http.MethodGet && p.path == path && (p.who.needs == "" || v.RoleFor(p.who.needs) != "")
	})
}
