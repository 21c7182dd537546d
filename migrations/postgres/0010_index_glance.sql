-- What came in, day by day, read from the index alone.
CREATE INDEX IF NOT EXISTS orders_paid ON orders (paid_at, total_krw) WHERE paid_at IS NOT NULL;
-- The newest orders.
CREATE INDEX IF NOT EXISTS orders_created ON orders (created_at, id);
-- Orders that money may still come for: what was made in a time, and what waits or is past its time.
CREATE INDEX IF NOT EXISTS orders_open_created ON orders (money_state, created_at, total_krw)
    WHERE money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit');
CREATE INDEX IF NOT EXISTS orders_open_expiry ON orders (money_state, expires_at)
    WHERE money_state IN ('pending', 'awaiting_confirm', 'awaiting_deposit');
-- What went back, day by day.
CREATE INDEX IF NOT EXISTS refunds_done ON refunds (updated_at, order_id, payment_id, krw, cancelled_before_krw) WHERE state = 'done';
-- Refunds whose end is not known.
CREATE INDEX IF NOT EXISTS refunds_unfinished ON refunds (created_at) WHERE state IN ('requested', 'sent');
-- What waits for a person.
CREATE INDEX IF NOT EXISTS review_items_open ON review_items (created_at) WHERE resolved_at IS NULL;
