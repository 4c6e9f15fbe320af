-- Fills the warehouse: three years, 2023 to 2025. Every value is a hash of its row number, so each run on each
-- machine loads the same rows. Then the keys, the indexes that "somebody" left, and fresh statistics.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set timezone = 'UTC';
set synchronous_commit = off;
set maintenance_work_mem = '256MB';
set work_mem = '128MB';
\set customers 120000
\set products 20000
\set orders 900000
\set events 500000
\set messages 150000

-- A number in [0, 1) that depends on a row and a salt alone.
create function pg_temp.u(id bigint, salt int) returns float8 immutable parallel safe language sql
    return (hashint8extended(id, salt) & 4294967295)::float8 / 4294967296;

-- The one of some values that a number in [0, 1) points at.
create function pg_temp.pick(u float8, variadic list text[]) returns text immutable parallel safe language sql
    return list[1 + floor(u * cardinality(list))::int];

insert into silver.suppliers
select i, 'Supplier ' || i, pg_temp.pick(pg_temp.u(i, 1), 'DE', 'DE', 'CN', 'CN', 'CN', 'PL', 'IT', 'FR', 'VN')
from generate_series(1, 400) i;

insert into silver.products
select i, 'SKU-' || lpad(i::text, 6, '0'), pg_temp.pick(pg_temp.u(i, 2), 'Basic', 'Classic', 'Pro', 'Eco') || ' item ' || i,
       pg_temp.pick(pg_temp.u(i, 3) ^ 1.5, 'shoes', 'shirts', 'trousers', 'jackets', 'sports', 'garden', 'kitchen', 'toys',
                    'books', 'light', 'tools', 'travel'),
       1 + floor(400 * pg_temp.u(i, 4) ^ 2), round((3 + 300 * pg_temp.u(i, 5) ^ 4)::numeric, 2),
       case when pg_temp.u(i, 6) < 0.1 then date '2023-06-01' + floor(900 * pg_temp.u(i, 7))::int end,
       pg_temp.u(i, 8) < 0.01
from generate_series(1, :products) i;

insert into silver.customers
select i, 'c' || i || '@example.' || pg_temp.pick(pg_temp.u(i, 10), 'com', 'org', 'net'), 'Customer ' || i,
       case when pg_temp.u(i, 11) < 0.15 then 'Company ' || floor(5000 * pg_temp.u(i, 12)) end,
       pg_temp.pick(pg_temp.u(i, 13) ^ 2, 'DE', 'FR', 'AT', 'CH', 'NL', 'IT', 'ES', 'PL', 'SE', 'DK'),
       'City ' || floor(800 * pg_temp.u(i, 14) ^ 2),
       pg_temp.pick(pg_temp.u(i, 15), 'private', 'private', 'private', 'private', 'private', 'business', 'reseller'),
       date '2023-01-01' + floor(1096 * (i::float8 / :customers))::int, pg_temp.u(i, 16) < 0.02
from generate_series(1, :customers) i;

-- Orders in the order of time and growing in number; 1 to 5 lines each. A few products and customers dominate: squares
-- and cubes bend the even numbers, and a multiplication modulo the count scatters the popular ones over all ids.
create temp table new_order as
select i as order_id, 1 + floor(:customers * pg_temp.u(i, 20) ^ 2)::bigint * 7919 % :customers as customer_id,
       date '2023-01-01' + floor(1096 * ((i - 1)::float8 / :orders) ^ 0.85)::int as day,
       pg_temp.u(i, 21) as u_time, pg_temp.u(i, 22) as u_status, 1 + floor(5 * pg_temp.u(i, 23) ^ 1.3)::int as lines
from generate_series(1, :orders) i;

insert into silver.order_lines (order_line_id, order_id, product_id, quantity, unit_price, discount, depot, shipped_on,
                                returned_on, return_reason)
select l.id, l.order_id, p.product_id, 1 + floor(6 * pg_temp.u(l.id, 30) ^ 4), p.list_price,
       case when pg_temp.u(l.id, 31) < 0.2 then 0.05 * (1 + floor(4 * pg_temp.u(l.id, 32))::int) else 0 end,
       pg_temp.pick(pg_temp.u(l.order_id, 33) ^ 1.5, 'Hamburg', 'Leipzig', 'Lyon', 'Poznan', 'Milano', 'Graz'),
       case when l.day < date '2025-12-28' and pg_temp.u(l.id, 34) < 0.998
            then l.day + 1 + floor(6 * pg_temp.u(l.id, 35) ^ 3)::int end,
       case when l.returned then l.day + 8 + floor(25 * pg_temp.u(l.id, 36))::int end,
       case when l.returned then pg_temp.pick(pg_temp.u(l.id, 37) ^ 1.5, 'does not fit', 'changed mind', 'damaged', 'late') end
from (
    select o.order_id * 8 + n as id, o.order_id, o.day,
           o.u_status < 0.03 and (n = 1 or pg_temp.u(o.order_id * 8 + n, 38) < 0.5) as returned,
           1 + floor(:products * pg_temp.u(o.order_id * 8 + n, 39) ^ 3)::bigint * 7919 % :products as product_id
    from new_order o, generate_series(1, o.lines) n
) l join silver.products p using (product_id);

insert into silver.orders (order_id, customer_id, ordered_at, status, channel, total, shipping_cost, coupon, updated_at,
                           is_deleted)
select o.order_id, o.customer_id, at, status, pg_temp.pick(pg_temp.u(o.order_id, 24) ^ 1.5, 'web', 'app', 'store'),
       l.total, case when l.total < 50 then 4.90 else 0 end,
       case when pg_temp.u(o.order_id, 25) < 0.08 then 'WELCOME' || floor(20 * pg_temp.u(o.order_id, 26)) end,
       at + interval '1 hour' * (1 + 200 * pg_temp.u(o.order_id, 27)), pg_temp.u(o.order_id, 28) < 0.003
from new_order o
join (select order_id, sum(round(quantity * unit_price * (1 - discount), 2)) as total
      from silver.order_lines group by order_id) l using (order_id)
cross join lateral (select o.day + interval '1 second' * floor(86400 * (0.1 + 0.9 * u_time ^ 0.7)),
    case when o.u_status < 0.03 then 'returned' when o.u_status < 0.05 then 'cancelled'
         when o.day >= date '2025-12-29' then 'pending' when o.day >= date '2025-12-24' then 'shipped'
         when o.u_status > 0.9993 then 'pending' else 'delivered' end) x (at, status)
order by o.order_id;

insert into bronze.events (event_id, received_at, source, event_type, session_id, payload)
select i, date '2023-01-01' + interval '1096 days' * ((i - 1)::float8 / :events), source, event_type,
       md5('session' || floor(i / 9)),
       jsonb_build_object('customer', 1 + floor(:customers * pg_temp.u(i / 9, 42) ^ 2)::bigint * 7919 % :customers,
           'product', 1 + floor(:products * pg_temp.u(i, 43) ^ 3)::bigint * 7919 % :products,
           'device', pg_temp.pick(pg_temp.u(i / 9, 44), 'mobile', 'mobile', 'desktop', 'tablet'),
           'referrer', 'https://www.example.com/campaign/' || floor(900 * pg_temp.u(i / 9, 45) ^ 2))
       || case when event_type = 'payment_failed'
               then jsonb_build_object('reason', pg_temp.pick(pg_temp.u(i, 46) ^ 1.5, 'declined', 'expired', 'timeout', 'fraud'),
                                       'amount', round((300 * pg_temp.u(i, 47) ^ 3)::numeric, 2))
               else '{}' end
from (select i, pg_temp.pick(pg_temp.u(i / 9, 40), 'web', 'web', 'ios', 'android') as source,
             case when u < 0.80 then 'page_view' when u < 0.93 then 'search' when u < 0.98 then 'add_to_cart'
                  when u < 0.995 then 'checkout' else 'payment_failed' end as event_type
      from (select i::bigint, pg_temp.u(i, 41) as u from generate_series(1, :events) i) e) e;

insert into bronze.order_feed (message_id, received_at, partner, state, body, error)
select i, date '2025-07-01' + interval '184 days' * ((i - 1)::float8 / :messages), 'partner-' || floor(40 * pg_temp.u(i, 50) ^ 2),
       case when failed then 'failed' when i > :messages - 300 then 'new' else 'merged' end,
       jsonb_build_object('reference', md5(i::text), 'lines', 1 + floor(5 * pg_temp.u(i, 51)),
                          'buyer', jsonb_build_object('email', 'c' || i || '@example.com', 'zip', 10000 + i % 89999)),
       case when failed then pg_temp.pick(pg_temp.u(i, 52), 'unknown sku', 'no price', 'bad address') end
from (select i, pg_temp.u(i, 53) < 0.004 as failed from generate_series(1, :messages) i) m;

insert into gold.daily_sales
select (o.ordered_at at time zone 'UTC')::date, p.category, o.channel, count(*), sum(l.quantity),
       sum(round(l.quantity * l.unit_price * (1 - l.discount), 2))
from silver.order_lines l join silver.orders o using (order_id) join silver.products p using (product_id)
where o.status <> 'cancelled' and not o.is_deleted
group by 1, 2, 3;

-- The baseline: keys, as every warehouse has them. PostgreSQL makes no index for the referencing side of a foreign key.
alter table bronze.events add primary key (event_id);
alter table bronze.order_feed add primary key (message_id);
alter table silver.suppliers add primary key (supplier_id);
alter table silver.products add primary key (product_id), add unique (sku);
alter table silver.customers add primary key (customer_id), add unique (email);
alter table silver.orders add primary key (order_id);
alter table silver.order_lines add primary key (order_line_id);
alter table gold.daily_sales add primary key (day, category, channel);
alter table silver.products add foreign key (supplier_id) references silver.suppliers;
alter table silver.orders add foreign key (customer_id) references silver.customers;
alter table silver.order_lines add foreign key (order_id) references silver.orders,
                               add foreign key (product_id) references silver.products;

-- What the years left behind: two indexes for the nightly extraction by two people, and one that its neighbour covers.
create index orders_updated_at_idx on silver.orders (updated_at);
create index ix_orders_changed on silver.orders (updated_at);
create index customers_country_idx on silver.customers (country);
create index customers_country_city_idx on silver.customers (country, city);

-- New rows are numbered on from the loaded ones.
select setval(pg_get_serial_sequence('silver.orders', 'order_id'), max(order_id)) from silver.orders \g /dev/null
select setval(pg_get_serial_sequence('silver.order_lines', 'order_line_id'), max(order_line_id)) from silver.order_lines \g /dev/null
select setval(pg_get_serial_sequence('bronze.events', 'event_id'), max(event_id)) from bronze.events \g /dev/null
select setval(pg_get_serial_sequence('bronze.order_feed', 'message_id'), max(message_id)) from bronze.order_feed \g /dev/null

refresh materialized view gold.customer_value;
vacuum (analyze) bronze.events;
vacuum (analyze) bronze.order_feed;
vacuum (analyze) silver.suppliers;
vacuum (analyze) silver.products;
vacuum (analyze) silver.customers;
vacuum (analyze) silver.orders;
vacuum (analyze) silver.order_lines;
vacuum (analyze) gold.daily_sales;
vacuum (analyze) gold.customer_value;
