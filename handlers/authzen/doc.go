// Package authzen serves decisions under the OpenID AuthZEN Authorization API 1.0: may this customer's
// data be used for this purpose? The purpose is the action's name, the customer is the resource. What
// cannot be decided is denied. Errors are answered as that standard has it: a status, and a message as
// plain text.
package authzen
