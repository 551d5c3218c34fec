-- Up Migration
-- What an accepted order needs and its event does not carry. Rows go once order-processor has written the order's record.
CREATE TABLE order_intake (
    order_id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    items jsonb NOT NULL,
    total_amount bigint NOT NULL,
    currency text NOT NULL,
    created_at timestamptz NOT NULL,
    shipping_address jsonb NOT NULL,
    customer jsonb NOT NULL,
    payment_token text NOT NULL
);
CREATE INDEX order_intake_user_idx ON order_intake (user_id, order_id);

-- Orders accepted before are read from here from now on. Those whose record is written leave with the first sweep.
INSERT INTO order_intake
SELECT DISTINCT ON (aggregate_id) aggregate_id::uuid, user_id, detail->'items', (detail->>'totalAmount')::bigint, detail->>'currency',
       (detail->>'timestamp')::timestamptz, detail->'shippingAddress', detail->'customer', detail->'payment'->>'token'
FROM outbox WHERE detail_type = 'OrderCreated' AND detail ? 'customer';

-- Events that were published need not lie about with it until the outbox is swept.
UPDATE outbox SET detail = detail - 'shippingAddress' - 'customer' - 'payment'
WHERE detail_type = 'OrderCreated' AND published_at IS NOT NULL;

DROP INDEX outbox_placed_orders_idx;

-- Down Migration
CREATE INDEX outbox_placed_orders_idx ON outbox (user_id, aggregate_id) WHERE detail_type = 'OrderCreated';
DROP TABLE order_intake;
