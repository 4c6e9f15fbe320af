#!/usr/bin/env bash
# SIGKILLs of the client and of its server process, spread evenly over a build of two seconds and more. After each the
# next `apply` must leave no invalid or orphaned index, and a journal that says what the catalog shows.
# KILLS=200 tests/run -R run_kills for the whole proof; the default is a sample.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
kills=${KILLS:-16}
finish  # the database of the shared cluster: servers are killed here
own=$scratch/cluster
eval "$("$root/examples/lib/private-postgres" start "$own" fsync=off maintenance_work_mem=1MB max_parallel_maintenance_workers=0)"
export PGHOST PGPORT PGUSER
trap '"$root/examples/lib/private-postgres" destroy "$own"' EXIT
admin "CREATE DATABASE $PGDATABASE"
sql "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg; CREATE ROLE dwopt_reader LOGIN; GRANT pg_monitor, pg_read_all_data TO dwopt_reader; CREATE ROLE dwopt_owner LOGIN"
admin "ALTER DATABASE $PGDATABASE OWNER TO dwopt_owner"
config
as_owner <<'SQL'
CREATE TABLE big (id int, code text, pad text);
INSERT INTO big SELECT i, md5(i::text) || md5((i + 1)::text), repeat('x', 100) FROM generate_series(1, 900000) i;
ANALYZE;
SQL
admin CHECKPOINT
for i in 1 2 3; do as_owner -c "SELECT pad FROM big WHERE code = 'nothing $i'" >/dev/null; done
code 0 "$dwopt" collect
code 0 "$dwopt" recommend

now_ms() { echo $(($(date +%s%N) / 1000000)); }
start=$(now_ms)
code 0 "$dwopt" apply --all --yes
whole=$(($(now_ms) - start))
code 0 "$dwopt" rollback --last --yes
echo "a whole apply takes $whole ms"
[[ $whole -ge 2000 ]] || echo "note: builds of under 2 s on this machine"

worker="SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'dwopt/apply %' AND application_name NOT LIKE '% watch'"
phase="SELECT coalesce((SELECT phase FROM pg_stat_progress_create_index LIMIT 1), 'no build')"
for ((i = 0; i < kills; ++i)); do
    code 0 "$dwopt" recommend   # what was rolled back is open again only when it is proposed again
    "$dwopt" apply --all --yes >"$scratch/victim.out" 2>"$scratch/victim.err" </dev/null &
    victim=$!
    delay=$((whole * (2 * i + 1) / (2 * kills)))
    sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
    at=$(sql "$phase" || echo unknown)
    if ((i % 2)); then kill -9 $victim 2>/dev/null || true; who=client
    else
        pid=$(sql "$worker" || true)
        [[ -z $pid ]] || kill -9 $pid 2>/dev/null || true
        who=server
    fi
    echo "$who, $at" >>"$scratch/histogram"
    wait $victim 2>/dev/null || true
    for _ in $(seq 100); do psql -X -q -c '' 2>/dev/null && break; sleep 0.1; done
    # The next run recovers first. Every fourth time it is an `apply` that then builds the index after all.
    got=0
    if ((i % 4 == 3)); then verb=(apply --all) left=1; else verb=(rollback --last) left=0; fi
    "$dwopt" "${verb[@]}" --yes >"$scratch/out" 2>"$scratch/err" </dev/null || got=$?
    [[ $got == 0 ]] || { cat "$scratch/err" >&2; fail "kill $i ($who at '$at'): the next run exited $got"; }
    expect "kill $i ($who at '$at'): invalid indexes" "$(sql "SELECT count(*) FROM pg_index WHERE NOT indisvalid")" 0
    expect "kill $i ($who at '$at'): our indexes" "$(sql "SELECT count(*) FROM pg_class WHERE relname LIKE 'dwopt\_%'")" $left
    [[ $left == 0 ]] || code 0 "$dwopt" rollback --last --yes
    code 0 "$dwopt" report -f json --section deployments
    expect "kill $i: the journal has nothing open" "$(json "count(*) FROM json_array_elements(:'j'::json #> '{data,deployments}') d WHERE d ->> 'state' NOT IN ('reverted', 'failed')" "$scratch/out")" 0
done
echo "$kills kills, by victim and phase:"
sort "$scratch/histogram" | uniq -c
