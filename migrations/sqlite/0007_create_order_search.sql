-- The order of orders, newest last, one number each: the millisecond of its making times 1024 and a free place in
-- that millisecond. Lists go by it, a span of days is a span of it, and every filter has an index that ends in it.
ALTER TABLE orders ADD COLUMN seq INTEGER;

UPDATE orders SET seq = placed.place FROM (
    SELECT id AS placed_id, created_at * 1024 + row_number() OVER (PARTITION BY created_at ORDER BY id) - 1 AS place FROM orders
) AS placed WHERE placed.placed_id = orders.id;

CREATE UNIQUE INDEX orders_seq ON orders (seq);
-- The state as a person reads it.
CREATE INDEX orders_state ON orders ((CASE WHEN money_state IN ('paid', 'partially_refunded') AND fulfilment_state <> 'none' THEN fulfilment_state ELSE money_state END), seq);
CREATE INDEX orders_kind ON orders (kind, seq);
CREATE INDEX orders_method ON orders (method, seq);
CREATE INDEX orders_total ON orders (total_krw, seq);

-- What orders are found by, in the one form that needles have too. Hits are verified against it.
CREATE TABLE order_search (
    seq INTEGER PRIMARY KEY REFERENCES orders (seq),
    text TEXT NOT NULL
) STRICT;

-- The grams of each text, keyed by the same number; on PostgreSQL a column with a GIN index.
CREATE VIRTUAL TABLE order_search_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
