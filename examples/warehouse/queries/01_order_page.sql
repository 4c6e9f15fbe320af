-- weight: 30
-- Customer service opens an order: what is in it?
-- vary: 512345 :order
select l.order_line_id, p.sku, p.name, l.quantity, l.unit_price, l.discount, l.shipped_on, l.returned_on
from silver.order_lines l
join silver.products p on p.product_id = l.product_id
where l.order_id = 512345
order by l.order_line_id;
