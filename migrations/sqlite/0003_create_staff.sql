CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL CONSTRAINT staff_email UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'clerk', 'viewer')),
    password_hash TEXT NOT NULL,
    must_change_password INTEGER NOT NULL DEFAULT 0,
    totp_secret TEXT,
    -- The last time step that was used, so that a code works once.
    totp_step INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;

CREATE TABLE recovery_codes (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    code_hash TEXT NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (staff_id, code_hash)
) STRICT;

CREATE TABLE invitations (
    token_hash TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'clerk', 'viewer')),
    invited_by TEXT NOT NULL REFERENCES staff (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

-- Only the hash of a session's name is stored: a copy of the database logs nobody in.
CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    staff_id TEXT REFERENCES staff (id),
    data TEXT NOT NULL,
    agent TEXT NOT NULL,
    network TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

-- One's own sessions.
CREATE INDEX sessions_staff ON sessions (staff_id);
-- Sessions to forget.
CREATE INDEX sessions_seen ON sessions (seen_at);

-- Failed logins, per account and per network; equal for all nodes and kept over restarts.
CREATE TABLE login_failures (
    key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

-- Append-only: triggers refuse anything else.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    staff_id TEXT,
    staff_name TEXT NOT NULL,
    network TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
