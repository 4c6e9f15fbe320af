#!/usr/bin/env bash
# An index that only a standby reads through is in use, once the standby is named; one that nobody reads through is not.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
finish  # the database of the shared cluster: this needs two servers of its own
postgres=$root/examples/lib/private-postgres primary=$scratch/primary copy=$scratch/copy
eval "$("$postgres" start "$copy")"
eval "$("$postgres" start "$primary" fsync=off)"
export PGHOST PGPORT PGUSER
trap '"$dwopt" twin drop -q >/dev/null 2>&1 || true; "$postgres" destroy "$copy"; "$postgres" destroy "$primary"' EXIT
admin "CREATE DATABASE $PGDATABASE"
sql "CREATE EXTENSION pg_stat_statements; CREATE ROLE dwopt_reader LOGIN; GRANT pg_monitor, pg_read_all_data TO dwopt_reader; CREATE ROLE dwopt_owner LOGIN"
admin "ALTER DATABASE $PGDATABASE OWNER TO dwopt_owner"
as_owner <<'SQL'
CREATE TABLE orders (id int, customer int, day int);
INSERT INTO orders SELECT i, i % 20000, i % 700 FROM generate_series(1, 200000) i;
CREATE INDEX by_customer ON orders (customer);
CREATE INDEX by_day ON orders (day);
ANALYZE;
SQL
proposed() { code 0 "$dwopt" recommend --kind index.drop -f json
             json "coalesce(string_agg(r->'index'->>'name', ' ' ORDER BY r->'index'->>'name'), '') FROM json_array_elements(:'j'::json->'data'->'recommendations') r" "$scratch/out"; }
standbys() { config "$(printf '[analyze]\nunused_age = "0s"\n[collect]\nstandbys = [%s]' "$1")"; }
connected() { for _ in $(seq 100); do [[ $(sql "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 1 ]] && break; sleep 0.1; done; }

standbys ''
mkdir "$scratch/archive"
pg_receivewal -D "$scratch/archive" --no-loop 2>/dev/null &
archiver=$!
connected
code 0 "$dwopt" collect
expect "an archiver reads no index" "$(proposed)" "by_customer by_day"
kill "$archiver" && wait "$archiver" || true

"$postgres" stop "$copy"
data=$(cat "$copy/home")/data
pg_basebackup -D "$scratch/base" -R -c fast
chown -R --reference="$data" "$scratch/base"
rm -rf "$data" && mv "$scratch/base" "$data"
there=$(eval "$("$postgres" start "$copy" hot_standby=on)"; echo "$PGHOST")

connected
code 0 "$dwopt" collect
expect "a standby may read" "$(proposed)" ""
standbys "\"host=$there dbname=$PGDATABASE user=dwopt_reader\""
code 0 "$dwopt" collect
expect "nobody reads" "$(proposed)" "by_customer by_day"
PGHOST=$there psql -X -q -o /dev/null -c "SET enable_seqscan = off" -c "SELECT day FROM orders WHERE customer = 7"
scans() { PGHOST=$there psql -X -Atc "SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname = 'by_customer'"; }
for _ in $(seq 100); do [[ $(scans) -gt 0 ]] && break; sleep 0.1; done
code 0 "$dwopt" collect
expect "the standby reads one" "$(proposed)" "by_day"
"$postgres" stop "$copy"
code 0 "$dwopt" collect
grep -q 'standby 1 of collect.standbys could not be read' "$scratch/err" || fail "nothing is said of a standby that is away: $(cat "$scratch/err")"
expect "the standby is away" "$(proposed)" ""
standbys "\"host=$PGHOST dbname=$PGDATABASE user=dwopt_reader\""
code 0 "$dwopt" collect
grep -q 'is no standby of this warehouse' "$scratch/err" || fail "the primary passes for its own standby"
