#!/usr/bin/env bash
# Everything that must hold, in one run. A part that can't run fails; nothing is skipped.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
LOGS=$(mktemp -d)
finish() { stop_postgres; rm -rf "$LOGS"; }
trap finish EXIT
export SEEDS=${SEEDS:-2000} BUGS=${BUGS:-12}
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
WASM=(--no-default-features --features hydrate --lib --target wasm32-unknown-unknown --target-dir "$TARGET/front-check")

formatting() { cargo fmt --check && cargo fmt --manifest-path fuzz/Cargo.toml --check; }
step "formatting" formatting
step "clippy, server and tests" cargo clippy --locked --features ssr --all-targets --quiet -- -D warnings
step "clippy, browser half" cargo clippy --locked "${WASM[@]}" --quiet -- -D warnings
docs() { RUSTDOCFLAGS="-D warnings" cargo doc --locked --features ssr --no-deps --document-private-items --quiet; }
step "documentation" docs
step "PostgreSQL for the tests" start_postgres
say "unit and cross-layer tests, on SQLite and PostgreSQL"
cargo test --locked --features ssr --lib --bins --quiet 2>&1 | tee "$LOGS/rust"
say "$SEEDS scenarios in which everything goes wrong, and $BUGS planted bugs that they must find"
scripts/sim.sh all 2>&1 | tee -a "$LOGS/rust"
step "our half of the contract tests" cargo build --locked --features ssr --bin madang-contract --quiet
step "cargo leptos watch starts" scripts/watch-smoke.sh
say "journeys in Chromium"
(cd end2end && MADANG_BINARY="$TARGET/release/madang" MADANG_CONTRACT="$TARGET/debug/madang-contract" MADANG_CHROMIUM=$(chromium_path) npx playwright test 2>&1) | tee "$LOGS/journeys"
rust=$(awk '/^test result: ok/ { sum += $4 } END { print sum + 0 }' "$LOGS/rust")
journeys=$(awk '$2 == "passed" { print $1 }' "$LOGS/journeys" | tail -n 1)
say "Everything passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
echo "$((rust + journeys)) passed, 0 failed"
