-- A refund may also stand open because nobody can tell how it ended, or because the customer's account is needed once
-- more. SQLite can't change a CHECK, so the table is made anew; nothing refers to it.
CREATE TABLE refunds_new (
    id TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES payments (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    cancel_id TEXT NOT NULL CONSTRAINT refunds_cancel_id UNIQUE,
    receipt_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'sent', 'unknown', 'needs_account', 'done', 'refused')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- NULL: everything that is left on the receipt.
    krw INTEGER,
    tax_free_krw INTEGER,
    -- What of the receipt had gone back before this refund was sent, and the tax-free part of that.
    cancelled_before_krw INTEGER,
    cancelled_before_tax_free_krw INTEGER,
    ordered_by TEXT,
    -- What the provider said when it refused.
    refusal TEXT,
    route TEXT NOT NULL DEFAULT 'pg' CHECK (route IN ('pg', 'pg_account', 'commerce')),
    -- When it was last sent; NULL until it is.
    sent_at INTEGER
) STRICT;

INSERT INTO refunds_new (id, payment_id, order_id, cancel_id, receipt_id, reason, state, created_at, updated_at, krw,
        tax_free_krw, cancelled_before_krw, ordered_by, refusal, sent_at)
    SELECT id, payment_id, order_id, cancel_id, receipt_id, reason, state, created_at, updated_at, krw, tax_free_krw,
        cancelled_before_krw, ordered_by, refusal, CASE WHEN state = 'requested' THEN NULL ELSE updated_at END
    FROM refunds;

DROP TABLE refunds;
ALTER TABLE refunds_new RENAME TO refunds;

-- As 0002 and 0010 made them, except that the last one knows the new states.
CREATE INDEX refunds_order ON refunds (order_id);
CREATE INDEX refunds_done ON refunds (updated_at, order_id, payment_id, krw, cancelled_before_krw) WHERE state = 'done';
CREATE INDEX refunds_unfinished ON refunds (created_at) WHERE state IN ('requested', 'sent', 'unknown', 'needs_account');

-- The provider's symbol of the method: card, vbank. Never an account.
ALTER TABLE payments ADD COLUMN method_symbol TEXT;
UPDATE payments SET method_symbol = 'vbank' WHERE method = '가상계좌';

-- Approvals of payments that wait for one: stored before the first byte leaves, each with its key.
CREATE TABLE approvals (
    receipt_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    call_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it was last sent.
    sent_at INTEGER NOT NULL
) STRICT;

-- The approvals of one order.
CREATE INDEX approvals_order ON approvals (order_id);
