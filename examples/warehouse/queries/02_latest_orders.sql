-- weight: 30
-- The latest ten orders of a customer, for the account page.
-- vary: 48211 :customer
select o.order_id, o.ordered_at, o.status, o.total, count(*) as lines, count(l.shipped_on) as shipped, count(l.returned_on) as returned
from silver.orders o
join silver.order_lines l on l.order_id = o.order_id
where o.customer_id = 48211 and not o.is_deleted
group by o.order_id, o.ordered_at, o.status, o.total
order by o.ordered_at desc
limit 10;
