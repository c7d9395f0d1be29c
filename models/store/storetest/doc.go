// Package storetest owns what every store must do: one suite that holds an implementation to each
// sentence of the contracts in models/store, and a wrapper that makes a store fail on demand.
package storetest
