// Package staffact owns how the log says what members of staff did that concerns no customer: who they are signed in, in
// which role they acted, about what, and why. What they did about a customer is said by whoever did it for them, with the
// same Actor.
package staffact

import (
	"context"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// By is who on the staff acts.
type By struct {
	// ID is the member's; empty for the program itself, and for whoever works on its command line.
	ID string
	// Role is the one in which they act: the first of theirs that permits it.
	Role string
	// Auth is how they are signed in.
	Auth string
}

// CommandLine is whoever runs the program's commands. They are known to the machine, and not to this program.
var CommandLine = By{Auth: "command_line"}

// Actor is how the log names them.
func (b By) Actor() ledger.Actor {
	if b.ID == "" {
		return ledger.Actor{Type: ledger.ActorSystem}
	}
	return ledger.Actor{Type: ledger.ActorStaff, ID: b.ID}
}

// Act is something that they did.
type Act struct {
	Kind   string // ledger.StaffAdded, ledger.ClientRevoked, …
	About  ledger.About
	Reason string
	// ID is derived where a repetition is one event; zero for a fresh one.
	ID ledger.EventID
	// At is when it was done, if that was before it is recorded.
	At time.Time
}

// Log is where it is written; *sequencer.Sequencer is one.
type Log interface {
	Append(ctx context.Context, e sequencer.Event) (sequencer.Result, error)
}

// Recorder writes it down. It is safe for concurrent use.
type Recorder struct{ log Log }

// New makes a Recorder.
func New(log Log) *Recorder { return &Recorder{log} }

// Record writes down what a member did, and answers when it is durable: act on it afterwards, so that nothing is done of
// which the log does not know. The error is of kind models.Unavailable.
func (r *Recorder) Record(ctx context.Context, by By, a Act) (sequencer.Result, error) {
	result, err := r.log.Append(ctx, sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		d := ledger.Detail{Kind: a.Kind, ID: a.ID, Actor: by.Actor(), Role: by.Role, Auth: by.Auth, OccurredAt: a.At, Reason: a.Reason}
		if a.About != (ledger.About{}) {
			d.About = &a.About
		}
		return d, nil
	}})
	return result, models.Wrap("record what staff did", err)
}
