-- The provider's order numbers that hints have named, until the provider was asked about them. One place in the watch was
-- too few: of two payments of one order each hint pushed the other one's number aside.
CREATE TABLE watch_numbers (
    order_id TEXT NOT NULL REFERENCES orders (id),
    number TEXT NOT NULL,
    PRIMARY KEY (order_id, number)
);

INSERT INTO watch_numbers (order_id, number) SELECT order_id, number FROM watches WHERE number IS NOT NULL;
ALTER TABLE watches DROP COLUMN number;
