package pages

import (
	"slices"
	"time"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/request"
)

// Asked says requests as people read them.
type Asked struct {
	Requests *request.Service
	Map      *datamap.Holder
	Clock    func() time.Time
}

// Request is a request as a person reads it, in the language with a tag.
func (a *Asked) Request(r request.Request, tag string) frontend.DataRequest {
	rule, confirmBy := a.Requests.Rule(r)
	out := frontend.DataRequest{
		Customer: r.Customer, Kind: frontend.RequestKind(r.Kind), State: frontend.RequestState(r.State), Channel: r.Channel,
		ReceivedAt: r.ReceivedAt, DueAt: r.DueAt, ClosedAt: r.ClosedAt, ConfirmBy: confirmBy, Law: rule.Source,
		Overdue: r.Overdue(a.Clock()), Value: r.Asked.Value, Words: r.Asked.Text, Ground: r.Asked.Ground,
		Entry: int64(r.Entry()), Unreadable: r.Unreadable, // below 2^53
	}
	if len(r.Grounds) > 0 && r.State == request.Refused {
		out.Grounds = r.Grounds
	}
	out.About = a.about(r.Asked, tag)
	if step, ok := r.Step(ledger.RequestExtended); ok {
		out.Extended = step.Text
	}
	if step, ok := r.Step(ledger.RequestAnswered); ok {
		out.Closing = step.Text
	}
	if decided, ok := r.Decision(); ok {
		out.Answer, out.EndsAt = decided.Text, decided.Starts
		out.Erased, out.Kept = a.Plan(decided.Plan, tag)
	}
	for _, t := range r.Tasks {
		out.Systems = append(out.Systems, frontend.SystemState{Name: t.Name, State: t.State, AskedAt: t.AskedAt, At: t.ClosedAt, Note: t.Said.Note})
	}
	return out
}

// about names the field or the categories that a request is about.
func (a *Asked) about(asked request.Asked, tag string) (names []string) {
	for _, key := range append(slices.Clone(asked.Categories), asked.Category) {
		category, ok := a.Map.Current().Category(key)
		if !ok {
			continue
		}
		name := category.Label.In(tag)
		if field, ok := category.Field(asked.Field); ok && key == asked.Category {
			name += " – " + field.Label.In(tag)
		}
		if asked.Record != "" && key == asked.Category {
			name += " (" + asked.Record + ")"
		}
		names = append(names, name)
	}
	return names
}

// Plan tells what goes from what stays.
func (a *Asked) Plan(plan []request.Plan, tag string) (erased []string, kept []frontend.KeptData) {
	for _, p := range plan {
		label, rule := p.Category, ""
		if category, ok := a.Map.Current().Category(p.Category); ok {
			label, rule = category.Label.In(tag), category.Retention.Label.In(tag)
		}
		if p.Erase {
			erased = append(erased, label)
			continue
		}
		kept = append(kept, frontend.KeptData{
			Key: p.Category, Label: label, Ground: p.Ground, Until: p.Until, Rule: rule, Optional: p.Ground == request.GroundContract,
		})
	}
	return erased, kept
}

// RequestProblem says what is wrong with a form about a request, naming the field as the form does.
func RequestProblem(v *session.Visitor, e *models.Error) (said, field string) {
	field = e.Field
	label := map[string]string{
		"value": "request.value", "text": "request.words_label", "category": "request.which", "field": "request.which",
		"categories": "request.what", "ground": "request.why", "record": "request.record",
	}[e.Field]
	args := e.Args
	if label != "" {
		args = append(slices.Clone(e.Args), "field", "“"+v.Words.T(label)+"”")
	}
	if field == "category" || field == "field" {
		field = "which"
	}
	return v.Words.T("error."+e.Code, args...), field
}
