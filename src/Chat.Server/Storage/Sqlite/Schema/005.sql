-- Points of the log's time, about one an hour, in commit order. It measures ages, never goes back, and ignores wrong clocks.
CREATE TABLE clock (
    at     INTEGER PRIMARY KEY,             -- the log's time, in milliseconds since 1970 unless a clock was wrong
    number INTEGER NOT NULL,                -- number of the newest message or other change before the point
    wall   INTEGER NOT NULL,                -- the machine's clock, without untrusted steps
    jumped INTEGER NOT NULL                 -- 1 if the log's time jumped forward just before the point, after an unknown delay
);

-- The log's time when the key was used; null in rows of earlier versions.
ALTER TABLE sent_key ADD COLUMN at INTEGER;
