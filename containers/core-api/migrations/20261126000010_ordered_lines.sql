-- Up Migration
-- What was ordered with the key, [{productId, quantity, …}]: it leaves the cart whose checkoutId the key is. Written in
-- the statement that accepts the order, so a spent attempt and a full cart cannot part.
ALTER TABLE idempotency_keys ADD COLUMN items jsonb NOT NULL DEFAULT '[]';

-- Down Migration
ALTER TABLE idempotency_keys DROP COLUMN items;
