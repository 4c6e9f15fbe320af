-- weight: 5
-- The three products that left the depots most on each day of a week, with their share of that day.
-- vary: 2025-09-01 :year-:month-:day; 2025-09-07 :year-:month-:next_week
select shipped_on, place, product_id, units, round(100 * units / day_units, 2) as share
from (select shipped_on, product_id, sum(quantity) as units,
             rank() over (partition by shipped_on order by sum(quantity) desc) as place,
             sum(sum(quantity)) over (partition by shipped_on) as day_units
      from silver.order_lines
      where shipped_on between '2025-09-01' and '2025-09-07'
      group by shipped_on, product_id) ranked
where place <= 3
order by shipped_on, place, product_id;
