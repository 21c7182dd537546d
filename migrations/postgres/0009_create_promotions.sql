-- A plan that is not sold any more keeps its texts and prices; orders of it stay what they are.
ALTER TABLE plans ADD COLUMN stopped_at BIGINT;

-- Since when a price is charged and who set it; unknown for prices older than this migration and for the demo's.
ALTER TABLE plan_prices ADD COLUMN created_at BIGINT;
ALTER TABLE plan_prices ADD COLUMN created_by TEXT;

-- Days are Seoul's, both included.
CREATE TABLE promotions (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('percent', 'fixed')),
    value BIGINT NOT NULL CHECK (value >= 1),
    first_day TEXT,
    last_day TEXT,
    use_limit BIGINT CHECK (use_limit >= 1),
    customer_limit BIGINT CHECK (customer_limit >= 1),
    plans TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    stopped_at BIGINT
);

-- The newest first.
CREATE INDEX promotions_age ON promotions (created_at, code);

-- One per order. Who used it is known only as a hash of the phone's digits.
CREATE TABLE promotion_uses (
    order_id TEXT PRIMARY KEY REFERENCES orders (id),
    code TEXT NOT NULL REFERENCES promotions (code),
    customer TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'used', 'freed')),
    created_at BIGINT NOT NULL
);

-- The uses of one code, counted under its lock.
CREATE INDEX promotion_uses_code ON promotion_uses (code, state, customer);
-- The latest uses of one code.
CREATE INDEX promotion_uses_age ON promotion_uses (code, created_at);
