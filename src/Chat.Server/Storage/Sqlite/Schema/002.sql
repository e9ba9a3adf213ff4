-- The members of rooms.
CREATE TABLE member (
    room TEXT NOT NULL,
    user TEXT NOT NULL,
    PRIMARY KEY (room, user)
) WITHOUT ROWID;

CREATE INDEX member_by_user ON member (user, room);

-- The last value of each topic.
CREATE TABLE topic (
    name         TEXT PRIMARY KEY,
    version      INTEGER NOT NULL,
    published_at INTEGER NOT NULL,          -- milliseconds since 1970
    value        TEXT NOT NULL              -- JSON
) WITHOUT ROWID;

-- New versions are above this: a new epoch may have lost values whose versions subscribers remember.
ALTER TABLE log ADD COLUMN topic_base INTEGER NOT NULL DEFAULT 0;

-- A back end's message has no sent copy, so its receipt names the recipient's entry.
CREATE TABLE new_sent_key (
    sender           TEXT NOT NULL,
    id               TEXT NOT NULL,
    sender_offset    INTEGER,               -- null if the sender keeps no copy
    recipient_offset INTEGER NOT NULL,
    sent_at          INTEGER NOT NULL,
    digest           BLOB NOT NULL,         -- digest of recipient and content
    PRIMARY KEY (sender, id)
) WITHOUT ROWID;

INSERT INTO new_sent_key SELECT sender, id, offset, offset, sent_at, digest FROM sent_key;
DROP TABLE sent_key;
ALTER TABLE new_sent_key RENAME TO sent_key;
