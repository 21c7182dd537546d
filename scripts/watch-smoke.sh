#!/usr/bin/env bash
# `cargo leptos watch` starts, serves the shop with a policy that lets its reload socket through, and rebuilds
# nothing of the release build's site.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
work=$(mktemp -d)
port=$(free_port) emulator=$(free_port) reload=$(free_port)
export MADANG_ADDR="127.0.0.1:$port" MADANG_EMULATOR_ADDR="127.0.0.1:$emulator" MADANG_DATABASE_URL="sqlite://$work/madang.db"
export LEPTOS_SITE_ADDR=$MADANG_ADDR LEPTOS_RELOAD_PORT=$reload LEPTOS_SITE_ROOT=target/site-watch MADANG_SITE_ROOT=target/site-watch
setsid cargo leptos watch >"$work/log" 2>&1 &
watching=$!
stop() { kill -INT -- "-$watching" 2>/dev/null || true; wait "$watching" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
for _ in $(seq 1200); do
  if curl -sf -o /dev/null "http://$MADANG_ADDR/readyz"; then break; fi
  kill -0 "$watching" 2>/dev/null || { cat "$work/log"; die "cargo leptos watch has stopped"; }
  sleep 0.5
done
page=$(curl -sf -D "$work/headers" "http://$MADANG_ADDR/checkout/pro/month") || { cat "$work/log"; die "the watched shop does not answer"; }
grep -qi "connect-src [^;]*ws://127.0.0.1:$reload" "$work/headers" || die "the policy does not let the reload socket through"
grep -q "$reload" <<<"$page" || die "the page does not listen for reloads"
script=$(grep -oE '/pkg/madang[^"]*\.js' <<<"$page" | head -n 1)
curl -sf -o /dev/null "http://$MADANG_ADDR$script" || die "the watched bundle $script is not served"
