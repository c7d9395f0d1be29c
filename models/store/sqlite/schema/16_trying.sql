-- Attempts are counted of the entry that they were made for: it may be erased, or not wanted any more, before the next.
ALTER TABLE endpoint_progress ADD COLUMN trying INTEGER NOT NULL DEFAULT 0;
