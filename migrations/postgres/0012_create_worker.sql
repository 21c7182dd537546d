-- Which orders the worker looks at, and when. An order that nothing more can be learned of has no row.
CREATE TABLE watches (
    order_id TEXT PRIMARY KEY REFERENCES orders (id),
    due_at BIGINT NOT NULL,
    -- Looks since something last happened.
    step INTEGER NOT NULL DEFAULT 0,
    -- Until when a look that is under way keeps others away.
    held_until BIGINT NOT NULL DEFAULT 0,
    -- Counts hints, so that a look can tell whether one came after it began.
    hints BIGINT NOT NULL DEFAULT 0,
    -- The provider's order number that the latest hint named.
    number TEXT
);

CREATE INDEX watches_due ON watches (due_at);

INSERT INTO watches (order_id, due_at)
    SELECT id, created_at FROM orders WHERE money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit');

-- Webhooks as they came, without anything personal. Nothing in them is believed.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('pg', 'commerce')),
    network TEXT NOT NULL,
    event TEXT NOT NULL,
    kept TEXT NOT NULL,
    names TEXT NOT NULL,
    order_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('matched', 'waiting', 'stray')),
    tries INTEGER NOT NULL DEFAULT 0,
    tried_at BIGINT NOT NULL DEFAULT 0,
    next_try_at BIGINT
);

-- The log, newest first.
CREATE INDEX deliveries_age ON deliveries (received_at, id);
CREATE INDEX deliveries_state ON deliveries (state, received_at);
-- Look-ups that are due, and how many were made lately.
CREATE INDEX deliveries_waiting ON deliveries (next_try_at) WHERE state = 'waiting';
CREATE INDEX deliveries_tried ON deliveries (tried_at) WHERE tried_at > 0;

-- What is left to do, written in the transaction of the change that causes it. The key makes the same work one row.
CREATE TABLE jobs (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'running', 'done', 'dead')),
    due_at BIGINT NOT NULL,
    held_until BIGINT NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    -- How often whoever was at it went away in the middle.
    cuts INTEGER NOT NULL DEFAULT 0,
    trouble TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);

CREATE INDEX jobs_due ON jobs (due_at) WHERE state IN ('ready', 'running');
CREATE INDEX jobs_dead ON jobs (ended_at) WHERE state = 'dead';
CREATE INDEX jobs_done ON jobs (ended_at) WHERE state = 'done';

-- Whose invoice a webhook names, and whose number.
CREATE INDEX orders_invoice ON orders (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_provider_order ON payments (provider_order_id);
CREATE INDEX payments_provider_number ON payments (provider_order_number) WHERE provider_order_number IS NOT NULL;
