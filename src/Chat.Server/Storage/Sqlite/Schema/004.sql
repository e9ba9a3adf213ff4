-- Who is in each stream: in a mailbox the people that its owner writes with, in a room those who have written. Filled behind the messages, like entry.
CREATE TABLE conversation (
    stream  INTEGER NOT NULL,
    peer    TEXT NOT NULL,
    message INTEGER NOT NULL,               -- number of the newest message
    offset  INTEGER NOT NULL,               -- of the same in the stream: messages after it are not counted yet
    sent    INTEGER NOT NULL,               -- messages from the peer, those included that are removed
    trimmed INTEGER NOT NULL,               -- messages from the peer that retention has removed
    PRIMARY KEY (stream, peer)
) WITHOUT ROWID;

CREATE INDEX conversation_by_message ON conversation (stream, message);

-- How far users have read, by person or room.
CREATE TABLE read_mark (
    user         TEXT NOT NULL,
    conversation TEXT NOT NULL,
    offset       INTEGER NOT NULL,          -- in the user's mailbox, or in the room
    sent         INTEGER NOT NULL,          -- messages up to there from the person, or from the user itself in a room
    PRIMARY KEY (user, conversation)
) WITHOUT ROWID;

-- Row by row, whatever the number of messages: to group them would take memory for all at once.
INSERT INTO conversation
SELECT s.id, m.sender, m.number, m.recipient_offset, 1, 0
FROM message m CROSS JOIN stream s ON s.name = m.recipient WHERE m.recipient_offset > s.trimmed
ON CONFLICT DO UPDATE SET message = excluded.message, offset = excluded.offset, sent = sent + 1;

INSERT INTO conversation
SELECT s.id, m.recipient, m.number, m.sender_offset, 0, 0
FROM message m CROSS JOIN stream s ON s.name = m.sender WHERE m.sender_offset > s.trimmed
ON CONFLICT DO UPDATE SET message = max(message, excluded.message), offset = max(offset, excluded.offset);

-- What had been confirmed before anybody could say what is read counts as read.
INSERT INTO read_mark
SELECT c.user, m.sender, c.offset, 1
FROM message m CROSS JOIN stream s ON s.name = m.recipient CROSS JOIN confirmed c ON c.user = m.recipient AND c.stream = m.recipient
WHERE m.recipient_offset > s.trimmed AND m.recipient_offset <= c.offset
ON CONFLICT DO UPDATE SET sent = sent + 1;

-- What is confirmed in a room begins where the member joined.
INSERT INTO read_mark
SELECT b.user, b.room, coalesce(c.offset, 0), 0
FROM member b LEFT JOIN confirmed c ON c.user = b.user AND c.stream = b.room;

INSERT INTO read_mark
SELECT b.user, b.room, 0, 1
FROM message m CROSS JOIN member b ON b.room = m.recipient AND b.user = m.sender CROSS JOIN confirmed c ON c.user = b.user AND c.stream = b.room
WHERE m.recipient_offset <= c.offset
ON CONFLICT DO UPDATE SET sent = sent + 1;
