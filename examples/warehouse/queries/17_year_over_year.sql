-- weight: 6
-- Each category's revenue by month, beside the year before.
select category, month, revenue, lag(revenue, 12) over (partition by category order by month) as year_before
from (select category, date_trunc('month', day) as month, sum(revenue) as revenue
      from gold.daily_sales
      group by 1, 2) monthly
order by category, month;
