-- Entries were found by customer in an index: every append wrote to a page of it that was somewhere else. Now each
-- names the one before, and erasures, which were found under the subject *, are marked.
ALTER TABLE entries ADD COLUMN previous INTEGER NOT NULL DEFAULT 0;
UPDATE entries SET previous = coalesce((SELECT max(earlier.seq) FROM entries AS earlier
  WHERE earlier.subject = entries.subject AND earlier.subject <> '' AND earlier.seq < entries.seq), 0)
  WHERE subject NOT IN ('', '*');
DROP INDEX entries_of_subject;
ALTER TABLE entries ADD COLUMN erasure INTEGER NOT NULL DEFAULT 0;
UPDATE entries SET erasure = 1, subject = '' WHERE subject = '*';
CREATE INDEX entries_erasures ON entries (seq) WHERE erasure;
