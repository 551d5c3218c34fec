/**
 * The SQL of a group. Every statement is prepared once per connection and takes arrays, so that a group of any size
 * costs the same number of statements.
 *
 * Locks are always taken in this order, which makes groups of any number of instances free of deadlocks:
 * 1. the orders (and receipt references) of the group, as advisory locks in key order: two requests for one order are
 *    decided one after the other even while the order has no row yet;
 * 2. the stock rows, in product id order.
 * Rows of the other tables belong to a locked order or reference and are reached by nobody else.
 */

/** $1 text[]: order ids and receipt references. The clock is read after the last lock was taken. */
export const lockKeys = {
  name: 'lock-keys',
  text: `select count(pg_advisory_xact_lock(key)), (extract(epoch from clock_timestamp()) * 1000)::float8 as now
         from (select distinct hashtextextended(id, 0) as key from unnest($1::text[]) as id order by key) as keys`,
};

/** $1 uuid[]: order ids. An order that was released on request has a row without a product as well. */
export const readOrders = {
  name: 'read-orders',
  text: `select order_id, product_id, quantity, state, (extract(epoch from expires_at) * 1000)::float8 as expires
         from stock_reservations where order_id = any($1::uuid[])
         union all
         select order_id, null, null, null, null from stock_releases where order_id = any($1::uuid[])
         order by order_id, product_id`,
};

/** $1 text[]: references. */
export const readReceipts = {
  name: 'read-receipts',
  text: 'select reference, product_id, quantity from stock_receipts where reference = any($1::text[])',
};

/** $1 uuid[]: products that may be received for the first time. */
export const createLevels = {
  name: 'create-levels',
  text: `insert into stock (product_id, quantity, reserved)
         select id, 0, 0 from products where id = any($1::uuid[]) and deleted_at is null order by id
         on conflict (product_id) do nothing`,
};

/** $1 uuid[]: products that may no longer be sold, and so not be received. */
export const readDeletedProducts = {
  name: 'read-deleted-products',
  text: 'select id from products where id = any($1::uuid[]) and deleted_at is not null',
};

/** $1 uuid[]: product ids named by requests, $2 uuid[]: orders whose reserved products are locked as well. */
export const lockLevels = {
  name: 'lock-levels',
  text: `select s.product_id, s.quantity, s.reserved
         from (select unnest($1::uuid[]) as product_id
               union select product_id from stock_reservations where order_id = any($2::uuid[])) as wanted
         join stock as s using (product_id)
         order by s.product_id for update of s`,
};

/**
 * Everything a group changes but its events.
 * - $1 uuid[], $2 int[], $3 int[]: products and what is added to quantity and reserved;
 * - $4 uuid[], $5 uuid[], $6 int[], $7 text[], $8 float8[]: new reservations, expiry in milliseconds;
 * - $9 uuid[], $10 text[]: orders and their new state;
 * - $11 uuid[]: orders released on request;
 * - $12 text[], $13 uuid[], $14 int[]: receipts.
 * Answers the new availabilities and when they came to be, in microseconds, which orders the changes of a product.
 */
export const writeGroup = {
  name: 'write-group',
  text: `with inserted as (
           insert into stock_reservations (order_id, product_id, quantity, state, expires_at)
           select order_id, product_id, quantity, state, to_timestamp(expires / 1000)
           from unnest($4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::float8[])
             as r (order_id, product_id, quantity, state, expires)),
         updated as (
           update stock_reservations as r set state = c.state, updated_at = now()
           from unnest($9::uuid[], $10::text[]) as c (order_id, state) where r.order_id = c.order_id),
         released as (insert into stock_releases (order_id) select unnest($11::uuid[])),
         received as (
           insert into stock_receipts (reference, product_id, quantity)
           select * from unnest($12::text[], $13::uuid[], $14::int[]))
         update stock as s
         set quantity = s.quantity + c.quantity, reserved = s.reserved + c.reserved, updated_at = now()
         from unnest($1::uuid[], $2::int[], $3::int[]) as c (product_id, quantity, reserved)
         where s.product_id = c.product_id
         returning s.product_id, s.quantity - s.reserved as available,
                   (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as version`,
};
