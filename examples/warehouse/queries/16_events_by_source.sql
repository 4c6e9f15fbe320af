-- weight: 2
-- The funnel: events of each type and source, and when the latest came.
select source, event_type, count(*) as events, max(received_at) as latest
from bronze.events
group by source, event_type
order by source, events desc;
