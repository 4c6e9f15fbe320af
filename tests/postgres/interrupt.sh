#!/usr/bin/env bash
# Two runs at once, Ctrl-C in the middle, and a leftover that a reader protects.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
as_owner <<'SQL'
CREATE TABLE big (id int, code text, pad text);
INSERT INTO big SELECT i, md5(i::text), repeat('x', 30) FROM generate_series(1, 600000) i;
ANALYZE;
SQL
for i in 1 2 3; do as_owner -c "SELECT pad FROM big WHERE code = 'nothing $i'" >/dev/null; done
code 0 "$dwopt" collect
code 0 "$dwopt" recommend
grep -q 'dwopt_big_code' "$scratch/out" || fail "no index on code is proposed"

invalid() { sql "SELECT count(*) FROM pg_index WHERE NOT indisvalid"; }
ours() { sql "SELECT count(*) FROM pg_class WHERE relname LIKE 'dwopt\_%'"; }
build_running() { sql "SELECT count(*) FROM pg_stat_progress_create_index WHERE phase ~ '$1' AND datname = current_database()"; }
await() { for _ in $(seq 200); do [[ $(eval "$1") == "$2" ]] && return; sleep 0.02; done; fail "'$1' never became '$2'"; }

# An old reader makes the build wait at its end: time enough to look at it.
as_owner -c "BEGIN ISOLATION LEVEL REPEATABLE READ" -c "SELECT count(*) FROM big" -c "SELECT pg_sleep(12)" -c "COMMIT" >/dev/null &
reader=$!
sleep 0.5
"$dwopt" apply --all --yes >"$scratch/first.out" 2>"$scratch/first.err" </dev/null &
first=$!
await "build_running ." 1
code 4 "$dwopt" apply --all --yes
code 0 "$dwopt" collect                       # reading goes on beside a deployment
await "build_running waiting" 1

start=$(date +%s%N)
kill -INT $first
got=0; wait $first || got=$?
took=$((($(date +%s%N) - start) / 1000000))
expect "an interrupt exits 130" "$got" 130
[[ $took -lt 5000 ]] || fail "the interrupt took $took ms"
if [[ $(invalid) != 0 ]]; then
    grep -q 'dwopt_big_code' "$scratch/first.err" || fail "the leftover is not named: $(cat "$scratch/first.err")"
    "$dwopt" report -f json --section deployments | grep -q needs_attention || fail "report does not show needs_attention"
fi
wait $reader
code 0 "$dwopt" apply --all --yes
expect "nothing invalid" "$(invalid)" 0
expect "one index of ours" "$(ours)" 1

# SIGTERM with nobody in the way: all is cleaned up at once.
code 0 "$dwopt" rollback --last --yes
expect "none of ours" "$(ours)" 0
code 0 "$dwopt" apply --all --yes             # what was taken back is not applied again unasked
expect "none of ours" "$(ours)" 0
code 0 "$dwopt" recommend
"$dwopt" apply --all --yes >"$scratch/first.out" 2>"$scratch/first.err" </dev/null &
first=$!
await "build_running ." 1
kill -TERM $first
got=0; wait $first || got=$?
expect "a termination exits 143" "$got" 143
expect "nothing left" "$(ours)" 0
finish
