-- weight: 1
-- How much of each category was ever sold, and how much came back?
select p.category, count(*) as lines, count(l.returned_on) as returned
from silver.order_lines l
join silver.products p on p.product_id = l.product_id
group by p.category
order by returned desc;
