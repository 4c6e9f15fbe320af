#!/usr/bin/env bash
# 200 tables whose names, columns and schemas are as hostile as PostgreSQL allows go through the whole loop and back.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
config 'max_indexes = 1000
max_patterns = 1000'

as_owner <<'SQL'
DO $$
DECLARE
  seeds text[] := ARRAY['say "hi"', E'two\nlines', E'tab\there', 'semi;colon', 'select', 'MixedCase', 'naïve café', '日本語の表', '😀 emoji', 'back\slash',
    '$1', '%s %n {} {0}', '<b>html</b> & "more"', '--comment', '/* c */', ' leading', 'trailing ', '''quoted''', '1starts_with_digit', 'a.b.c',
    'Ünïcödé', repeat('x', 63), repeat('é', 31) || 'x', E'\x01control', 'user', '[1]', 'pg_fake', '"', E'cr\rlf', '..'];
  s text; t text; c text; i int;
BEGIN
  FOR i IN 1..200 LOOP
    s := CASE WHEN i % 4 = 0 THEN 'public' ELSE left(seeds[1 + i % 30], 40) || ' s' || i % 10 END;
    IF s LIKE 'pg\_%' THEN s := 'x' || s; END IF;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', s);
    t := CASE WHEN i <= 30 THEN seeds[i] ELSE left(seeds[1 + i % 30], 20) || ' ' || i END;
    c := seeds[1 + (i * 7) % 30];
    EXECUTE format('CREATE TABLE %I.%I (id int, %I int, pad text)', s, t, c);
    EXECUTE format('INSERT INTO %I.%I SELECT g, g %% 997, repeat(''p'', 40) FROM generate_series(1, 3000) g', s, t);
    FOR j IN 1..3 LOOP EXECUTE format('SELECT count(pad) FROM %I.%I WHERE %I = %s', s, t, c, j); END LOOP;
  END LOOP;
END $$;
ANALYZE;
SQL
# A DO block's inner statements are nested; track them as a client would send them.
as_owner -c "SELECT format('SELECT count(pad) FROM %I.%I WHERE %I = 5', n.nspname, c.relname, a.attname) || ';' FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON attrelid = c.oid AND attnum = 2
  WHERE relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')" >"$scratch/queries.sql"
for _ in 1 2 3; do as_owner -f "$scratch/queries.sql" >/dev/null; done
dump >"$scratch/before.sql"

code 0 "$dwopt" collect
code 0 "$dwopt" analyze
code 0 "$dwopt" recommend --max-indexes 1000 -f json
expect "an index for each table" "$(json "count(*) FROM json_array_elements(:'j'::json #> '{data,recommendations}')" "$scratch/out")" 200
code 0 "$dwopt" recommend --max-indexes 1000
code 0 "$dwopt" apply --all --yes
expect "200 valid indexes" "$(sql "SELECT count(*) FROM pg_class JOIN pg_index ON indexrelid = oid WHERE relname LIKE 'dwopt\_%' AND indisvalid")" 200
code 0 "$dwopt" report -f html -o "$scratch/report.html"
grep -q '<b>html</b>' "$scratch/report.html" && fail "a name was not escaped in the HTML report"
code 0 "$dwopt" rollback --last --yes
dump | cmp - "$scratch/before.sql" || fail "rollback did not restore the schema"
finish
