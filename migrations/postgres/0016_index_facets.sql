-- Orders of one state that were paid in one way: few of many, or none, and found without going along all of the state.
CREATE INDEX orders_facets ON orders ((CASE WHEN money_state IN ('paid', 'partially_refunded') AND fulfilment_state <> 'none' THEN fulfilment_state ELSE money_state END), method, kind, seq, total_krw);
