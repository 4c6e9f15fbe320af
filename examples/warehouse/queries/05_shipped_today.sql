-- weight: 8
-- How many parcels and pieces left each depot on a day?
-- vary: 2025-05-14 :year-:month-:day
select depot, count(distinct order_id) as parcels, sum(quantity) as pieces
from silver.order_lines
where shipped_on = '2025-05-14'
group by depot
order by depot;
