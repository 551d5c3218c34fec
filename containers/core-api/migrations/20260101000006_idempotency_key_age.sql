-- Up Migration
-- Keys are written in the order of their age, so a block range index finds the old ones and costs an insert next to nothing.
CREATE INDEX idempotency_keys_age_idx ON idempotency_keys USING brin (created_at);

-- Down Migration
DROP INDEX idempotency_keys_age_idx;
