-- Version 1. Ids and digests are bytes, times whole Unix seconds. The same tables as in SQLite,
-- but for the halves: PostgreSQL overwrites nothing in place, so they have a small table of their
-- own that is vacuumed soon after each erasure, and no other change copies them.

-- The latest time, and the age of this database (R17).
CREATE TABLE velum.clock (
    only_row integer PRIMARY KEY CHECK (only_row = 1),
    seconds bigint NOT NULL,
    incarnation bytea NOT NULL,
    generation bigint NOT NULL
);
INSERT INTO velum.clock (only_row, seconds, incarnation, generation)
    VALUES (1, 0, decode(repeat('00', 16), 'hex'), 0);

-- Live while `post` is there; a tombstone until `forget_at` afterwards.
CREATE TABLE velum.mailbox (
    mailbox bytea PRIMARY KEY,
    read bytea NOT NULL,
    post bytea,
    next_sequence bigint,
    forget_at bigint
);
CREATE UNIQUE INDEX mailbox_reader ON velum.mailbox (read) WHERE post IS NOT NULL;
CREATE INDEX mailbox_forget ON velum.mailbox (forget_at) WHERE forget_at IS NOT NULL;

CREATE TABLE velum.message (
    mailbox bytea NOT NULL,
    sequence bigint NOT NULL,
    message bytea NOT NULL,
    body bytea,
    forget_at bigint NOT NULL,
    PRIMARY KEY (mailbox, sequence)
);
CREATE UNIQUE INDEX message_id ON velum.message (mailbox, message);
CREATE INDEX message_waiting ON velum.message (mailbox) WHERE body IS NOT NULL;
CREATE INDEX message_forget ON velum.message (forget_at);
-- Sealed bytes do not get smaller: no attempt.
ALTER TABLE velum.message ALTER COLUMN body SET STORAGE EXTERNAL;

-- Withdrawn when `not_after` is null.
CREATE TABLE velum.capability (
    capability bytea PRIMARY KEY,
    mailbox bytea NOT NULL,
    bytes_max bigint,
    shares_max bigint,
    not_after bigint,
    forget_at bigint NOT NULL
);
CREATE INDEX capability_forget ON velum.capability (forget_at);

-- state 0 open, 1 used, 2 cancelled.
CREATE TABLE velum.invite (
    invite bytea PRIMARY KEY,
    mailbox bytea NOT NULL,
    state bigint NOT NULL,
    read bytea,
    accept bytea,
    not_after bigint,
    offer bytea,
    message bytea,
    forget_at bigint NOT NULL
);
CREATE INDEX invite_forget ON velum.invite (forget_at);
ALTER TABLE velum.invite ALTER COLUMN offer SET STORAGE EXTERNAL;

-- Ended when `capability` is null: then only `control` and `due` are left.
CREATE TABLE velum.share (
    share bytea PRIMARY KEY,
    control bytea NOT NULL,
    due bigint NOT NULL,
    capability bytea,
    fetcher bytea,
    claim_key bytea,
    policy bytea,
    not_after bigint,
    views bigint,
    blob_bytes bigint,
    blob_digest bytea,
    epoch bigint,
    views_left bigint,
    object bytea,
    claimed_at bigint
) WITH (fillfactor = 80);
CREATE INDEX share_due ON velum.share (due);
CREATE INDEX share_usage ON velum.share (capability) INCLUDE (blob_bytes)
    WHERE capability IS NOT NULL;
CREATE INDEX share_object ON velum.share (object) WHERE object IS NOT NULL;

CREATE TABLE velum.half (
    share bytea PRIMARY KEY,
    wrapped bytea NOT NULL
) WITH (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0.01);

CREATE TABLE velum.release (
    share bytea NOT NULL,
    claim bytea NOT NULL,
    reply_key bytea NOT NULL,
    views_left bigint NOT NULL,
    made_at bigint NOT NULL,
    sealed bytea,
    PRIMARY KEY (share, claim)
);
CREATE INDEX release_age ON velum.release (made_at) WHERE sealed IS NOT NULL;
ALTER TABLE velum.release ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE TABLE velum.doomed (object bytea PRIMARY KEY);
