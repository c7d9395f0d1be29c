// Package export owns the archive that a customer takes along: what is in it, how it is written as
// one streamed zip file, and the background work that makes it, keeps it sealed, hands out any part
// of it, and destroys it when its time is over (GDPR Art. 15 and 20).
//
// An archive is never whole in memory: records pass through in small batches, and the finished file
// is kept as chunks of 256 KiB, each sealed under a key of the archive's own. Destroying that key is
// how an archive ends, whatever backups of the chunks there may be.
package export
