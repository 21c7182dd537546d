#!/usr/bin/env bash
# Measures the staff's lists on a million orders, on SQLite and on PostgreSQL, and prints the figures beside what
# they should reach. The load comes from the measured process itself, so only ratios travel between machines.
# BENCH_ORDERS and BENCH_SECONDS (for each kind) make it smaller.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
ORDERS=${BENCH_ORDERS:-1000000}
SECONDS_EACH=${BENCH_SECONDS:-5}
export RUST_LOG=${RUST_LOG:-error}

step "the measured programs" cargo build --locked --release --features ssr --bin madang --bin madang-bench-admin --quiet
work=$(mktemp -d "$ROOT/target/bench-admin.XXXXXX")
trap 'stop_postgres; rm -rf "$work"' EXIT
# As PostgreSQL's manual advises for a server of its own; the default is for a machine of long ago.
PG_BUFFERS=2GB start_postgres
psql=$(postgres_bin)/psql
"$psql" -q "$MADANG_TEST_POSTGRES/postgres" -c "CREATE DATABASE madang_bench ENCODING 'UTF8' TEMPLATE template0"

for url in "sqlite://$work/madang.db" "$MADANG_TEST_POSTGRES/madang_bench"; do
  say "${url%%:*}: $ORDERS orders"
  env -u BOOTPAY_MODE -u BOOTPAY_CLIENT_KEY -u BOOTPAY_SECRET_KEY \
    "$TARGET/release/madang" admin seed --orders "$ORDERS" --database-url "$url" | tail -n 1
  # A shop's million orders came in years; a million in two minutes leaves PostgreSQL to tidy up while it is measured.
  case $url in postgres*) "$psql" -q "$url" -c "VACUUM ANALYZE" ;; esac
  "$TARGET/release/madang-bench-admin" "$url" "$SECONDS_EACH"
done
