-- Users who may not connect, to whom and from whom nothing is sent.
CREATE TABLE ban (user TEXT PRIMARY KEY) WITHOUT ROWID;
