#!/usr/bin/env bash
# The release build of the shop: the server, the WASM bundle, the stylesheet, and a compressed twin of each file.
# Nothing is done where nothing has changed since the last one.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
STAMP=target/site.stamp
SOURCES=(Cargo.toml Cargo.lock rust-toolchain.toml i18n.toml src style public migrations bench)

is_current() {
  local css
  [ -x "$TARGET/release/madang" ] && [ -f "$STAMP" ] && [ -z "$(find "${SOURCES[@]}" -newer "$STAMP" -print -quit)" ] || return 1
  css=$(sed -n 's/^css: *//p' "$TARGET/release/hash.txt" 2>/dev/null) && [ -f "target/site/pkg/madang.$css.css.br" ]
}

if is_current; then exit 0; fi
if [ ! -x "$TARGET/release/madang" ]; then
  say "First build of the shop (6 to 12 minutes on two cores; later ones take seconds)"
fi
started=$SECONDS
mkdir -p target
touch "$STAMP.new"
cargo leptos build --release --precompress --cargo-locked
mv "$STAMP.new" "$STAMP"
say "Built in $((SECONDS - started)) s"
