// Package demodata invents the customers of the demonstration's operators: people, contracts, bills
// with PDFs, payments, usage, notes. It writes them as JSON Lines, so that they take the way that
// real data takes: through the import.
//
// The same operator and month give the same bytes. Everything is made up: e-mail addresses are
// under example.test (RFC 6761), telephone numbers 555-01xx, network ranges those of RFC 5737; of
// cards and accounts there are the last 4 digits only.
package demodata
