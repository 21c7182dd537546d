#!/usr/bin/env bash
# The release build of the shop: the server, the WASM bundle, the stylesheet, and a compressed twin of each file.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

if [ ! -x "$TARGET/release/madang" ]; then
  say "First build of the shop (6 to 10 minutes on two cores; later ones take seconds)"
fi
started=$SECONDS
cargo leptos build --release --precompress --cargo-locked
say "Built in $((SECONDS - started)) s"
