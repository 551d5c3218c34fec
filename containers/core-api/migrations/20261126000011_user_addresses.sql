-- Up Migration
CREATE TABLE user_addresses (
    -- of the client's making
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    postal_code text NOT NULL,
    prefecture text NOT NULL,
    city text NOT NULL,
    line1 text NOT NULL,
    line2 text,
    phone text NOT NULL,
    -- changed or used for an order
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_addresses_newest_idx ON user_addresses (user_id, updated_at DESC);

-- Down Migration
DROP TABLE user_addresses;
