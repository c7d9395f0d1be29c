package problem

import (
	"net/url"
	"slices"

	"candor/i18n"
	"candor/models"
)

// MediaType is that of problem documents.
const MediaType = "application/problem+json"

const typePrefix = "urn:candor:problem:"

// Document is a problem document. Type is stable; Title and Detail are in the language of the reader.
type Document struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Field names the member, parameter or header that is at fault.
	Field string `json:"field,omitempty"`
	// Instance names the request, as the operator's log does.
	Instance string `json:"instance,omitempty"`
}

// titles are the messages that name a kind.
var titles = map[models.Kind]string{
	models.Internal:        "problem.internal",
	models.Malformed:       "problem.malformed",
	models.Invalid:         "problem.invalid",
	models.Unauthenticated: "problem.unauthenticated",
	models.Forbidden:       "problem.forbidden",
	models.NotFound:        "problem.not_found",
	models.Conflict:        "problem.conflict",
	models.Gone:            "problem.gone",
	models.TooLarge:        "problem.too_large",
	models.TooMany:         "problem.too_many",
	models.Unsupported:     "problem.unsupported",
	models.Unavailable:     "problem.unavailable",
}

// paged are the codes whose message is the heading of a page; the text below it has the same id with
// "_text" after it.
var paged = map[string]bool{
	"internal": true, "link_used": true, "not_found": true, "too_many_requests": true, "unavailable": true,
}

// Of describes an error in a language; request is the id of the request, or empty.
func Of(err error, l *i18n.Localizer, request string) Document {
	e := From(err)
	d := Document{Type: typePrefix + e.Code, Status: Status(e), Field: e.Field}
	id := "error." + e.Code
	if paged[e.Code] {
		d.Title, d.Detail = l.T(id), l.T(id+"_text")
	} else {
		d.Title, d.Detail = l.T(titles[e.Kind]), l.T(id, append(slices.Clip(e.Args), "field", e.Field)...)
	}
	if request != "" {
		d.Instance = "urn:candor:request:" + url.PathEscape(request)
	}
	return d
}
