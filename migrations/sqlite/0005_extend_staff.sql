-- A second factor that is being set up; it counts once a code of it was seen.
ALTER TABLE staff ADD COLUMN totp_pending TEXT;

-- The password was right and the second factor is still asked for: such a session is good for nothing else,
-- and only until then.
ALTER TABLE sessions ADD COLUMN half_until INTEGER;

-- The log of one person, and of one act.
CREATE INDEX audit_staff ON audit (staff_id, seq);
CREATE INDEX audit_act ON audit (act, seq);
