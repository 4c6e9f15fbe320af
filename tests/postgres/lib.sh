# What every whole-run test starts with: `. lib.sh` gives a fresh database and workspace under $2, the binary as $dwopt,
# and checks that end the test with the reason. A failing test keeps its workspace; the database too with KEEP=1.
set -euo pipefail
dwopt=$1 scratch=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rm -rf "$scratch"
mkdir -p "$scratch"
export HOME=$scratch XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state NO_COLOR=1
export DWOPT_WORKSPACE=$scratch/workspace
export PGOPTIONS='-c client_min_messages=error'
export PGDATABASE="dwopt_$(basename "$scratch")"
mkdir -p "$DWOPT_WORKSPACE" && chmod 700 "$DWOPT_WORKSPACE"

fail() { echo "FAILED: $*" >&2; exit 1; }
admin() { psql -X -q -v ON_ERROR_STOP=1 -d postgres -Atc "$1"; }
sql() { psql -X -q -v ON_ERROR_STOP=1 -Atc "$1"; }
expect() { [[ $2 == "$3" ]] || fail "$1: expected '$3', got '$2'"; }
# code N command …: the command must exit with N; what it said stands in $scratch/out and err.
code() {
    local want=$1 got=0
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || got=$?
    [[ $got == "$want" ]] || { cat "$scratch/out" "$scratch/err" >&2; fail "'$*' exited $got, not $want"; }
}
# json QUERY FILE: asks PostgreSQL about a JSON file, bound to :j.
json() { { echo "\\set j \`cat '$2'\`"; echo "SELECT $1"; } | psql -X -q -v ON_ERROR_STOP=1 -At; }
# The schema as pg_dump sees it, without the lines that differ at every run.
dump() { pg_dump -s | grep -vE '^\\(un)?restrict'; }

admin "DROP DATABASE IF EXISTS $PGDATABASE WITH (FORCE)"
admin "CREATE DATABASE $PGDATABASE"
sql "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg"
# The two roles of the documentation: one collects, one deploys.
admin "DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dwopt_reader') THEN
    CREATE ROLE dwopt_reader LOGIN; GRANT pg_monitor, pg_read_all_data TO dwopt_reader; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dwopt_owner') THEN CREATE ROLE dwopt_owner LOGIN; END IF; END \$\$"
admin "ALTER DATABASE $PGDATABASE OWNER TO dwopt_owner"
config() {
    cat >"$DWOPT_WORKSPACE/dwopt.toml" <<TOML
[connection]
dsn = "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=dwopt_reader"
[deploy]
dsn = "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=dwopt_owner"
[recommend]
min_table_size = "64kB"
$*
TOML
}
config
as_owner() { psql -X -q -v ON_ERROR_STOP=1 -U dwopt_owner -At "$@"; }
trap '"$dwopt" twin drop -q >"$scratch/dropped" 2>&1 || true' EXIT  # its server would outlive us by minutes
finish() { [[ -n ${KEEP:-} ]] || admin "DROP DATABASE $PGDATABASE WITH (FORCE)"; }
