#!/usr/bin/env bash
# Whole scenarios from one seed each: scripts/sim.sh [seeds|bugs|all]. SEEDS says how many, FROM where they begin, SEED
# plays a single one and tells its story; BUGS says how many planted bugs are hunted, BUG names a single one.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
LOGS=$(mktemp -d)
BEGUN=
finish() { if [ -n "$BEGUN" ]; then stop_postgres; fi; rm -rf "$LOGS"; }
trap finish EXIT
export SEEDS=${SEEDS:-2000} BUGS=${BUGS:-99}

# The processors that this process may use, one in a line.
processors() {
  local list range
  list=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //') || list=0
  for range in ${list//,/ }; do seq "${range%-*}" "${range#*-}"; done
}

# One process on each processor: whoever plays and SQLite's threads wait on each other all the time, which costs least
# where nobody has to be woken on another processor.
play() {
  local cores core at=0 pids=() failed=0
  mapfile -t cores < <(processors)
  if [ -n "${SEED:-}${BUG:-}" ] || [ ${#cores[@]} -lt 2 ]; then "$PROGRAM" --nocapture --exact "$@"; return; fi
  for core in "${cores[@]}"; do
    PART="$at/${#cores[@]}" taskset -c "$core" "$PROGRAM" --nocapture --exact "$@" >"$LOGS/$at" 2>&1 &
    pids+=($!) at=$((at + 1))
  done
  for at in "${!pids[@]}"; do
    wait "${pids[$at]}" || failed=1
    grep -v '^$\|^running \|^ok$' "$LOGS/$at" || true
  done
  return $failed
}

build() {
  cargo test --locked --release --config sim/profile.toml --no-default-features --features shop --test sim --no-run "$@"
}
step "the scenarios' program (a few minutes)" build --quiet
PROGRAM=$(build 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
[ -x "$PROGRAM" ] || die "cargo has not said where the scenarios' program is"
what=${1:-seeds}
if [ "$what" != bugs ] && [ -z "${MADANG_TEST_POSTGRES:-}" ]; then BEGUN=yes; step "PostgreSQL for a part of the seeds" start_postgres; fi
if [ "$what" != bugs ]; then
  step "$SEEDS scenarios in which everything goes wrong" play no_scenario_loses_doubles_or_guesses_money
  [ -n "${SEED:-}" ] || step "a seed tells the same story again" play a_seed_tells_the_same_story_again
fi
if [ "$what" != seeds ]; then step "planted bugs are hunted" play bugs::planted_bugs_are_caught; fi
