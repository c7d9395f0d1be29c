// Package client is for billing systems written in Go: it asks Candor whether a customer's data may be used, tells it
// what is held and what was chosen elsewhere, lets customers in, and hears what they decide.
//
// A Client fetches its access token itself and renews it in time. A call that may be sent again without doing it
// twice (every one here may) is sent again when the server is busy or the connection breaks. What still fails is an
// error: a *Problem where the server said why.
//
// What cannot be decided is no: where May fails, the Decision that comes with the error allows nothing.
package client
