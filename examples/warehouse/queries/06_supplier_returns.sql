-- weight: 6
-- The claim to a supplier: what came back damaged in a month?
-- vary: 137 :supplier; 2025-03-01 :year-:month-01; 2025-03-31 :year-:month-28
select p.sku, p.name, count(*) as lines, sum(l.quantity) as units, sum(l.quantity * l.unit_price) as worth
from silver.order_lines l
join silver.products p on p.product_id = l.product_id
where p.supplier_id = 137
  and l.returned_on between '2025-03-01' and '2025-03-31'
  and l.return_reason = 'damaged'
group by p.sku, p.name
order by worth desc;
