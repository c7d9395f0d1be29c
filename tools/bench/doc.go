// Package bench measures Candor beside programs of others, whose modules stay out of the product's.
package bench
