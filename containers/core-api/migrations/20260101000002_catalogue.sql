-- Up Migration
CREATE TABLE products (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(255) NOT NULL,
    name_en varchar(255) NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    description_en text NOT NULL DEFAULT '',
    price decimal(10, 2) NOT NULL CHECK (price >= 0),
    currency char(3) NOT NULL DEFAULT 'JPY',
    category varchar(100) NOT NULL,
    image_url varchar(500),
    popularity integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- Kept for past orders and the audit log; everything a shopper sees filters on it.
    deleted_at timestamptz
);
-- One index per sort of the list, with and without a category; id makes the order total, so pages never overlap.
CREATE INDEX products_newest_idx ON products (created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX products_price_idx ON products (price, id) WHERE deleted_at IS NULL;
CREATE INDEX products_popular_idx ON products (popularity DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX products_category_newest_idx ON products (category, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX products_category_price_idx ON products (category, price, id) WHERE deleted_at IS NULL;
CREATE INDEX products_category_popular_idx ON products (category, popularity DESC, id) WHERE deleted_at IS NULL;

-- Down Migration
DROP TABLE products;
