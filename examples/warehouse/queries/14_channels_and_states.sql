-- weight: 1
-- All orders by channel and status, and the latest of each.
select channel, status, count(*) as orders, count(coupon) as coupons, max(ordered_at) as latest
from silver.orders
group by channel, status
order by channel, status;
