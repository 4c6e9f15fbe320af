-- weight: 3
-- Business customers who registered in a month and never ordered: whom should sales call?
-- vary: 2025-02-01 :year-:month-01; 2025-02-28 :year-:month-28
select c.customer_id, c.full_name, c.company, c.email
from silver.customers c
where c.segment = 'business'
  and c.registered_on between '2025-02-01' and '2025-02-28'
  and not exists (select from silver.orders o where o.customer_id = c.customer_id)
order by c.registered_on;
