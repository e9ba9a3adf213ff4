-- The log's own time in commit order, by which ages are measured: it never goes back, and wrong clocks hardly move it. A point about every hour.
CREATE TABLE clock (
    at     INTEGER PRIMARY KEY,             -- the log's time, in milliseconds since 1970 while no clock was wrong
    number INTEGER NOT NULL,                -- of the newest message, or other change, before the point
    wall   INTEGER NOT NULL,                -- what the machine's clock said, or should have said if it was not trusted
    jumped INTEGER NOT NULL                 -- 1 when the log's time was moved forward just before the point, and nobody knows since when it was behind
);

-- The log's time when the key was used; null in rows of before.
ALTER TABLE sent_key ADD COLUMN at INTEGER;
