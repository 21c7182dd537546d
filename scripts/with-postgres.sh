#!/usr/bin/env bash
# Runs a command with a PostgreSQL cluster of its own: scripts/with-postgres.sh cargo test --features ssr
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/postgres.sh"
trap stop_postgres EXIT
start_postgres
"$@"
