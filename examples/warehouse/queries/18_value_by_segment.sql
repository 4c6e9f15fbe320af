-- weight: 3
-- What is a customer worth, by segment?
select c.segment, count(*) as customers, avg(v.revenue) as worth, avg(v.orders) as orders
from gold.customer_value v
join silver.customers c on c.customer_id = v.customer_id
group by c.segment
order by worth desc;
