-- The ids of messages without a key are made from a seed, sent_at and number, and message.id is empty.
-- In rows of earlier versions message.id is the id.
CREATE TABLE id_seed (
    after INTEGER PRIMARY KEY,              -- the seed of the messages above this number, up to the next seed's
    seed  INTEGER NOT NULL                  -- random; another one for each epoch
);

INSERT INTO id_seed SELECT max(last_number, (SELECT coalesce(max(number), 0) FROM message)), random() FROM log;
