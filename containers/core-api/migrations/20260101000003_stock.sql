-- Up Migration
CREATE TABLE stock (
    product_id uuid PRIMARY KEY REFERENCES products (id),
    quantity integer NOT NULL DEFAULT 0 CHECK (quantity >= 0),
    reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stock_reserved_within_quantity CHECK (reserved <= quantity)
) -- Hot rows: room on the page keeps updates heap-only.
WITH (fillfactor = 50);

-- No foreign key to products: it would lock the product row for each reservation of a sale.
CREATE TABLE stock_reservations (
    order_id uuid NOT NULL,
    product_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'committed', 'released')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, product_id)
);
CREATE INDEX stock_reservations_expiry_idx ON stock_reservations (expires_at) WHERE state = 'held';

-- Tombstones: an order that was released can never reserve afterwards.
CREATE TABLE stock_releases (
    order_id uuid PRIMARY KEY,
    released_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stock_receipts (
    reference text PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products (id),
    quantity integer NOT NULL CHECK (quantity >= 0),
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stock_receipts_product_idx ON stock_receipts (product_id, received_at);

-- Down Migration
DROP TABLE stock_receipts;
DROP TABLE stock_releases;
DROP TABLE stock_reservations;
DROP TABLE stock;
