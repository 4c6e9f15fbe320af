-- weight: 10
-- Orders that wait too long: pending, oldest first, with what they still wait for.
-- vary: 2025-11-20 :year-:month-:day
select o.order_id, o.ordered_at, o.total, count(*) as open_lines
from silver.orders o
join silver.order_lines l on l.order_id = o.order_id
where o.status = 'pending' and o.ordered_at < '2025-11-20'
group by o.order_id, o.ordered_at, o.total
order by o.ordered_at
limit 50;
