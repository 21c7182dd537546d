#!/usr/bin/env bash
# Torments the real program: scripts/torture.sh [kill|storm|race]. TORTURE_WEBHOOKS and TORTURE_ROUNDS make it smaller,
# TORTURE_AT_ONCE says how many shops are killed beside each other.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
kinds=(${1:-kill storm race})
step "the program with fail points" cargo build --locked --features ssr --bin madang --quiet
step "the program as it is shipped, and the tormentor" cargo build --locked --release --features ssr --bin madang --bin madang-torture --quiet
work=$(mktemp -d "${TMPDIR:-/tmp}/madang-torture.XXXXXX")
trap 'rm -rf "$work"' EXIT
# The names of the site's files stand beside the program.
mkdir "$work/bin"
cp "$TARGET/debug/madang" "$TARGET/release/hash.txt" "$work/bin"
for kind in "${kinds[@]}"; do
  say "$kind"
  "$TARGET/release/madang-torture" "$kind" "$work/bin/madang" "$TARGET/release/madang" "$ROOT/target/site" "$work/$kind"
done
