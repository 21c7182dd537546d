-- Facts about this database itself: the payment mode it was made for, the version of what is sold.
CREATE TABLE shop (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE plans (
    key TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    features TEXT NOT NULL
) STRICT;

-- A price is never changed, only followed by another: old orders keep pointing at what they were sold for.
CREATE TABLE plan_prices (
    id TEXT PRIMARY KEY,
    plan_key TEXT NOT NULL REFERENCES plans (key),
    billing_interval TEXT NOT NULL CHECK (billing_interval IN ('month', 'year')),
    total_krw INTEGER NOT NULL CHECK (total_krw >= 100),
    tax_free_krw INTEGER NOT NULL CHECK (tax_free_krw BETWEEN 0 AND total_krw),
    product_id TEXT NOT NULL,
    retired_at INTEGER
) STRICT;

-- The price list: one living price per plan and interval.
CREATE UNIQUE INDEX plan_prices_living ON plan_prices (plan_key, billing_interval) WHERE retired_at IS NULL;
