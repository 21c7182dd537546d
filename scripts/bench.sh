#!/usr/bin/env bash
# Measures this build on this machine and prints the figures beside what they should reach. One load
# generator thread shares the cores with the server, so only ratios travel from machine to machine.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
SECONDS_EACH=${BENCH_SECONDS:-8}

command -v wrk >/dev/null || step "wrk, the load generator (seconds)" as_root apt-get -qq install -y wrk
step "the measured process" cargo build --locked --release --features ssr --bin madang-bench --quiet
work=$(mktemp -d "$ROOT/target/bench.XXXXXX")
cleanup() { kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
pids=(); trap cleanup EXIT
cc -shared -fPIC -O2 -o "$work/count_fsync.so" bench/count_fsync.c -ldl

wait_for() { for _ in $(seq 200); do curl -sf -o /dev/null "$1" && return 0; sleep 0.05; done; die "$1 does not answer"; }
# load name url connections script → sets requests, us (duration), p50, p99 (µs)
load() {
  local line
  line=$(wrk -t1 -c"$3" -d"${SECONDS_EACH}s" -s "$4" "$2" | grep ^RESULT)
  read -r _ requests us p50 p99 bad <<<"$line"
  [ "$bad" = 0 ] || die "$1: $bad requests failed"
  rate=$(awk "BEGIN{printf \"%.0f\", $requests/($us/1000000)}")
  printf '%-46s %8s /s   p50 %6.2f ms   p99 %6.2f ms\n' "$1" "$rate" "$(awk "BEGIN{print $p50/1000}")" "$(awk "BEGIN{print $p99/1000}")"
}
fsyncs() { od -An -tu8 "$work/fsyncs" | tr -d ' '; }

served=$(free_port) afresh=$(free_port)
LD_PRELOAD="$work/count_fsync.so" FSYNC_COUNT_FILE="$work/fsyncs" RUST_LOG=error \
  "$TARGET/release/madang-bench" "sqlite://$work/bench.db" "127.0.0.1:$served" "127.0.0.1:$afresh" & pids+=($!)
wait_for "http://127.0.0.1:$served/readyz"; wait_for "http://127.0.0.1:$afresh/readyz"

say "plan page, 64 connections, one load generator thread"
load "a handler that returns the same bytes" "http://127.0.0.1:$served/bench/static" 64 bench/pages.lua; still=$rate
load "the plan page as served" "http://127.0.0.1:$served/" 64 bench/pages.lua; page=$rate
load "the plan page rendered afresh each time" "http://127.0.0.1:$afresh/" 64 bench/pages.lua
printf '%-46s %8s      (reach 0.40 or more)\n' "served / same bytes" "$(awk "BEGIN{printf \"%.2f\", $page/$still}")"

say "durable orders, JSON path, SQLite with synchronous=FULL"
before=$(fsyncs)
load "64 connections" "http://127.0.0.1:$served" 64 bench/orders.lua
printf '%-46s %8s      (reach 0.10 or less)\n' "fsyncs per order" "$(awk "BEGIN{printf \"%.3f\", ($(fsyncs)-$before)/$requests}")"
before=$(fsyncs)
load "1 connection: one commit per order" "http://127.0.0.1:$served" 1 bench/orders.lua
printf '%-46s %8s\n' "fsyncs per order" "$(awk "BEGIN{printf \"%.3f\", ($(fsyncs)-$before)/$requests}")"

say "the program itself"
port=$(free_port) emulator=$(free_port)
started=$(date +%s%N)
MADANG_ADDR="127.0.0.1:$port" MADANG_EMULATOR_ADDR="127.0.0.1:$emulator" MADANG_DATABASE_URL="sqlite://$work/idle/madang.db" \
  "$TARGET/release/madang" >/dev/null 2>&1 & pid=$!; pids+=("$pid")
until curl -sf -o /dev/null "http://127.0.0.1:$port/"; do sleep 0.005; done
printf '%-46s %8s ms (new database, migrations and seeding included)\n' "time to the first plan page" "$((($(date +%s%N) - started) / 1000000))"
printf '%-46s %8s MB\n' "memory when idle (resident)" "$(awk '/VmRSS/{printf "%.0f", $2/1024}' "/proc/$pid/status")"
say "the browser's share"
for kind in js wasm css; do
  file=$(ls target/site/pkg/madang.*."$kind".br | head -n 1)
  printf '%-46s %8s bytes brotli\n' "$kind" "$(stat -c %s "$file")"
done
printf '%-46s %8s bytes brotli\n' "plan page, HTML" "$(curl -s -H 'accept-encoding: br' "http://127.0.0.1:$port/" | wc -c)"
