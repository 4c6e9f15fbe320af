-- What keeps writing while people ask, as a pgbench script: an event, a message of a partner, a new order with two lines,
-- and an older order that moves on.
\set product random(1, 20000)
\set other random(1, 20000)
\set customer random(1, 120000)
\set order random(1, 900000)
\set message random(1, 150000)
insert into bronze.events (source, event_type, session_id, payload)
values ('web', 'page_view', md5(:customer::text), jsonb_build_object('customer', :customer, 'product', :product, 'device', 'mobile'));
insert into bronze.order_feed (partner, body)
values ('partner-1', jsonb_build_object('reference', md5(:order::text), 'lines', 2));
update bronze.order_feed set state = 'merged' where message_id = :message;
with new_order as (
    insert into silver.orders (customer_id, ordered_at, status, channel, total, shipping_cost, updated_at)
    values (:customer, now(), 'pending', 'web', 49.80, 4.90, now())
    returning order_id
)
insert into silver.order_lines (order_id, product_id, quantity, unit_price, depot)
select order_id, product_id, 1, 24.90, 'Hamburg' from new_order, (values (:product), (:other)) lines (product_id);
update silver.orders set status = 'delivered', updated_at = now() where order_id = :order;
