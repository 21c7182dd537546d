-- Buyers' requests to cancel whose approval was sent, until it is known what came of it.
CREATE TABLE approved_cancels (
    -- The provider's id of the request.
    request_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    -- The provider's number of the order that it is about.
    provider_order_number TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

CREATE INDEX approved_cancels_order ON approved_cancels (order_id);
