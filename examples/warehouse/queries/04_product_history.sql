-- weight: 10
-- How did this product sell, month by month and channel by channel?
-- vary: 7919 :product
select date_trunc('month', o.ordered_at) as month, o.channel, sum(l.quantity) as units,
       sum(l.quantity * l.unit_price * (1 - l.discount)) as revenue
from silver.order_lines l
join silver.orders o on o.order_id = l.order_id
where l.product_id = 7919 and o.status <> 'cancelled'
group by 1, 2
order by 1, 2;
