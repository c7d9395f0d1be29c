package mongotest

import (
	"encoding/binary"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Error is what a server says when it does not do what it was asked. Numbers and names are from MongoDB's
// error_codes.yml.
type Error struct {
	Code int32
	Name string
}

// What a server says that is no longer the primary, or has no room.
var (
	NotWritablePrimary = Error{10107, "NotWritablePrimary"}
	NotPrimary         = Error{13435, "NotPrimaryNoSecondaryOk"}
	SteppedDown        = Error{189, "PrimarySteppedDown"}
	Interrupted        = Error{11602, "InterruptedDueToReplStateChange"}
	DiskFull           = Error{14031, "OutOfDiskSpace"}
)

// Writes and Reads are the commands by which the store writes and reads.
var (
	Writes = []string{"insert", "update", "delete", "findAndModify"}
	Reads  = []string{"find", "getMore", "aggregate", "count", "distinct"}
)

// refusal is that a server refuses commands.
type refusal struct {
	with     Error
	at       Moment
	commands []string
}

// Refuse has the server answer commands with an error until Accept: BeforeIt they are not done, AfterIt they
// are done all the same, as when it happens while a majority is waited for.
func (p *Proxy) Refuse(with Error, at Moment, commands ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusal = &refusal{with, at, commands}
}

// Accept ends what Refuse began.
func (p *Proxy) Accept() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusal = nil
}

func (p *Proxy) refusing(message []byte) *refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refusal == nil || !slices.Contains(p.refusal.commands, command(message)) {
		return nil
	}
	return p.refusal
}

// gate keeps messages back while it is closed.
type gate struct {
	commands []string
	opened   chan struct{}
	holds    int
}

// Stall keeps commands back until Resume: a server that is slow, or a network that loses nothing and brings
// nothing. What has been kept back goes on then, whether or not anybody waits for it any more.
func (p *Proxy) Stall(commands ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = &gate{commands: commands, opened: make(chan struct{})}
}

// Resume ends what Stall began, and is safe to call without it.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gate != nil {
		close(p.gate.opened)
		p.gate = nil
	}
}

// Held is how many messages are kept back.
func (p *Proxy) Held() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gate == nil {
		return 0
	}
	return p.gate.holds
}

// wait keeps a message back if it is to be.
func (p *Proxy) wait(message []byte) {
	p.mu.Lock()
	gate := p.gate
	held := gate != nil && slices.Contains(gate.commands, command(message))
	if held {
		gate.holds++
	}
	p.mu.Unlock()
	if held {
		<-gate.opened
	}
}

// Of an OP_MSG: its header, flags and the kind of its first section come before the document whose first
// member is the command.
const (
	opMsg       = 2013
	headLength  = 16
	document    = headLength + 4 + 1
	firstMember = document + 4 + 1
)

// command names what a message asks for; nothing if it is the older kind that begins a connection.
func command(message []byte) string {
	if len(message) < firstMember || binary.LittleEndian.Uint32(message[12:]) != opMsg {
		return ""
	}
	rest := message[firstMember:]
	end := slices.Index(rest, 0)
	if end < 0 {
		return ""
	}
	return string(rest[:end])
}

// answer is an OP_MSG that answers a message with the error, in the place of the server.
func (r *refusal) answer(message []byte) ([]byte, error) {
	said := bson.D{{Key: "ok", Value: 0.0}, {Key: "errmsg", Value: r.with.Name}, {Key: "code", Value: r.with.Code}, {Key: "codeName", Value: r.with.Name}}
	if len(message) < headLength {
		return nil, errors.New("a message without a head")
	}
	raw, err := bson.Marshal(said)
	if err != nil {
		return nil, err
	}
	out := make([]byte, document, document+len(raw))
	binary.LittleEndian.PutUint32(out, uint32(document+len(raw))) // a few hundred bytes
	copy(out[8:], message[4:8])                                   // the answer to that one
	binary.LittleEndian.PutUint32(out[12:], opMsg)
	return append(out, raw...), nil
}
