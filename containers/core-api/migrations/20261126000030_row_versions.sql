-- Up Migration
-- What search, Redis and caches go forwards by: a change has a higher version than every change of its row before it.
ALTER TABLE products ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE stock ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE FUNCTION next_row_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;

-- For every statement that does not count itself (stock-service does: one group may move a row several times).
CREATE TRIGGER products_version BEFORE UPDATE ON products
FOR EACH ROW WHEN (NEW.version = OLD.version) EXECUTE FUNCTION next_row_version();
CREATE TRIGGER stock_version BEFORE UPDATE ON stock
FOR EACH ROW WHEN (NEW.version = OLD.version) EXECUTE FUNCTION next_row_version();

-- Down Migration
DROP TRIGGER stock_version ON stock;
DROP TRIGGER products_version ON products;
DROP FUNCTION next_row_version;
ALTER TABLE stock DROP COLUMN version;
ALTER TABLE products DROP COLUMN version;
