#!/usr/bin/env bash
# What the production server gets to see: the log of every statement, over all verbs that read.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sql "CREATE TABLE t (id int PRIMARY KEY, a int, b text, at date); CREATE INDEX t_at ON t (at); CREATE INDEX t_lower ON t (lower(b))
  ; CREATE STATISTICS t_ab ON a, b FROM t; INSERT INTO t SELECT g, g % 500, 'a secret ' || g % 50, '2024-01-01'::date + g % 300 FROM generate_series(1, 60000) g; ANALYZE"
for i in $(seq 12); do sql "SELECT count(*) FROM t WHERE a = $i; SELECT * FROM t WHERE b = 'a secret $i' AND at > '2024-05-05'" >/dev/null; done
admin "ALTER DATABASE $PGDATABASE SET log_statement = 'all'"
log=$(dirname "$(admin 'SHOW data_directory')")/server.log
[[ -r $log ]] || { echo "the server's log $log cannot be read"; exit 77; }
from=$(stat -c %s "$log")
scans() { PGOPTIONS="-c log_statement=none" sql "SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE relname = 't' AND indexrelname <> 't_pkey'"; }
before=$(scans)

# seen FILE: the statements since the last look, one a line.
seen() {
    sleep 0.3
    tail -c "+$((from + 1))" "$log" | sed 's/^\t/ /' | awk '/ (LOG|DETAIL|ERROR|WARNING|STATEMENT|FATAL): /{printf "\n"} {printf "%s ", $0}' |
        grep -aE ' LOG:  (statement|execute [^:]*): ' | sed -E 's/^.* LOG:  (statement|execute [^:]*): +//' >"$1"
    from=$(stat -c %s "$log")
}

for verb in doctor collect analyze recommend "twin build" collect report; do
    # shellcheck disable=SC2086
    code 0 "$dwopt" $verb
done
seen "$scratch/reading"
[[ $(wc -l <"$scratch/reading") -gt 30 ]] || fail "the log holds hardly a statement: $(cat "$scratch/reading")"
ours='^(/\* dwopt \*/ *(select|with|explain \(format json\) \(?select 1|begin *$|rollback)|select pg_catalog\.set_config|set |begin|rollback|commit)'
grep -avEi "$ours" "$scratch/reading" >"$scratch/foreign" && fail "statements that are none of the questions: $(head -5 "$scratch/foreign")"
grep -aEi 'secret' "$scratch/reading" && fail "a value was sent"
expect "uses of indexes that nobody but us made" "$(scans)" "$before"

code 0 "$dwopt" twin check
seen "$scratch/checking"
grep -avEi "$ours|^explain |^prepare |^deallocate|^discard plans" "$scratch/checking" >"$scratch/foreign" && fail "twin check sent: $(head -5 "$scratch/foreign")"
grep -aqEi '^(explain|prepare)' "$scratch/checking" || fail "twin check explained nothing: $(cat "$scratch/checking")"
finish
