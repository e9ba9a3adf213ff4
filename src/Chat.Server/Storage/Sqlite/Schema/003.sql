-- Banned users: they cannot connect, send or receive.
CREATE TABLE ban (user TEXT PRIMARY KEY) WITHOUT ROWID;
