-- weight: 6
-- Payments that failed on phones in a week, by reason, where the customer did not order after all.
-- vary: 2025-04-07 :year-:month-:day; 2025-04-14 :year-:month-:next_week
select e.payload->>'reason' as reason, count(*) as lost, sum((e.payload->>'amount')::numeric) as amount
from bronze.events e
where e.event_type = 'payment_failed'
  and e.received_at >= '2025-04-07' and e.received_at < '2025-04-14'
  and e.payload->>'device' = 'mobile'
  and not exists (select from silver.orders o
                  where o.customer_id = (e.payload->>'customer')::integer and o.ordered_at >= e.received_at)
group by 1
order by lost desc;
