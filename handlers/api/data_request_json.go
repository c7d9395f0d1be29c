package api

import (
	"encoding/json"
	"time"

	"candor/models/request"
)

// dataRequestJSON is a request of a customer, without what it says: that is between them and who answers.
type dataRequestJSON struct {
	ID           string       `json:"id"`
	Customer     string       `json:"customer"`
	Kind         string       `json:"kind"`
	State        string       `json:"state"`
	Channel      string       `json:"channel"`
	Jurisdiction string       `json:"jurisdiction"`
	ReceivedAt   string       `json:"received_at"`
	ConfirmBy    string       `json:"confirm_by,omitempty"`
	DueAt        string       `json:"due_at"`
	ClosedAt     string       `json:"closed_at,omitempty"`
	Grounds      []string     `json:"grounds,omitempty"`
	LogIndex     uint64       `json:"log_index"`
	Systems      []systemJSON `json:"systems"`
}

// systemJSON is how far a system is with its task.
type systemJSON struct {
	ClientID    string `json:"client_id"`
	Name        string `json:"name"`
	State       string `json:"state"`
	AskedAt     string `json:"asked_at"`
	ConfirmedAt string `json:"confirmed_at,omitempty"`
}

func (h *handler) dataRequestOf(r request.Request) dataRequestJSON {
	_, confirmBy := h.Requests.Rule(r)
	j := dataRequestJSON{
		ID: r.ID, Customer: r.Customer, Kind: r.Kind, State: r.State, Channel: r.Channel, Jurisdiction: r.Jurisdiction,
		ReceivedAt: instant(r.ReceivedAt), ConfirmBy: optional(confirmBy), DueAt: instant(r.DueAt), ClosedAt: optional(r.ClosedAt),
		Grounds: r.Grounds, LogIndex: r.Entry(), Systems: []systemJSON{},
	}
	for _, t := range r.Tasks {
		j.Systems = append(j.Systems, systemJSON{t.Client, t.Name, t.State, instant(t.AskedAt), optional(t.ClosedAt)})
	}
	return j
}

// taskJSON is what one system is asked to do.
type taskJSON struct {
	ID            string             `json:"id"`
	Kind          string             `json:"kind"`
	Customer      string             `json:"customer"`
	Request       string             `json:"request"`
	State         string             `json:"state"`
	AskedAt       string             `json:"asked_at"`
	LogIndex      uint64             `json:"log_index"`
	Rectification *rectificationJSON `json:"rectification,omitempty"`
	Erasure       *erasureJSON       `json:"erasure,omitempty"`
	ConfirmedAt   string             `json:"confirmed_at,omitempty"`
	CompletedAt   string             `json:"completed_at,omitempty"`
	Note          string             `json:"note,omitempty"`
}

// rectificationJSON is what a field of a record is to say.
type rectificationJSON struct {
	Category string `json:"category"`
	Record   string `json:"record,omitempty"`
	Field    string `json:"field"`
	Value    string `json:"value"`
}

// erasureJSON is what is to go, and what stays for a reason.
type erasureJSON struct {
	Categories []string   `json:"categories"`
	Kept       []keptJSON `json:"kept"`
}

type keptJSON struct {
	Category string `json:"category"`
	Ground   string `json:"ground"`
	Until    string `json:"until,omitempty"`
}

func taskOf(t request.Task) taskJSON {
	j := taskJSON{
		ID: t.ID, Kind: t.Kind, Customer: t.Customer, Request: t.Request, State: t.State, AskedAt: instant(t.AskedAt), LogIndex: t.Seq,
		ConfirmedAt: optional(t.ClosedAt), CompletedAt: optional(t.Said.CompletedAt), Note: t.Said.Note,
	}
	switch t.Kind {
	case "request.rectification":
		j.Rectification = &rectificationJSON{t.Asked.Category, t.Asked.Record, t.Asked.Field, t.Asked.Value}
	case "request.erasure":
		j.Erasure = &erasureJSON{Categories: []string{}, Kept: []keptJSON{}}
		for _, p := range t.Plan {
			if p.Erase {
				j.Erasure.Categories = append(j.Erasure.Categories, p.Category)
				continue
			}
			j.Erasure.Kept = append(j.Erasure.Kept, keptJSON{p.Category, p.Ground, optional(p.Until)})
		}
	}
	return j
}

// optional is a time, or nothing for none.
func optional(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return instant(t)
}

// moment takes a member that is a time, or absent.
func (m *members) moment(name string) time.Time {
	text := m.string(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		m.fail(broken("bad_time", name))
	}
	return at
}

// words takes a member that is a list of strings, or absent.
func (m *members) words(name string) (list []string) {
	raw, ok := m.take(name)
	if !ok {
		return nil
	}
	var items []*string
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		m.fail(broken("wrong_type", name, "want", "array of strings"))
		return nil
	}
	for _, item := range items {
		if item == nil {
			m.fail(broken("wrong_type", name, "want", "array of strings"))
			return nil
		}
		list = append(list, *item)
	}
	return list
}
