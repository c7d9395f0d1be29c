package export

import (
	"slices"
	"strings"

	"candor/models/access"
	"candor/models/auth"
	"candor/models/ledger"
)

// accessEvent says how staff came to look at something, or did not: in which role, at what, why, and whether a second
// person had opened the way.
func (a *archive) accessEvent(h happening, e *pageEvent) {
	role := h.Role
	if role == "" { // before staff had names, the role was all that was known of them
		role = h.Actor.ID
	}
	word := a.words.T("role.staff")
	if slices.Contains(auth.Roles(), role) {
		word = a.words.T("role." + role)
	}
	emergency := h.Channel == ledger.ChannelEmergency
	switch {
	case h.Kind == ledger.AccessAsked:
		e.Text = a.words.T("event.access.asked", "role", word)
	case h.Kind == ledger.AccessGranted:
		e.Text = a.words.T("event.approved", "role", word)
	case h.Kind == ledger.AccessRefused:
		e.Text = a.words.T("event.not_approved")
	case h.Kind == ledger.AccessEnded:
		e.Text = a.words.T("event.access.ended", "role", word)
	case emergency:
		e.Text = a.words.T("event.access.emergency", "role", word)
	default:
		e.Text = a.words.T("event.access.viewed", "role", word)
	}
	if h.Kind == ledger.AccessViewed {
		e.Why = append(e.Why, a.looked(h.About))
	}
	if h.Reason != "" && (h.About == nil || h.About.Type != access.AboutRequest) {
		e.Why = append(e.Why, a.words.T("event.reason")+" “"+h.Reason+"”")
	}
}

// looked says what was looked at, in the customer's words.
func (a *archive) looked(about *ledger.About) string {
	if about == nil || about.Type == access.AboutRequest {
		return a.words.T("looked.request")
	}
	if about.Type == access.AboutEntry {
		return a.words.T("looked.entry", "entry", about.Key)
	}
	category, ok := a.Map.Category(about.Key)
	if !ok {
		return a.words.T("looked.profile")
	}
	label := category.Label.In(a.words.Tag())
	record, rest, _ := strings.Cut(about.Part, " ")
	switch about.Type {
	case access.AboutRecord:
		return a.words.T("looked.record", "category", label, "record", record)
	case access.AboutDocument:
		return a.words.T("looked.document", "category", label, "file", rest)
	case access.AboutField:
		if f, ok := category.Field(rest); ok {
			rest = f.Label.In(a.words.Tag())
		}
		return a.words.T("looked.field", "category", label, "field", rest, "record", record)
	}
	return a.words.T("looked.category", "category", label)
}
