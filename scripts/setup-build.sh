#!/usr/bin/env bash
# What a build of the shop needs beyond rustup's Rust, Node and a C compiler.
# Tools of the right version on PATH are used; nothing the user has is replaced.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

command -v cargo >/dev/null || die "Rust is missing: install rustup, then run this again"
command -v cc >/dev/null || die "a C compiler is missing: install gcc (Debian, Ubuntu: build-essential)"
command -v npm >/dev/null || die "Node 20 or newer with npm is missing"

SYSROOT=$(rustc --print sysroot)
WASM=wasm32-unknown-unknown

# Where rustup's server can't be reached, the target's standard library is built from Debian's rust-src.
wasm_target_from_debian() {
  local version work arch_uri
  version=$(rustc -V | cut -d' ' -f2)
  work=$(mktemp -d)
  arch_uri=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \
    | grep -v '^ *#' | grep -oE 'https?://[^ ]+' | grep -v security | head -n 1)
  [ -n "$arch_uri" ] || die "no Debian source found to take rust-src $version from"
  mkdir -p "$work/lists/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $arch_uri trixie-backports main" > "$work/sources.list"
  local apt=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists")
  (cd "$work" && chmod 755 . && apt-get "${apt[@]}" -o APT::Sandbox::User=root -qq update \
    && apt-get "${apt[@]}" -o APT::Sandbox::User=root -qq download "rust-src=$version*" \
    && dpkg -x rust-src_*.deb src) || return 1
  mkdir -p "$SYSROOT/lib/rustlib/src/rust"
  [ -e "$SYSROOT/lib/rustlib/src/rust/library" ] \
    || cp -r "$work/src/usr/src/rustc-$version/library" "$SYSROOT/lib/rustlib/src/rust/library"
  (cd "$SYSROOT/lib/rustlib/src/rust/library" \
    && RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked" CARGO_TARGET_DIR="$work/target" \
       cargo build --quiet --release --package sysroot --target $WASM --features panic-unwind) || return 1
  mkdir -p "$SYSROOT/lib/rustlib/$WASM/lib"
  cp "$work/target/$WASM/release/deps/"*.rlib "$SYSROOT/lib/rustlib/$WASM/lib/"
  rm -rf "$work"
}

wasm_target() {
  timeout 90 rustup target add $WASM >/dev/null 2>&1 || wasm_target_from_debian
}

cargo_leptos() {
  fetch_release "https://github.com/leptos-rs/cargo-leptos/releases/download/v$CARGO_LEPTOS_VERSION/cargo-leptos-$(uname -m)-unknown-linux-gnu.tar.gz" cargo-leptos \
    || CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_TARGET_DIR="$TOOLS/build" \
       cargo install --quiet --locked --root "$TOOLS" cargo-leptos --version $CARGO_LEPTOS_VERSION --no-default-features --features no_downloads
}

wasm_bindgen() {
  fetch_release "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/$WASM_BINDGEN_VERSION/wasm-bindgen-$WASM_BINDGEN_VERSION-$(uname -m)-unknown-linux-musl.tar.gz" wasm-bindgen \
    || CARGO_TARGET_DIR="$TOOLS/build" cargo install --quiet --root "$TOOLS" wasm-bindgen-cli --version $WASM_BINDGEN_VERSION
}

wasm_opt() {
  npm install --silent --no-fund --no-audit --prefix "$TOOLS" "binaryen@$BINARYEN_VERSION"
}

# `cargo leptos watch` is typed by hand, outside the Makefile's PATH: give it a place in cargo's own
# folder, unless the user keeps a tool of that name there already.
link_tools() {
  local bin=${CARGO_HOME:-$HOME/.cargo}/bin tool
  mkdir -p "$bin"
  for tool in cargo-leptos wasm-bindgen; do
    if [ -x "$TOOLS/bin/$tool" ] && [ ! -e "$bin/$tool" ]; then ln -s "$TOOLS/bin/$tool" "$bin/$tool"; fi
  done
}

ls "$SYSROOT/lib/rustlib/$WASM/lib/"libcore-*.rlib >/dev/null 2>&1 \
  || step "WASM target for $(rustc -V | cut -d' ' -f1,2) (about a minute)" wasm_target
has_version wasm-bindgen $WASM_BINDGEN_VERSION \
  || step "wasm-bindgen $WASM_BINDGEN_VERSION (seconds if a release can be downloaded, else 3 minutes)" wasm_bindgen
has_version cargo-leptos $CARGO_LEPTOS_VERSION \
  || step "cargo-leptos $CARGO_LEPTOS_VERSION (seconds if a release can be downloaded, else 10 to 16 minutes)" cargo_leptos
has_version wasm-opt "${BINARYEN_VERSION%%.*}" \
  || step "wasm-opt $BINARYEN_VERSION (seconds)" wasm_opt
link_tools
