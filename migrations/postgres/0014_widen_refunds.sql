-- A refund may also stand open because nobody can tell how it ended, or because the customer's account is needed once
-- more.
ALTER TABLE refunds DROP CONSTRAINT refunds_state_check;
ALTER TABLE refunds ADD CONSTRAINT refunds_state_check
    CHECK (state IN ('requested', 'sent', 'unknown', 'needs_account', 'done', 'refused'));
ALTER TABLE refunds ADD COLUMN cancelled_before_tax_free_krw BIGINT;
ALTER TABLE refunds ADD COLUMN route TEXT NOT NULL DEFAULT 'pg' CHECK (route IN ('pg', 'pg_account', 'commerce'));
-- When it was last sent; NULL until it is.
ALTER TABLE refunds ADD COLUMN sent_at BIGINT;
UPDATE refunds SET sent_at = updated_at WHERE state <> 'requested';

-- As 0010 made it, except that it knows the new states.
DROP INDEX refunds_unfinished;
CREATE INDEX refunds_unfinished ON refunds (created_at) WHERE state IN ('requested', 'sent', 'unknown', 'needs_account');

-- The provider's symbol of the method: card, vbank. Never an account.
ALTER TABLE payments ADD COLUMN method_symbol TEXT;
UPDATE payments SET method_symbol = 'vbank' WHERE method = '가상계좌';

-- Approvals of payments that wait for one: stored before the first byte leaves, each with its key.
CREATE TABLE approvals (
    receipt_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    call_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it was last sent.
    sent_at BIGINT NOT NULL
);

-- The approvals of one order.
CREATE INDEX approvals_order ON approvals (order_id);
