package pages

import (
	"strings"

	"candor/frontend"
	"candor/models/consent"
	"candor/models/ledger"
)

// GroupOf is where a kind of event belongs in a history.
func GroupOf(kind string) frontend.EventGroup {
	switch {
	case consent.IsChoice(kind), kind == ledger.RenewalAsked:
		return frontend.GroupChoices
	case strings.HasPrefix(kind, "request."):
		return frontend.GroupRequests
	case kind == ledger.DownloadCreated:
		return frontend.GroupDownloads
	case kind == string(frontend.EventSignedIn):
		return frontend.GroupSignIns
	default:
		return frontend.GroupAccess
	}
}
