// Package staff owns the pages that members of staff see: one file an action. Handlers gather, ask the models, and hand
// typed page data to the frontend; they hold no rules.
package staff

import (
	"log/slog"

	"candor/handlers/pages"
	"candor/models/access"
	"candor/models/datamap"
	"candor/models/notice"
	"candor/models/request"
	"candor/models/sequencer"
	"candor/models/staff"
	"candor/models/staffact"
	"candor/models/store"
)

// Staff is the pages and what they are made from.
type Staff struct {
	*pages.Shell

	Customers store.Customers
	Notices   *notice.Service
	Requests  *request.Service
	Access    *access.Service
	Map       *datamap.Holder
	Asked     *pages.Asked
	Log       *sequencer.Sequencer
	Members   *staff.Service
	// Acts is where it is said what staff did.
	Acts   *staffact.Recorder
	VKey   string
	Logger *slog.Logger
}
