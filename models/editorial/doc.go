// Package editorial owns the one workflow for everything that is written by some, approved by somebody else, and
// published: notices, the data map, what staff must know. It knows nothing of what a text says; each kind of text plugs in
// what is missing from it and what publishing it means.
//
// A version goes from draft over in_review and approved to scheduled; from then on the clock says whether it is still to
// come, in force (published) or superseded. It can be withdrawn until it takes effect. Each step is a Revision: numbered
// within its version, never changed, kept before it is answered, and an event of the log. Who takes the next number first
// has it; everybody else looks again at what is there now. So no text that anybody saved is ever lost.
//
// What may not happen:
//
//   - Nobody approves a version of whose authors they are one, whoever submits it. Authors are all who changed what it
//     says, since it began.
//   - An approval is of exactly the revision that the approver saw. Any change of what a version says after it was
//     submitted or approved makes it a draft again, and takes the approval away.
//   - Nothing is published that is incomplete, or not approved. What is scheduled or published never changes.
//
// A crash leaves one of these behind: a step that is kept and not in the log, which whoever comes next, or Carry, says in
// the log before anything else happens (its event's id is derived from its number); or a version that was scheduled or
// withdrawn and is not yet published or unpublished, which Carry does.
package editorial
