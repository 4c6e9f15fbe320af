#!/usr/bin/env bash
# What stands behind a view is indexed, also for statements whose role has a search path of its own, and from a bundle.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_owner <<'SQL'
CREATE SCHEMA silver; CREATE SCHEMA gold;
CREATE TABLE silver.orders (id int, customer int, day date, amount numeric);
INSERT INTO silver.orders SELECT i, i % 20000, date '2024-01-01' + i % 700, i FROM generate_series(1, 200000) i;
CREATE VIEW gold.purchases WITH (security_barrier = false) AS SELECT customer AS who, day, amount FROM silver.orders WHERE amount > 0;
CREATE VIEW gold."Spent ""per"" day" AS SELECT who, day, sum(amount) AS spent FROM gold.purchases GROUP BY who, day;
ANALYZE;
SQL
for i in {1..20}; do
    as_owner -c "SET search_path = gold" -c "SELECT spent FROM \"Spent \"\"per\"\" day\" WHERE who = $i AND day > '2024-05-05'" >/dev/null
done
proposed() { json "string_agg(r->'target'->>'schema' || '.' || (r->'target'->>'table') || (r->'index'->>'keys'), ';')
                   FROM json_array_elements(:'j'::json->'data'->'recommendations') r WHERE r->>'kind' = 'index.create'" "$scratch/out"; }
code 0 "$dwopt" collect
code 0 "$dwopt" recommend -f json
[[ $(proposed) == 'silver.orders['*customer* ]] || fail "nothing for the view's table: $(proposed)"
code 0 "$dwopt" recommend --what-if live -f json
[[ $(proposed) == 'silver.orders['*customer* ]] || fail "nothing by hypopg: $(proposed)"
code 0 "$dwopt" collect --export "$scratch/bundle.tar.gz"
code 0 "$dwopt" --workspace "$scratch/second" collect --import "$scratch/bundle.tar.gz"
code 0 "$dwopt" --workspace "$scratch/second" recommend -f json
[[ $(proposed) == 'silver.orders['*customer* ]] || fail "nothing from the bundle: $(proposed)"
"$dwopt" --workspace "$scratch/second" twin drop -q
finish
