package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Question asks whether a customer's data may be used.
type Question struct {
	Customer, Purpose string
	// Category is the kind of data; all that the purpose uses if empty.
	Category string
}

// Decision answers a Question. The zero Decision allows nothing.
type Decision struct {
	Allowed bool
	// Reason says why, such as "consent_withdrawn".
	Reason string
	// LogIndex is the entry of the log that says so; nil where none does.
	LogIndex *uint64
	// NoticeVersion is the version of the text that the choice was about; 0 if there is none.
	NoticeVersion int
	// MaxAge is how long the answer may be kept.
	MaxAge time.Duration
}

// entity is a subject, an action or a resource of AuthZEN.
type entity struct {
	Type       string            `json:"type,omitempty"`
	ID         string            `json:"id,omitempty"`
	Name       string            `json:"name,omitempty"`
	Properties map[string]string `json:"properties,omitempty"`
}

type evaluation struct {
	Subject  *entity `json:"subject,omitempty"`
	Action   entity  `json:"action"`
	Resource entity  `json:"resource"`
}

// asker is the subject of every question: decisions are about the use, not about who asks.
var asker = &entity{Type: "service", ID: "go-client"}

func (q Question) evaluation() evaluation {
	e := evaluation{Action: entity{Name: q.Purpose}, Resource: entity{Type: "customer", ID: q.Customer}}
	if q.Category != "" {
		e.Resource.Properties = map[string]string{"category": q.Category}
	}
	return e
}

type answer struct {
	Decision bool `json:"decision"`
	Context  struct {
		Reason        string  `json:"reason"`
		LogIndex      *uint64 `json:"log_index"`
		NoticeVersion int     `json:"notice_version"`
		MaxAge        int     `json:"max_age"`
		Error         *struct {
			Status  int    `json:"status"`
			Message string `json:"message"`
		} `json:"error"`
	} `json:"context"`
}

func (a answer) decision() Decision {
	return Decision{
		Allowed: a.Decision, Reason: a.Context.Reason, LogIndex: a.Context.LogIndex,
		NoticeVersion: a.Context.NoticeVersion, MaxAge: time.Duration(a.Context.MaxAge) * time.Second,
	}
}

// May asks one question. On an error nothing may be used.
func (c *Client) May(ctx context.Context, q Question) (Decision, error) {
	e := q.evaluation()
	e.Subject = asker
	var a answer
	if err := c.call(ctx, http.MethodPost, "/access/v1/evaluation", e, &a); err != nil {
		return Decision{}, err
	}
	return a.decision(), nil
}

// mostAtOnce is how many questions the server takes in one call.
const mostAtOnce = 1000

// MayAll asks any number of questions and answers them in their order. On an error nothing may be used.
func (c *Client) MayAll(ctx context.Context, questions []Question) ([]Decision, error) {
	decisions := make([]Decision, 0, len(questions))
	for len(questions) > 0 {
		part := questions[:min(mostAtOnce, len(questions))]
		questions = questions[len(part):]
		some, err := c.mayAll(ctx, part)
		if err != nil {
			return nil, err
		}
		decisions = append(decisions, some...)
	}
	return decisions, nil
}

func (c *Client) mayAll(ctx context.Context, questions []Question) ([]Decision, error) {
	body := struct {
		Subject     *entity      `json:"subject"`
		Evaluations []evaluation `json:"evaluations"`
	}{Subject: asker}
	for _, q := range questions {
		body.Evaluations = append(body.Evaluations, q.evaluation())
	}
	var out struct {
		Evaluations []answer `json:"evaluations"`
	}
	if err := c.call(ctx, http.MethodPost, "/access/v1/evaluations", body, &out); err != nil {
		return nil, err
	}
	if len(out.Evaluations) != len(questions) {
		return nil, errors.New("candor: there are not as many answers as questions")
	}
	decisions := make([]Decision, len(questions))
	for i, a := range out.Evaluations {
		if a.Context.Error != nil {
			return nil, fmt.Errorf("candor: question %d: %s", i, a.Context.Error.Message)
		}
		decisions[i] = a.decision()
	}
	return decisions, nil
}
