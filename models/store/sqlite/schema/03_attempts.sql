-- The chunks of an archive were under its own id; now each attempt at making it has its own.
ALTER TABLE archives ADD COLUMN attempt TEXT NOT NULL DEFAULT '';
UPDATE archives SET attempt = id;
ALTER TABLE archives DROP COLUMN beat;
ALTER TABLE chunks RENAME COLUMN archive TO attempt;
