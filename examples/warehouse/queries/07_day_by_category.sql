-- weight: 8
-- Revenue of a day by category and channel: the board's morning mail.
-- vary: 2025-06-10 :year-:month-:day; 2025-06-11 :year-:month-:next_day
select p.category, o.channel, count(*) as lines, sum(l.quantity * l.unit_price * (1 - l.discount)) as revenue
from silver.orders o
join silver.order_lines l on l.order_id = o.order_id
join silver.products p on p.product_id = l.product_id
where o.ordered_at >= '2025-06-10' and o.ordered_at < '2025-06-11'
  and o.status <> 'cancelled'
group by p.category, o.channel
order by revenue desc;
