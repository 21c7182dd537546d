-- A pay link: a template that owns a series of orders, each with an invoice of its own at the provider.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    token TEXT NOT NULL CONSTRAINT links_token UNIQUE,
    -- One form, one link.
    form_key TEXT NOT NULL CONSTRAINT links_form_key UNIQUE,
    body_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    total_krw BIGINT NOT NULL CHECK (total_krw >= 100),
    tax_free_krw BIGINT NOT NULL CHECK (tax_free_krw BETWEEN 0 AND total_krw),
    original_krw BIGINT,
    memo TEXT NOT NULL,
    products TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    customer_phone TEXT NOT NULL,
    customer_email TEXT NOT NULL,
    -- Words, separated by spaces.
    notify_ways TEXT NOT NULL,
    -- A message that is still to be sent: not before this instant.
    notify_at BIGINT,
    metadata TEXT NOT NULL,
    redirect_url TEXT,
    uses BIGINT NOT NULL CHECK (uses >= 1),
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'stopped')),
    stopped_at BIGINT,
    opened_at BIGINT,
    late_at BIGINT,
    trouble TEXT,
    -- The order that messages and single-use payments go by.
    order_id TEXT NOT NULL,
    -- When the invoice of that order was first and last asked for; 0 is never.
    first_tried_at BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);

-- The list, newest first.
CREATE INDEX links_created ON links (created_at, id);
-- Messages that are due.
CREATE INDEX links_notify ON links (notify_at) WHERE notify_at IS NOT NULL;
-- The orders of one link.
CREATE INDEX orders_link ON orders (link_id, created_at) WHERE link_id IS NOT NULL;

-- Append-only: nothing updates or deletes a row.
CREATE TABLE link_events (
    link_id TEXT NOT NULL REFERENCES links (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    staff_name TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (link_id, seq)
);

-- Every message, claimed before it is sent: two clicks are one message.
CREATE TABLE link_sends (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES links (id),
    at BIGINT NOT NULL,
    staff_name TEXT NOT NULL,
    ways TEXT NOT NULL,
    call_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'sent', 'failed', 'unknown')),
    trouble TEXT
);

-- The messages of one link.
CREATE INDEX link_sends_link ON link_sends (link_id, at);
