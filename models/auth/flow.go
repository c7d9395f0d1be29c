package auth

import (
	"strings"

	"candor/models"
	"candor/models/datamap"
)

// FlowPage is a page that a link may lead to.
type FlowPage string

// The pages, by the names the API uses.
const (
	FlowOverview FlowPage = "overview"
	FlowCategory FlowPage = "category" // with the key of one
	FlowChoices  FlowPage = "choices"
	FlowChoice   FlowPage = "choice" // with the key of a purpose
	FlowHistory  FlowPage = "history"
	FlowDownload FlowPage = "download"
	FlowRequests FlowPage = "requests"
	FlowCheck    FlowPage = "check"
)

// ErrUnknownFlow says that a flow names no page, or a category or purpose that the data map does not have.
var ErrUnknownFlow = models.Fail(models.Invalid, "unknown_flow").In("flow")

// Flow is where a person goes on once they are in. The zero Flow is the overview.
type Flow struct {
	Page FlowPage
	// Key is that of a category or purpose, where Page needs one.
	Key string
}

// ParseFlow reads what String writes: a page, or page:key. Whether there is such a page is for CreateLink to say.
func ParseFlow(text string) Flow {
	page, key, _ := strings.Cut(text, ":")
	return Flow{FlowPage(page), key}
}

func (f Flow) String() string {
	if f.Key == "" {
		return string(f.Page)
	}
	return string(f.Page) + ":" + f.Key
}

// leads says whether there is such a page.
func (f Flow) leads(m *datamap.Map) bool {
	switch f.Page {
	case "", FlowOverview, FlowChoices, FlowHistory, FlowDownload, FlowRequests, FlowCheck:
		return f.Key == ""
	case FlowCategory:
		return has(m, (*datamap.Map).Category, f.Key)
	case FlowChoice:
		return has(m, (*datamap.Map).Purpose, f.Key)
	default:
		return false
	}
}

// declared is the data map in force; nil if there is none.
func (s *Service) declared() *datamap.Map {
	if s.config.Map == nil {
		return nil
	}
	return s.config.Map.Current()
}

func has[T any](m *datamap.Map, find func(*datamap.Map, string) (T, bool), key string) bool {
	if m == nil {
		return false
	}
	_, ok := find(m, key)
	return ok
}
