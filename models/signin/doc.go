// Package signin owns the ways in beside one-time links: a code sent to the e-mail address on file, and the
// company's own sign-in (OpenID Connect); proving anew who one is before something that matters; and the mail that
// these need. What it keeps says nothing of a person to whoever lacks the server's secret.
package signin
