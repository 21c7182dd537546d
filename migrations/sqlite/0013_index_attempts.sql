-- Failed attempts, of orders' look-ups too, that count no more and are to be forgotten.
CREATE INDEX login_failures_last ON login_failures (last_at);
