// Package request owns what customers ask about their data beyond their choices: correction, erasure, restriction and
// its end (GDPR Art. 16 to 19); until when that must be answered; what every connected system is asked to do about it,
// and who has confirmed.
//
// What has happened is in the log: request.opened, then request.accepted or request.refused, the task that goes out to
// the systems (ledger.IsTask), a request.confirmed for each of them, and request.answered. What was asked and what was
// answered, word for word, is kept beside it, sealed under the customer's key for requests.
//
// A step is written down before it is appended to the log, and counts from its entry on: what is in the store and not
// in the log is not yet true. Ids of events are derived from the request's, so that whoever carries on after a crash
// repeats nothing. State, deadline and confirmations in the store are a projection of the log; Rebuild makes them anew.
package request
