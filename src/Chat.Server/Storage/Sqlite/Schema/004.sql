-- The peers of each stream: in a mailbox the users that its owner exchanged messages with, in a room its senders.
-- The server writes it after the messages, like entry.
CREATE TABLE conversation (
    stream  INTEGER NOT NULL,
    peer    TEXT NOT NULL,
    message INTEGER NOT NULL,               -- number of the newest message
    offset  INTEGER NOT NULL,               -- offset of that message: later messages are not counted yet
    sent    INTEGER NOT NULL,               -- messages from the peer, removed ones included
    trimmed INTEGER NOT NULL,               -- messages from the peer that retention has removed
    PRIMARY KEY (stream, peer)
) WITHOUT ROWID;

CREATE INDEX conversation_by_message ON conversation (stream, message);

-- The read marks of users, one per conversation.
CREATE TABLE read_mark (
    user         TEXT NOT NULL,
    conversation TEXT NOT NULL,
    offset       INTEGER NOT NULL,          -- in the user's mailbox, or in the room
    sent         INTEGER NOT NULL,          -- messages from the peer up to the offset; in a room, the user's own
    PRIMARY KEY (user, conversation)
) WITHOUT ROWID;

-- Row by row: grouping would take memory for all messages at once.
INSERT INTO conversation
SELECT s.id, m.sender, m.number, m.recipient_offset, 1, 0
FROM message m CROSS JOIN stream s ON s.name = m.recipient WHERE m.recipient_offset > s.trimmed
ON CONFLICT DO UPDATE SET message = excluded.message, offset = excluded.offset, sent = sent + 1;

INSERT INTO conversation
SELECT s.id, m.recipient, m.number, m.sender_offset, 0, 0
FROM message m CROSS JOIN stream s ON s.name = m.sender WHERE m.sender_offset > s.trimmed
ON CONFLICT DO UPDATE SET message = max(message, excluded.message), offset = max(offset, excluded.offset);

-- Earlier versions had no read marks: confirmed messages count as read.
INSERT INTO read_mark
SELECT c.user, m.sender, c.offset, 1
FROM message m CROSS JOIN stream s ON s.name = m.recipient CROSS JOIN confirmed c ON c.user = m.recipient AND c.stream = m.recipient
WHERE m.recipient_offset > s.trimmed AND m.recipient_offset <= c.offset
ON CONFLICT DO UPDATE SET sent = sent + 1;

-- In a room, confirmed offsets begin where the member joined.
INSERT INTO read_mark
SELECT b.user, b.room, coalesce(c.offset, 0), 0
FROM member b LEFT JOIN confirmed c ON c.user = b.user AND c.stream = b.room;

INSERT INTO read_mark
SELECT b.user, b.room, 0, 1
FROM message m CROSS JOIN member b ON b.room = m.recipient AND b.user = m.sender CROSS JOIN confirmed c ON c.user = b.user AND c.stream = b.room
WHERE m.recipient_offset <= c.offset
ON CONFLICT DO UPDATE SET sent = sent + 1;
