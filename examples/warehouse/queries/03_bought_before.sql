-- weight: 12
-- What has this customer bought before, by category, and how much of it came back?
-- vary: 48211 :customer
select p.category, count(*) as lines, sum(l.quantity) as units, count(l.returned_on) as returned,
       sum(l.quantity * l.unit_price * (1 - l.discount)) as revenue
from silver.orders o
join silver.order_lines l on l.order_id = o.order_id
join silver.products p on p.product_id = l.product_id
where o.customer_id = 48211 and o.status <> 'cancelled'
group by p.category
order by revenue desc;
