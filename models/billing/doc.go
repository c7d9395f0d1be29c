// Package billing owns what is held about a customer: the profile, records by category of the data
// map, the documents that belong to them, and the import that brings all of it in.
//
// Everything that comes in, by whatever way, is checked here and only here: what the data map does
// not declare is refused (GDPR Art. 5(1)(c)), and so is payment card data, by name and by value.
// What is kept reaches the store sealed under the key of that customer and category. No error of
// this package holds a value that was sent.
package billing
