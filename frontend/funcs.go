package frontend

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"candor/i18n"
)

// functions are what templates can call, speaking one language.
func (r *Renderer) functions(l *i18n.Localizer) template.FuncMap {
	write := writer{l}
	all := template.FuncMap{
		"t":          l.T,
		"num":        func(n int64) string { return l.Number(n) },
		"date":       l.Date,
		"datetime":   l.DateTime,
		"month":      l.Month,
		"bytes":      l.Bytes,
		"region":     l.Region,
		"iso":        func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"icon":       icon,
		"asset":      r.assets.path,
		"language":   l.Tag,
		"in":         func(w Words) string { return w.In(l.Tag()) },
		"lines":      func(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") },
		"isLink":     func(s string) bool { return strings.HasPrefix(s, "http") && !strings.Contains(s, " ") },
		"head":       func(s sheet, title string) titled { return titled{s, title} },
		"some":       write.some,
		"labels":     write.labels,
		"cell":       write.cell,
		"choice":     newChoiceView,
		"glance":     newGlance,
		"held":       held,
		"notHeld":    notHeld,
		"decidable":  decidable,
		"askedAnew":  askedAnew,
		"unasked":    unasked,
		"required":   required,
		"months":     write.byMonth,
		"event":      write.event,
		"eventIcon":  eventIcon,
		"flow":       func(f Flow) *flowPicture { return drawFlow(f, l) },
		"chart":      func(c *Chart) *chartPicture { return drawChart(c, l) },
		"strip":      func(marks []Mark, now time.Time) *stripPicture { return drawStrip(marks, now, l) },
		"column":     columnLink,
		"masked":     maskedColumns,
		"tab":        newTab,
		"bases":      basesOf,
		"groups":     groups,
		"checkSteps": checkSteps,
		"entryEvent": func(e CheckEntry) Event { return Event{Kind: e.Kind, At: e.At, Purpose: e.Purpose} },
		"channel":    channelID,
		"role":       roleID,
		"byOrigin":   byOrigin,
		"person":     write.person,
		"auth":       authID,
		"errorKind":  knownError,
		"errorIcon":  errorIcon,
		"days":       func(d time.Duration) int64 { return int64(d / (24 * time.Hour)) },
		"minutes":    func(d time.Duration) int64 { return max(1, int64((d+time.Minute-1)/time.Minute)) },
		"seconds":    func(d time.Duration) int64 { return max(1, int64((d+time.Second-1)/time.Second)) },
	}
	maps.Copy(all, write.staffFunctions())
	return all
}

// staffFunctions are those of the pages for staff.
func (w writer) staffFunctions() template.FuncMap {
	l := w.l
	return template.FuncMap{
		"scope":           w.scope,
		"shownBy":         shownBy,
		"clients":         func(all []Client, revoked bool) clientTable { return clientTable{all, revoked} },
		"group":           grouped,
		"requestIcon":     requestIcon,
		"looked":          w.looked,
		"lookUpState":     lookUpState,
		"taskIcon":        taskIcon,
		"langIcon":        languageIcon,
		"commentForm":     func(s sheet, url string, revision int) commentForm { return commentForm{s.CSRF, url, revision} },
		"workflow":        func(s sheet, f Workflow) workflowForm { return workflowForm{f, s.CSRF} },
		"requirementForm": func(s sheet, p RequirementVersionPage) requirementEditor { return requirementEditor{p, s.CSRF} },
		"reconsent":       func(r *Reconsent) *layersPicture { return drawReconsent(r, l) },
		"place":           w.place,
		"requirementKind": requirementKind,
		"roleBars":        roleBars,
		"requirementWhy":  requirementWhy,
	}
}

// titled is a sheet with the page's title, for the head.
type titled struct {
	sheet
	Title string
}

// writer writes values as its language does.
type writer struct{ l *i18n.Localizer }

// labels writes a list of things as a phrase: "Print shop, tax adviser and bank".
func (w writer) labels(things any) (string, error) {
	var names []string
	switch list := things.(type) {
	case []string:
		names = list
	case []Ref:
		for _, ref := range list {
			names = append(names, ref.Label)
		}
	case []Recipient:
		for _, recipient := range list {
			names = append(names, recipient.Label)
		}
	default:
		return "", fmt.Errorf("labels: no list of names: %T", things)
	}
	return w.l.List(names), nil
}

// fewRecipients is how many a card names before it counts the others.
const fewRecipients = 3

// some writes a list of recipients, a long one as its beginning and how many more there are.
func (w writer) some(recipients []Recipient) (string, error) {
	if len(recipients) <= fewRecipients+1 {
		return w.labels(recipients)
	}
	var names []string
	for _, r := range recipients[:fewRecipients] {
		names = append(names, r.Label)
	}
	return w.l.T("category.some", "names", strings.Join(names, w.l.T("category.comma")), "count", len(recipients)-fewRecipients), nil
}

// quantity writes a number with its unit, one that is itself a number of something ("1000 calls") apart.
func quantity(number, unit string) string {
	switch {
	case unit == "":
		return number
	case unicode.IsDigit(rune(unit[0])):
		return number + " × " + unit
	default:
		return number + " " + unit
	}
}

// cell writes a record's value.
func (w writer) cell(c Cell) string {
	switch {
	case c.Masked:
		return c.Text
	case c.Kind == KindDate && !c.Time.IsZero():
		// A date has no time zone: it is the same day everywhere.
		return w.l.Date(time.Date(c.Time.Year(), c.Time.Month(), c.Time.Day(), 12, 0, 0, 0, w.l.Zone()))
	case c.Kind == KindTime && !c.Time.IsZero():
		return w.l.DateTime(c.Time)
	case c.Text == "":
		return ""
	case c.Kind == KindMoney:
		return w.l.Money(c.Text, c.Currency)
	case c.Kind == KindNumber:
		return quantity(w.l.Decimal(c.Text), c.Unit)
	case c.Kind == KindBool && c.Text == "true":
		return w.l.T("value.yes")
	case c.Kind == KindBool:
		return w.l.T("value.no")
	case c.Kind == KindCountry:
		return w.l.Region(c.Text)
	}
	return c.Text
}

// monthOfEvents are the events of one calendar month.
type monthOfEvents struct {
	Name   string
	Events []Event
}

// byMonth groups events that are in order of time.
func (w writer) byMonth(events []Event) []monthOfEvents {
	var months []monthOfEvents
	for _, e := range events {
		name := w.l.Month(e.At)
		if len(months) == 0 || months[len(months)-1].Name != name {
			months = append(months, monthOfEvents{Name: name})
		}
		last := &months[len(months)-1]
		last.Events = append(last.Events, e)
	}
	return months
}

// event says in one sentence what happened.
func (w writer) event(e Event) string {
	switch e.Kind {
	case EventConsentGiven, EventConsentRefused, EventConsentWithdrawn, EventConsentRenewed,
		EventConsentExpired, EventConsentInvalidated, EventObjectionRaised, EventObjectionLifted, EventRenewalAsked:
		return w.l.T("event."+string(e.Kind), "purpose", e.Purpose)
	case EventAccessViewed, EventAccessAsked, EventAccessRefused, EventAccessGranted:
		return w.accessEvent(e)
	case EventDownloadCreated, EventSignedIn, EventRequestOpened, EventRequestAccepted, EventRequestExtended, EventRequestRefused,
		EventRequestRectification, EventRequestErasure, EventRequestRestriction, EventRequestRelease, EventRequestConfirmed, EventRequestAnswered:
		return w.l.T("event." + string(e.Kind))
	}
	return w.l.T("event.unknown")
}

// tabView is an entry of the main navigation.
type tabView struct {
	Name, URL string
	Current   bool
}

func newTab(current, name Nav, url string) tabView {
	return tabView{string(name), url, current == name}
}

// basesOf lists the legal bases in a picture, each once.
func basesOf(f Flow) []Basis {
	var bases []Basis
	for _, p := range f.Purposes {
		if !slices.Contains(bases, p.Basis) {
			bases = append(bases, p.Basis)
		}
	}
	return bases
}

func groups() []EventGroup {
	return []EventGroup{GroupAll, GroupChoices, GroupRequests, GroupAccess, GroupDownloads, GroupSignIns}
}

// checkSteps are the steps of the check in the browser, by the names that check.js ticks them.
func checkSteps() []string {
	return []string{"checkpoint", "signature", "commitment", "inclusion"}
}

// channelID is the message that names a channel.
func channelID(channel string) string {
	switch channel {
	case "web", "app", "api", "phone", "paper", "in_person", "email", "gpc", "emergency":
		return "channel." + channel
	}
	return "channel.other"
}

// authID is the message that names how somebody was authenticated; empty if there is nothing to say.
func authID(method string) string {
	switch method {
	case "link", "demo", "oidc", "code", "client", "passkey":
		return "auth." + method
	}
	return ""
}

// person is the display name of who is signed in; of staff it may be their role.
func (w writer) person(name string, staff bool) string {
	if id := roleID(name); staff && id != "role.staff" {
		return w.l.T(id)
	}
	return name
}

func roleID(role string) string {
	switch role {
	case "legal_editor", "legal_approver", "privacy_officer", "auditor", "admin", "untrained_officer": // the last in the demo only
		return "role." + role
	}
	return "role.staff"
}

// eventIcon is the icon of a kind of event.
func eventIcon(kind EventKind) template.HTML {
	switch kind {
	case EventConsentGiven, EventObjectionLifted:
		return icon("yes")
	case EventConsentRefused, EventConsentWithdrawn:
		return icon("no")
	case EventObjectionRaised:
		return icon("hand")
	case EventConsentRenewed, EventRenewalAsked:
		return icon("renew")
	case EventConsentExpired:
		return icon("clock")
	case EventConsentInvalidated:
		return icon("stop")
	case EventRequestOpened, EventRequestAccepted, EventRequestExtended, EventRequestRefused, EventRequestRectification,
		EventRequestErasure, EventRequestRestriction, EventRequestRelease, EventRequestConfirmed, EventRequestAnswered:
		return icon("requests")
	case EventDownloadCreated:
		return icon("download")
	case EventAccessViewed, EventAccessAsked, EventAccessRefused, EventAccessGranted:
		return accessIcon(kind)
	case EventSignedIn:
		return icon("enter")
	}
	return icon("sheet")
}

// grouped puts a thin gap after every so many characters of a long hash, so that a person can compare it.
func grouped(s string, every int) string {
	var b strings.Builder
	for i, c := range []rune(s) {
		if i > 0 && i%every == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// knownError is the kind, or internal for one that has no words.
func knownError(kind ErrorKind) ErrorKind {
	switch kind {
	case ErrorNotFound, ErrorNotAllowed, ErrorTraining, ErrorSignedOut, ErrorLinkUsed, ErrorNoticeChanged, ErrorFormExpired,
		ErrorBadInput, ErrorTooManyRequests, ErrorUnavailable, ErrorGone:
		return kind
	default:
		return ErrorInternal
	}
}

func errorIcon(kind ErrorKind) string {
	switch kind {
	case ErrorNotFound:
		return "search"
	case ErrorNotAllowed, ErrorTraining:
		return "lock"
	case ErrorLinkUsed, ErrorSignedOut:
		return "key"
	case ErrorNoticeChanged:
		return "letter"
	case ErrorFormExpired, ErrorTooManyRequests, ErrorGone:
		return "clock"
	default:
		return "alert"
	}
}
