package store

import (
	"context"
	"time"
)

// Request is what a customer asked about their data, as it is kept. What it says is sealed under the customer's key
// for requests; State, DueAt and ClosedAt say what the log says of it.
type Request struct {
	ID           string // the id of the event that opened it
	Customer     string
	Kind         string // what is asked: "rectification", "erasure", "restriction", "release"
	State        string // "" until the log has it; then "open", "accepted", "refused", "answered"
	Channel      string
	Jurisdiction string
	// Grounds are why it was refused, or why some of it was: names, and nothing about the person.
	Grounds []string
	// ReceivedAt is when it reached the operator, DueAt when it must be answered, ClosedAt when it was; zero while it
	// has not been.
	ReceivedAt, DueAt, ClosedAt time.Time
	// WakeAt is when there is something to do about it that nobody need ask for; zero is never.
	WakeAt time.Time
	// Revision counts how often it was replaced.
	Revision int64
	Sealed   []byte
}

// RequestQuery asks for a page of requests by (DueAt, ID).
type RequestQuery struct {
	// Closed asks for those that are over, the latest first; otherwise for those that are not, the most urgent first.
	Closed bool
	// AfterTime and AfterID are the position of the last request of the page before; both or neither.
	AfterTime time.Time
	AfterID   string
	Limit     int
}

// RequestCounts says how much there is to do.
type RequestCounts struct {
	Open    int64 // requests that are not closed
	Overdue int64 // of these, past their DueAt
	Tasks   int64 // tasks that a system has not confirmed
}

// Requests keeps what customers have asked.
type Requests interface {
	// CreateRequest writes a new one, or ErrExists.
	CreateRequest(ctx context.Context, r Request) error
	// UpdateRequest replaces the one under the same ID, if its Revision is the one given; ErrTaken if it is another,
	// ErrNotFound if there is none.
	UpdateRequest(ctx context.Context, r Request, revision int64) error
	// Request gives one, or ErrNotFound.
	Request(ctx context.Context, id string) (Request, error)
	// RequestsOf lists a customer's, the last received first.
	RequestsOf(ctx context.Context, customer string) ([]Request, error)
	// PageRequests answers a query.
	PageRequests(ctx context.Context, q RequestQuery) ([]Request, error)
	// WakingRequests lists those whose WakeAt is not after now, the earliest first, at most limit.
	WakingRequests(ctx context.Context, now time.Time, limit int) ([]Request, error)
	// CountRequests says how much there is to do at a time.
	CountRequests(ctx context.Context, now time.Time) (RequestCounts, error)
}

// Task is what one system was asked to do about a customer's data.
type Task struct {
	ID       string // the id of the event that asks for it, the same for every system
	Client   string // the system: an API client
	Name     string // the client's, when it was asked
	Request  string // the ID of the request that it serves
	Customer string
	Kind     string // of the event
	Seq      uint64 // of its entry in the log
	State    string // "open", "done", "not_held", "refused"
	// AskedAt is when the log has it, ClosedAt when the system confirmed; zero while it has not.
	AskedAt, ClosedAt time.Time
	Revision          int64
	// Sealed is what the system said, under the customer's key for requests; it counts once State is not "open".
	Sealed []byte
}

// TaskQuery asks for a page of one system's tasks in order of Seq.
type TaskQuery struct {
	Client string
	State  string // empty for all
	After  uint64 // Seq of the last one of the page before
	Limit  int
}

// Tasks keeps what systems were asked to do.
type Tasks interface {
	// CreateTasks writes each that is not there; one that is stays as it is.
	CreateTasks(ctx context.Context, tasks []Task) error
	// UpdateTask replaces the one of the same ID and Client, if its Revision is the one given; ErrTaken if it is
	// another, ErrNotFound if there is none.
	UpdateTask(ctx context.Context, t Task, revision int64) error
	// Task gives one system's, or ErrNotFound.
	Task(ctx context.Context, id, client string) (Task, error)
	// TasksOf lists those that serve a request, in order of ID and Client.
	TasksOf(ctx context.Context, request string) ([]Task, error)
	// PageTasks answers a query.
	PageTasks(ctx context.Context, q TaskQuery) ([]Task, error)
}
