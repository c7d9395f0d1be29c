package ledger

import "strings"

// What can happen. New kinds may be added; a reader passes over those it does not know.
const (
	ConsentGiven       = "consent.given"
	ConsentRefused     = "consent.refused"
	ConsentWithdrawn   = "consent.withdrawn"
	ConsentRenewed     = "consent.renewed"
	ConsentExpired     = "consent.expired"
	ConsentInvalidated = "consent.invalidated"
	ObjectionRaised    = "objection.raised"
	ObjectionLifted    = "objection.lifted"
	NoticePublished    = "notice.published"
	NoticeRetired      = "notice.retired"
	PurposeChanged     = "purpose.changed"
	DataMapPublished   = "data_map.published" // whole; each purpose that it changes has an entry of its own
	DataMapRetired     = "data_map.retired"   // before it took effect
	DownloadCreated    = "download.created"
	RequestAccepted    = "request.accepted"
	RequestOpened      = "request.opened"
	RequestAnswered    = "request.answered"
	RequestExtended    = "request.extended"
	RequestRefused     = "request.refused"
	RequestConfirmed   = "request.confirmed"
	AccessViewed       = "access.viewed"
	AccessAsked        = "access.asked"   // for leave to look in an emergency
	AccessGranted      = "access.granted" // a second person opened the way in an emergency
	AccessRefused      = "access.refused" // a second person did not
	AccessEnded        = "access.ended"   // before its time
	SubjectErased      = "subject.erased"
	KeyAdded           = "key.added"
	KeyRetired         = "key.retired"
)

// Tasks: what every connected system is asked to do about a customer's data. The entry's event id is the task's id.
const (
	RequestErasure       = "request.erasure"
	RequestRectification = "request.rectification"
	RequestRestriction   = "request.restriction"
	RequestRelease       = "request.release" // a restriction is lifted
)

// RenewalAsked says that somebody was asked anew, about another version of a notice; it changes nothing.
const RenewalAsked = "renewal.asked"

// What staff do that concerns no customer. Drafts become public with notice.published or purpose.changed.
const (
	StaffAdded     = "staff.added"
	StaffChanged   = "staff.changed"
	StaffRemoved   = "staff.removed"
	StaffSignedIn  = "staff.signed_in"
	StaffSignedOut = "staff.signed_out"
	StaffAttested  = "staff.attested" // acknowledged a policy, or answered a training
	StaffSearched  = "staff.searched" // looked for a customer and found none
	DraftStarted   = "draft.started"
	DraftSaved     = "draft.saved"
	DraftProposed  = "draft.proposed"  // a text is kept beside another that somebody had written meanwhile
	DraftConfirmed = "draft.confirmed" // a translation is still right
	DraftCommented = "draft.commented"
	DraftSubmitted = "draft.submitted" // to be approved
	DraftReturned  = "draft.returned"  // to its authors
	DraftApproved  = "draft.approved"
	DraftScheduled = "draft.scheduled" // to be published, at once or later
	DraftWithdrawn = "draft.withdrawn"
	ClientAdded    = "client.added"
	ClientChanged  = "client.changed"
	ClientRevoked  = "client.revoked"
)

// Policies that staff must acknowledge, and trainings that they must pass. Nobody but staff is shown them.
const (
	RequirementPublished = "requirement.published"
	RequirementWithdrawn = "requirement.withdrawn" // before it came into force
)

// Who acted.
const (
	ActorCustomer = "customer"
	ActorService  = "service"
	ActorStaff    = "staff"
	ActorSystem   = "system"
)

// How a choice reached the operator.
const (
	ChannelWeb      = "web" // on pages: ours, or the operator's own
	ChannelApp      = "app"
	ChannelAPI      = "api"
	ChannelPhone    = "phone"
	ChannelPaper    = "paper"
	ChannelEmail    = "email"
	ChannelInPerson = "in_person"
	ChannelGPC      = "gpc" // Global Privacy Control, the browser's signal
	// ChannelEmergency: staff looked with a second person's leave, not by a permission of their own.
	ChannelEmergency = "emergency"
)

// IsPublic says whether details of the kind concern no customer and are therefore disclosed to everyone.
func IsPublic(kind string) bool {
	return isKeyEvent(kind) || IsPublication(kind) || kind == PurposeChanged
}

// IsPublication says whether the kind tells of a text that was published or taken back.
func IsPublication(kind string) bool {
	return strings.HasPrefix(kind, "notice.") || strings.HasPrefix(kind, "data_map.")
}

// IsTask says whether the kind asks connected systems to do something and to confirm it.
func IsTask(kind string) bool {
	switch kind {
	case RequestErasure, RequestRectification, RequestRestriction, RequestRelease:
		return true
	}
	return false
}

func isKeyEvent(kind string) bool { return strings.HasPrefix(kind, "key.") }

// validKind checks the form of a kind: two or more words in lower case, joined by dots.
func validKind(kind string) bool {
	words := strings.Split(kind, ".")
	for _, word := range words {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") != "" || word == "" {
			return false
		}
	}
	return len(words) >= 2 && len(kind) <= 64
}
