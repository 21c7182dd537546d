-- Of one order only the newest deliveries are kept.
CREATE INDEX deliveries_order ON deliveries (order_id, received_at, id) WHERE order_id IS NOT NULL;
