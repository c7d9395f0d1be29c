package ledger

import "fmt"

// Check names one of the checks of docs/log-format.md.
type Check string

// The checks, as they are named to people.
const (
	FormatCheck      Check = "format"      // the bytes are canonical
	KeyCheck         Check = "key"         // the log added the key for this use before, and did not retire it
	SignatureCheck   Check = "signature"   // the signature matches the key
	LogCheck         Check = "log"         // it is of this log
	SeqCheck         Check = "seq"         // there is no gap
	PrevCheck        Check = "prev"        // it follows the entry before it
	TimeCheck        Check = "time"        // time does not go back
	CommitCheck      Check = "commit"      // the detail is what the entry commits to
	DisclosureCheck  Check = "disclosure"  // what is disclosed to everyone is this entry's and public
	TileCheck        Check = "tile"        // the hash tiles are those of the entries
	RootCheck        Check = "root"        // the entries give the checkpoint's root
	ProofCheck       Check = "proof"       // the entry is in the checkpoint's tree
	CheckpointCheck  Check = "checkpoint"  // the checkpoint is canonical and signed by a key that was given
	ConsistencyCheck Check = "consistency" // the log continues the one of an earlier checkpoint
)

// UnknownSeq is the Seq of a VerifyError that no single entry is to blame for.
const UnknownSeq = ^uint64(0)

// VerifyError says which entry failed which check first.
type VerifyError struct {
	Seq   uint64 // or UnknownSeq
	Check Check
	Err   error
}

func (e *VerifyError) Error() string {
	if e.Seq == UnknownSeq {
		return e.Err.Error()
	}
	return fmt.Sprintf("entry %d: %v", e.Seq, e.Err)
}

func (e *VerifyError) Unwrap() error { return e.Err }
