-- Version 2. Ids and digests are blobs, times whole Unix seconds. Tables keep their rowid, so that
-- rows are appended and never moved between pages by an insertion.

-- The latest time, and the age of this database (R17): written in almost every transaction, so on
-- one page.
CREATE TABLE clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    seconds INTEGER NOT NULL,
    incarnation BLOB NOT NULL,
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO clock (only, seconds, incarnation, generation) VALUES (1, 0, zeroblob(16), 0);

-- Live while `post` is there; a tombstone until `forget_at` afterwards.
CREATE TABLE mailbox (
    mailbox BLOB NOT NULL UNIQUE,
    read BLOB NOT NULL,
    post BLOB,
    next_sequence INTEGER,
    forget_at INTEGER
) STRICT;
CREATE UNIQUE INDEX mailbox_reader ON mailbox (read) WHERE post IS NOT NULL;
CREATE INDEX mailbox_forget ON mailbox (forget_at) WHERE forget_at IS NOT NULL;

CREATE TABLE message (
    mailbox BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    message BLOB NOT NULL,
    body BLOB,
    forget_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_place ON message (mailbox, sequence);
CREATE UNIQUE INDEX message_id ON message (mailbox, message);
CREATE INDEX message_waiting ON message (mailbox) WHERE body IS NOT NULL;
CREATE INDEX message_forget ON message (forget_at);

-- Withdrawn when `not_after` is null.
CREATE TABLE capability (
    capability BLOB NOT NULL UNIQUE,
    mailbox BLOB NOT NULL,
    bytes_max INTEGER,
    shares_max INTEGER,
    not_after INTEGER,
    forget_at INTEGER NOT NULL
) STRICT;
CREATE INDEX capability_forget ON capability (forget_at);

-- state 0 open, 1 used, 2 cancelled.
CREATE TABLE invite (
    invite BLOB NOT NULL UNIQUE,
    mailbox BLOB NOT NULL,
    state INTEGER NOT NULL,
    read BLOB,
    accept BLOB,
    not_after INTEGER,
    offer BLOB,
    message BLOB,
    forget_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invite_forget ON invite (forget_at);

-- Ended when `capability` is null: then only `control` and `due` are left.
CREATE TABLE share (
    share BLOB NOT NULL UNIQUE,
    control BLOB NOT NULL,
    due INTEGER NOT NULL,
    capability BLOB,
    fetch BLOB,
    claim_key BLOB,
    policy BLOB,
    not_after INTEGER,
    views INTEGER,
    blob_bytes INTEGER,
    blob_digest BLOB,
    epoch INTEGER,
    slot INTEGER,
    views_left INTEGER,
    object BLOB,
    claimed_at INTEGER
) STRICT;
CREATE INDEX share_due ON share (due);
CREATE INDEX share_usage ON share (capability, blob_bytes) WHERE capability IS NOT NULL;
CREATE INDEX share_object ON share (object) WHERE object IS NOT NULL;

-- Halves lie in slots of one size that are overwritten in place with zeros and used again, never
-- deleted: so no half is ever copied to another page, where an erasure would miss it.
CREATE TABLE half (
    slot INTEGER PRIMARY KEY,
    used INTEGER NOT NULL,
    wrapped BLOB NOT NULL
) STRICT;
CREATE INDEX half_unused ON half (slot) WHERE used = 0;

CREATE TABLE release (
    share BLOB NOT NULL,
    claim BLOB NOT NULL,
    reply_key BLOB NOT NULL,
    views_left INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    sealed BLOB
) STRICT;
CREATE UNIQUE INDEX release_place ON release (share, claim);
CREATE INDEX release_age ON release (made_at) WHERE sealed IS NOT NULL;

CREATE TABLE doomed (object BLOB NOT NULL UNIQUE) STRICT;

PRAGMA user_version = 2;
