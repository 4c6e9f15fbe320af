-- weight: 1
-- Do coupons make larger orders?
select coupon, count(*) as orders, avg(total) as average
from silver.orders
where not is_deleted
group by coupon
order by average desc;
