// Package staff owns the pages that members of staff see: one file an action. Handlers gather, ask the models, and hand
// typed page data to the frontend; they hold no rules.
package staff

import (
	"log/slog"

	"candor/handlers/address"
	"candor/handlers/pages"
	"candor/handlers/session"
	"candor/i18n"
	"candor/models/access"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/notice"
	"candor/models/published"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/shown"
	"candor/models/signin"
	"candor/models/staff"
	"candor/models/staffact"
	"candor/models/store"
	"candor/models/training"
)

// Staff is the pages and what they are made from.
type Staff struct {
	*pages.Shell

	Customers store.Customers
	Notices   *notice.Service
	Shown     *shown.Service
	Editorial *editorial.Service
	Consent   *consent.Service
	Map       *datamap.Holder
	Catalogue *i18n.Catalogue
	// Languages are those that pages speak.
	Languages []i18n.Language
	Requests  *request.Service
	Access    *access.Service
	// Maps and MapDrafts are the data map in the workflow of Editorial.
	Maps      *published.Service
	MapDrafts *published.Drafts
	Asked     *pages.Asked
	// Required is what staff must know.
	Required *training.Service
	Log      *sequencer.Sequencer
	Members  *staff.Service
	SignIn   *signin.Service
	Sessions *session.Middleware
	Address  address.Finder
	// Acts is where it is said what staff did.
	Acts   *staffact.Recorder
	VKey   string
	Logger *slog.Logger
}
