-- Where an order came from, and what staff need to find and judge it by.
ALTER TABLE orders ADD COLUMN kind TEXT NOT NULL DEFAULT 'plan' CHECK (kind IN ('plan', 'link'));
ALTER TABLE orders ADD COLUMN link_id TEXT;
ALTER TABLE orders ADD COLUMN original_krw INTEGER;
ALTER TABLE orders ADD COLUMN promotion_code TEXT;
ALTER TABLE orders ADD COLUMN note TEXT NOT NULL DEFAULT '';
-- Of the payment that counted, and what of it has gone back.
ALTER TABLE orders ADD COLUMN method TEXT;
ALTER TABLE orders ADD COLUMN paid_at INTEGER;
ALTER TABLE orders ADD COLUMN refunded_krw INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN refunded_tax_free_krw INTEGER NOT NULL DEFAULT 0;

UPDATE orders SET
    method = (SELECT p.method FROM payments p WHERE p.order_id = orders.id AND p.disposition = 'counted'),
    paid_at = (SELECT COALESCE(p.paid_at, p.created_at) FROM payments p WHERE p.order_id = orders.id AND p.disposition = 'counted');

-- Who of the staff did it, and how much money it is about.
ALTER TABLE order_events ADD COLUMN staff_name TEXT;
ALTER TABLE order_events ADD COLUMN krw INTEGER;

-- NULL: everything that is left on the receipt.
ALTER TABLE refunds ADD COLUMN krw INTEGER;
ALTER TABLE refunds ADD COLUMN tax_free_krw INTEGER;
-- What of the receipt had gone back before this refund was sent: a later reading tells by it whether it was carried out.
ALTER TABLE refunds ADD COLUMN cancelled_before_krw INTEGER;
ALTER TABLE refunds ADD COLUMN ordered_by TEXT;

ALTER TABLE review_items ADD COLUMN decision TEXT;
ALTER TABLE review_items ADD COLUMN decided_by TEXT;
