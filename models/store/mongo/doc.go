// Package mongo owns the store for many servers: everything that models/store asks for, in MongoDB, one
// database for the data and one for the encryption keys and the saved checkpoint, so that each has backups
// of its own.
//
// It asks for nothing but what every engine that speaks MongoDB's protocol has: one document is written
// as a whole, and no two have the same _id. There are no transactions over several documents, no joins,
// no indexes that delete, no change streams and no updates by pipeline.
//
// Writes are acknowledged by a majority and journaled; reads are of what a majority has, from the primary.
// Every _id but the log's begins with the customer's reference where the document is a customer's: it is
// the key to shard by.
package mongo
