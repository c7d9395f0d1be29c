package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/pages"
	"candor/handlers/session"
	"candor/models/billing"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/sequencer"
)

const (
	// maxEvents is how far back the page looks; the archive has all there is.
	maxEvents     = 5_000
	eventsPerPage = 50
)

// History is GET /history: everything that happened to the person's choices and data, newest first.
func (w *Web) History(c *fiber.Ctx) error {
	v := session.From(c)
	events, err := w.logEvents(c, v, maxEvents)
	if err != nil {
		return err
	}
	signIns, err := w.signIns(c.UserContext(), v)
	if err != nil {
		return err
	}
	events = append(events, signIns...)
	slices.SortStableFunc(events, func(a, b frontend.Event) int { return b.At.Compare(a.At) })
	return w.Show(c, http.StatusOK, historyPage(events, frontend.EventGroup(c.Query("show")), c.QueryInt("page"), w.Clock()))
}

// historyPage filters and cuts what happened. A group or page that does not exist is the nearest that does.
func historyPage(events []frontend.Event, group frontend.EventGroup, page int, now time.Time) frontend.HistoryPage {
	groups := []frontend.EventGroup{frontend.GroupChoices, frontend.GroupRequests, frontend.GroupAccess, frontend.GroupDownloads, frontend.GroupSignIns}
	if !slices.Contains(groups, group) {
		group = frontend.GroupAll
	}
	p := frontend.HistoryPage{Group: group, Counts: map[frontend.EventGroup]int64{}}
	var shown []frontend.Event
	for _, e := range events {
		g := pages.GroupOf(string(e.Kind))
		p.Counts[g]++
		p.Counts[frontend.GroupAll]++
		if e.At.After(now.AddDate(-1, 0, 0)) {
			p.Year = append(p.Year, frontend.Mark{At: e.At, Group: g})
		}
		if group == frontend.GroupAll || group == g {
			shown = append(shown, e)
		}
	}
	last := max(0, (len(shown)-1)/eventsPerPage)
	page = min(max(page, 0), last)
	p.Events = shown[page*eventsPerPage : min(len(shown), (page+1)*eventsPerPage)]
	if page > 0 {
		p.Previous = historyURL(group, page-1)
	}
	if page < last {
		p.Next = historyURL(group, page+1)
	}
	return p
}

func historyURL(group frontend.EventGroup, page int) string {
	query := url.Values{}
	if group != frontend.GroupAll {
		query.Set("show", string(group))
	}
	if page > 0 {
		query.Set("page", strconv.Itoa(page))
	}
	if len(query) == 0 {
		return "/history"
	}
	return "/history?" + query.Encode()
}

// logEvents are the newest events of the visitor's in the log.
func (w *Web) logEvents(c *fiber.Ctx, v *session.Visitor, limit int) ([]frontend.Event, error) {
	results, err := w.Log.History(c.UserContext(), v.Customer(), limit)
	if err != nil {
		return nil, err
	}
	return w.events(results, v.Words.Tag()), nil
}

// event is an entry as a person reads it.
func (w *Web) event(r sequencer.Result, tag string) frontend.Event {
	d := r.Detail
	e := frontend.Event{
		Kind: frontend.EventKind(d.Kind), At: r.Time, Entry: int64(r.Entry.Seq), Logged: true, // below 2^53
		Channel: d.Channel, ActorType: d.Actor.Type, Receipt: consent.IsChoice(d.Kind),
	}
	if p, ok := w.Map.Current().Purpose(d.Purpose); ok {
		e.Purpose, e.Basis = p.Label.In(tag), frontend.Basis(p.Basis)
	}
	if d.Notice != nil {
		ref := frontend.NoticeRef{Key: d.Notice.Key, Version: d.Notice.Version}
		if n, err := w.Notices.Version(ref.Key, ref.Version); err == nil {
			text, _ := n.In(tag)
			ref.Title = text.Title
		}
		e.Notice = &ref
	}
	switch {
	case d.Kind == ledger.DownloadCreated:
		e.Link = "/download"
	case d.Kind == ledger.RequestOpened:
		e.Link = "/requests/" + r.Entry.Event
	case strings.HasPrefix(d.Kind, "request."):
		e.Link = "/requests"
	}
	if d.Actor.Type == ledger.ActorStaff {
		e.Role = roleOf(d)
	}
	return e
}

// accessLog is the category in which this site notes sign-ins.
const accessLog = "access_log"

// signIns are the visitor's sign-ins, newest first, as far back as the page looks.
func (w *Web) signIns(ctx context.Context, v *session.Visitor) ([]frontend.Event, error) {
	if _, ok := w.Map.In(ctx).Category(accessLog); !ok {
		return nil, nil
	}
	var events []frontend.Event
	query := billing.Query{Customer: v.Customer(), Category: accessLog, Limit: billing.MaxLimit}
	for {
		page, err := w.Billing.Page(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Records {
			if strings.HasPrefix(r.ID, signInPrefix) {
				events = append(events, frontend.Event{Kind: frontend.EventSignedIn, At: r.OccurredAt, ActorType: ledger.ActorCustomer})
			}
		}
		if query.Cursor = page.Next; page.Next == "" || len(events) >= maxEvents {
			return events, nil
		}
	}
}
