-- Of one order, and of what fits none, only the newest deliveries are kept.
CREATE INDEX deliveries_order ON deliveries (order_id, received_at, id) WHERE order_id IS NOT NULL;
CREATE INDEX deliveries_stray ON deliveries (received_at, id) WHERE state = 'stray';
