CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL CONSTRAINT orders_number UNIQUE,
    token TEXT NOT NULL CONSTRAINT orders_token UNIQUE,
    name TEXT NOT NULL,
    lines TEXT NOT NULL,
    total_krw INTEGER NOT NULL CHECK (total_krw >= 0),
    tax_free_krw INTEGER NOT NULL CHECK (tax_free_krw BETWEEN 0 AND total_krw),
    customer_name TEXT NOT NULL,
    customer_phone TEXT NOT NULL,
    customer_email TEXT NOT NULL,
    money_state TEXT NOT NULL CHECK (money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit', 'paid', 'partially_refunded', 'refunded', 'cancelled', 'failed', 'expired')),
    fulfilment_state TEXT NOT NULL CHECK (fulfilment_state IN ('none', 'shipping', 'completed')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    looked_at INTEGER NOT NULL,
    invoice_key TEXT NOT NULL,
    invoice_id TEXT,
    invoice_url TEXT
) STRICT;

-- Append-only: nothing updates or deletes a row.
CREATE TABLE order_events (
    order_id TEXT NOT NULL REFERENCES orders (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (order_id, seq)
) STRICT;

-- One provider order can name several receipts, one after the other; a receipt is booked once.
CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    provider TEXT NOT NULL,
    provider_order_id TEXT NOT NULL,
    provider_order_number TEXT,
    receipt_id TEXT NOT NULL,
    captured_krw INTEGER,
    captured_tax_free_krw INTEGER,
    disposition TEXT NOT NULL CHECK (disposition IN ('counted', 'returning', 'returned', 'in_review')),
    method TEXT,
    receipt_url TEXT,
    paid_at INTEGER,
    created_at INTEGER NOT NULL,
    CONSTRAINT payments_receipt UNIQUE (provider, receipt_id)
) STRICT;

-- The payments of one order, for its page.
CREATE INDEX payments_order ON payments (order_id);

CREATE TABLE refunds (
    id TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES payments (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    cancel_id TEXT NOT NULL CONSTRAINT refunds_cancel_id UNIQUE,
    receipt_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'sent', 'done', 'refused')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The refunds of one order that are still on their way.
CREATE INDEX refunds_order ON refunds (order_id);

CREATE TABLE review_items (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    payment_id TEXT NOT NULL REFERENCES payments (id),
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    resolved_at INTEGER
) STRICT;

-- What waits for a person on one order.
CREATE INDEX review_items_order ON review_items (order_id);

-- One form, one order: the answer to a key is the order that it made.
CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    created_at INTEGER NOT NULL
) STRICT;
