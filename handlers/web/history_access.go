package web

import (
	"slices"
	"strings"

	"candor/frontend"
	"candor/models/access"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// events are entries, newest first, as a person reads them. What staff looked at in one go is one event, at the time and
// with the entry that began it.
func (w *Web) events(results []sequencer.Result, tag string) []frontend.Event {
	events := make([]frontend.Event, 0, len(results))
	looks := map[uint64][]sequencer.Result{} // by the entry that began them, newest first
	for _, r := range results {
		if !strings.HasPrefix(r.Detail.Kind, "access.") {
			events = append(events, w.event(r, tag))
			continue
		}
		began := beganBy(r)
		if looks[began] == nil {
			events = append(events, frontend.Event{Entry: int64(began), Logged: true, Kind: frontend.EventAccessViewed}) // to be filled in
		}
		looks[began] = append(looks[began], r)
	}
	for i := range events {
		if look := looks[uint64(events[i].Entry)]; look != nil {
			events[i] = w.lookEvent(look, tag)
		}
	}
	slices.SortStableFunc(events, func(a, b frontend.Event) int { return b.At.Compare(a.At) })
	return events
}

// beganBy is the entry that began what an access is part of. To look at a request is something by itself.
func beganBy(r sequencer.Result) uint64 {
	if r.Detail.Supersedes == nil || ofRequest(r.Detail) {
		return r.Entry.Seq
	}
	return *r.Detail.Supersedes
}

// ofRequest says whether staff looked at what the person had asked: before look-ups there was nothing else to look at.
func ofRequest(d ledger.Detail) bool {
	return d.Kind == ledger.AccessViewed && (d.About == nil || d.About.Type == access.AboutRequest)
}

// roleOf is the role in which a member of staff acted. Before staff had names, the role was all that was known of them.
func roleOf(d ledger.Detail) string {
	if d.Role != "" {
		return d.Role
	}
	return d.Actor.ID
}

// lookEvent makes one event of the entries of one look-up, newest first.
func (w *Web) lookEvent(look []sequencer.Result, tag string) frontend.Event {
	first := look[len(look)-1]
	e := w.event(first, tag)
	e.Kind, e.Reason = frontend.EventAccessViewed, first.Detail.Reason
	if ofRequest(first.Detail) {
		e.ForRequest, e.Link, e.Reason = true, "/requests", ""
		return e
	}
	e.Emergency, e.Channel = first.Detail.Channel == ledger.ChannelEmergency, ""
	for _, r := range slices.Backward(look) {
		switch d := r.Detail; d.Kind {
		case ledger.AccessAsked:
			e.Kind = frontend.EventAccessAsked
		case ledger.AccessGranted:
			e.Kind, e.Approver = frontend.EventAccessGranted, roleOf(d)
		case ledger.AccessRefused:
			e.Kind = frontend.EventAccessRefused
		case ledger.AccessViewed:
			e.Kind = frontend.EventAccessViewed
			e.Looked = append(e.Looked, w.looked(r, tag))
		}
	}
	for _, l := range e.Looked {
		if l.Category != "" && !slices.Contains(e.Categories, l.Category) {
			e.Categories = append(e.Categories, l.Category)
		}
	}
	return e
}

// looked is one thing that was looked at, in the customer's words.
func (w *Web) looked(r sequencer.Result, tag string) frontend.Looked {
	out := frontend.Looked{At: r.Time, Entry: int64(r.Entry.Seq)} // below 2^53
	about := r.Detail.About
	if about == nil {
		return out
	}
	out.What = about.Type
	if about.Type == access.AboutEntry {
		out.Record = about.Key
		return out
	}
	category, ok := w.Map.Current().Category(about.Key)
	if !ok {
		out.Category = about.Key
		if about.Type == access.AboutProfile {
			out.Category = ""
		}
		return out
	}
	out.Category = category.Label.In(tag)
	record, rest, _ := strings.Cut(about.Part, " ")
	out.Record = record
	switch about.Type {
	case access.AboutDocument:
		out.File = rest
	case access.AboutField:
		out.Field = rest
		if f, ok := category.Field(rest); ok {
			out.Field = f.Label.In(tag)
		}
	}
	return out
}
