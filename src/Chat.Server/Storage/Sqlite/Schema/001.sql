-- One row, read first at start.
CREATE TABLE log (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    epoch       TEXT NOT NULL,              -- identifies the log's history
    indexed     INTEGER NOT NULL,           -- messages up to this number are in entry, conversation and sent_key
    last_number INTEGER NOT NULL            -- lower bound of the used numbers, in case every message is trimmed
);

CREATE TABLE stream (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    head    INTEGER NOT NULL,               -- offset of the newest indexed message
    trimmed INTEGER NOT NULL                -- offset of the last message that retention removed
);

-- One row per message, in commit order, with its offset in both mailboxes.
CREATE TABLE message (
    number           INTEGER PRIMARY KEY,
    id               TEXT NOT NULL,
    sender           TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    sender_offset    INTEGER,               -- null if the sender keeps no copy
    recipient_offset INTEGER NOT NULL,
    sent_at          INTEGER NOT NULL,      -- milliseconds since 1970
    keyed            INTEGER NOT NULL,      -- 1 if the id is the sender's idempotency key
    content          TEXT NOT NULL
);

-- The messages of each stream. The server writes it after the messages, in large sorted chunks.
CREATE TABLE entry (
    stream  INTEGER NOT NULL,
    offset  INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (stream, offset)
) WITHOUT ROWID;

-- The first receipt of each idempotency key. The server writes it after the messages, like entry.
CREATE TABLE sent_key (
    sender  TEXT NOT NULL,
    id      TEXT NOT NULL,
    offset  INTEGER NOT NULL,               -- offset of the sender's own entry
    sent_at INTEGER NOT NULL,
    digest  BLOB NOT NULL,                  -- digest of recipient and content
    PRIMARY KEY (sender, id)
) WITHOUT ROWID;

CREATE TABLE confirmed (
    user   TEXT NOT NULL,
    stream TEXT NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (user, stream)
) WITHOUT ROWID;
