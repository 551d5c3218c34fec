-- Up Migration
CREATE TABLE outbox (
    id bigserial PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    source text NOT NULL,
    detail_type text NOT NULL,
    detail jsonb NOT NULL,
    aggregate_id text,
    user_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX outbox_unpublished_idx ON outbox (id) WHERE published_at IS NULL;
-- An accepted order is readable from here until order-processor has written it to DynamoDB.
CREATE INDEX outbox_placed_orders_idx ON outbox (user_id, aggregate_id) WHERE detail_type = 'OrderCreated';

CREATE TABLE stock_outbox (
    id bigserial PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    source text NOT NULL,
    detail_type text NOT NULL,
    detail jsonb NOT NULL,
    aggregate_id text,
    user_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX stock_outbox_unpublished_idx ON stock_outbox (id) WHERE published_at IS NULL;

-- Down Migration
DROP TABLE stock_outbox;
DROP TABLE outbox;
