-- weight: 2
-- A product is recalled: which customers of a country were sent it since a given day?
-- vary: 7919 :product; 2025-01-15 :year-:month-:day
select c.customer_id, c.email, c.full_name
from silver.customers c
where c.country = 'AT'
  and exists (select from silver.orders o
              join silver.order_lines l on l.order_id = o.order_id
              where o.customer_id = c.customer_id and l.product_id = 7919 and l.shipped_on >= '2025-01-15')
order by c.customer_id;
