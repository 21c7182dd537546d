#!/usr/bin/env bash
# Whole scenarios from one seed each: scripts/sim.sh [bugs]. SEEDS says how many, FROM where they begin, SEED plays
# a single one and tells its story; BUGS says how many planted bugs are hunted.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
cd "$ROOT"
trap stop_postgres EXIT
export SEEDS=${SEEDS:-2000} BUGS=${BUGS:-99}
sim() { cargo test --locked --profile sim --features ssr --lib --quiet -- --nocapture --exact "$@"; }
if [ "${1:-}" = bugs ]; then
  step "planted bugs are hunted" sim tests::sim::bugs::planted_bugs_are_caught
else
  step "PostgreSQL for a part of the seeds" start_postgres
  step "scenarios, each from its seed" sim tests::sim::no_scenario_loses_doubles_or_guesses_money
  step "a seed tells the same story again" sim tests::sim::a_seed_tells_the_same_story_again
fi
