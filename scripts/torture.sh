#!/usr/bin/env bash
# Torments the real program: scripts/torture.sh [kill|storm|race|nodes|fuzz]. TORTURE_WEBHOOKS, TORTURE_ROUNDS and
# TORTURE_SECONDS (for each fuzz target) make it smaller, TORTURE_AT_ONCE says how many shops are killed beside each other,
# TORTURE_PLACES is a part of the names of the only places to kill at. TORTURE_PLANTED names a bug that it must find.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
kinds=(${1:-kill storm race nodes fuzz})
work=$(mktemp -d "${TMPDIR:-/tmp}/madang-torture.XXXXXX")
trap 'stop_postgres; rm -rf "$work"' EXIT

# A real program, killed, flooded or raced.
programs() {
  step "the program with fail points" cargo build --locked --features ssr --bin madang --quiet
  step "the program as it is shipped, and the tormentor" cargo build --locked --release --features ssr --bin madang --bin madang-torture --quiet
  # The names of the site's files stand beside the program.
  mkdir "$work/bin"
  cp "$TARGET/debug/madang" "$TARGET/release/hash.txt" "$work/bin"
}
torment() {
  [ -d "$work/bin" ] || programs
  say "$1"
  "$TARGET/release/madang-torture" "$1" "$work/bin/madang" "$TARGET/release/madang" "$ROOT/target/site" "$work/$1"
}

# Bytes that nobody has thought of, for each fuzz target in turn.
cargo_fuzz() {
  CARGO_TARGET_DIR="$TOOLS/build" cargo install --quiet --locked --root "$TOOLS" cargo-fuzz --version $CARGO_FUZZ_VERSION
}
fuzz() {
  local what=$1; shift
  cargo fuzz "$what" --sanitizer none --target-dir "$TARGET/fuzz" --fuzz-dir fuzz "$@"
}
fuzz_targets() {
  has_version cargo-fuzz $CARGO_FUZZ_VERSION || step "cargo-fuzz $CARGO_FUZZ_VERSION (a minute or two)" cargo_fuzz
  step "the fuzz targets" fuzz build
  for seeds in "$ROOT"/fuzz/seeds/*; do
    local target=${seeds##*/}
    say "$target, for ${TORTURE_SECONDS:-60} s"
    mkdir -p "$work/corpus/$target"
    fuzz run "$target" "$work/corpus/$target" "$seeds" -- \
      -max_total_time="${TORTURE_SECONDS:-60}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
  done
}

for kind in "${kinds[@]}"; do
  case "$kind" in
    fuzz) fuzz_targets ;;
    # The same races with two nodes of the shop on one PostgreSQL.
    nodes)
      start_postgres
      TORTURE_POSTGRES=$MADANG_TEST_POSTGRES torment nodes
      ;;
    *) torment "$kind" ;;
  esac
done
