package feed

import (
	"strings"
	"unique"

	"candor/models/ledger"
	"candor/models/sequencer"
)

const (
	consents   = "consent."
	objections = "objection."
)

// Kinds are those of changes.
func Kinds() []string {
	return []string{
		ledger.ConsentGiven, ledger.ConsentRefused, ledger.ConsentWithdrawn, ledger.ConsentRenewed, ledger.ConsentExpired,
		ledger.ConsentInvalidated, ledger.ObjectionRaised, ledger.ObjectionLifted,
		ledger.RequestErasure, ledger.RequestRectification, ledger.RequestRestriction, ledger.RequestRelease,
	}
}

// IsChange says whether entries of a kind are told.
func IsChange(kind string) bool {
	return strings.HasPrefix(kind, consents) || strings.HasPrefix(kind, objections) || ledger.IsTask(kind)
}

// Change is one change as connected systems read it. Members that do not apply are absent.
type Change struct {
	LogIndex uint64 `json:"log_index"`
	Time     string `json:"time"` // when it was appended, as the entry says it
	Kind     string `json:"kind"`
	Customer string `json:"customer"` // the reference
	Purpose  string `json:"purpose,omitempty"`
	State    string `json:"state,omitempty"`
	// PreviousState is the state before; never_asked or permitted if the log had said nothing.
	PreviousState string  `json:"previous_state,omitempty"`
	Notice        *Notice `json:"notice,omitempty"`
	Channel       string  `json:"channel,omitempty"`
	Task          *Task   `json:"task,omitempty"`
}

// Notice names the version of the text that a choice was about.
type Notice struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
}

// Task is what connected systems are asked to do and to confirm.
type Task struct {
	ID string `json:"id"` // the event's
}

func changeOf(r sequencer.Result, previous string) Change {
	d := &r.Detail
	c := Change{
		LogIndex: r.Entry.Seq, Time: ledger.FormatTime(r.Time), Kind: d.Kind, Customer: r.Entry.Subject,
		Purpose: d.Purpose, State: d.State, PreviousState: previous, Channel: d.Channel,
	}
	if d.Notice != nil {
		c.Notice = &Notice{d.Notice.Key, d.Notice.Version}
	}
	if ledger.IsTask(d.Kind) {
		c.Task = &Task{d.ID.String()}
	}
	return c
}

// intern gives the same copy of a state to all who hold it.
func intern(state string) string { return unique.Make(state).Value() }
