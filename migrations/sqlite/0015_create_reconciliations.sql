-- A day's payments as the provider has them beside ours, compared once a day and whenever staff ask.
CREATE TABLE reconciliations (
    day TEXT PRIMARY KEY,
    made_at INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT;

-- The payments of a day.
CREATE INDEX payments_day ON payments (COALESCE(paid_at, created_at));
