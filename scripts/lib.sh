# Shared by the scripts: messages, timing, versions. Sourced, never run.

CARGO_LEPTOS_VERSION=0.3.10
WASM_BINDGEN_VERSION=0.2.130
CARGO_FUZZ_VERSION=0.13.2
BINARYEN_VERSION=132.0.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
TOOLS=${MADANG_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/madang/tools}
export PATH="$TOOLS/bin:$TOOLS/node_modules/.bin:$HOME/.cargo/bin:$PATH"

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'madang: %s\n' "$*" >&2; exit 1; }

# step "what it does (how long that takes)" command…
step() {
  local what=$1 started=$SECONDS; shift
  say "$what"
  "$@" || die "this step failed: $what"
  say "  done in $((SECONDS - started)) s"
}

# has_version command wanted: is a tool of exactly that version on PATH already?
has_version() {
  command -v "$1" >/dev/null 2>&1 && "$1" --version 2>/dev/null | grep -qwF -- "$2"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"
  else die "this needs root: $*"; fi
}

# fetch_release url archive-member: a prebuilt release, where the network lets us have one.
fetch_release() {
  local dir; dir=$(mktemp -d)
  curl -fsSL --connect-timeout 5 --max-time 120 "$1" -o "$dir/release.tgz" 2>/dev/null \
    && tar -xzf "$dir/release.tgz" -C "$dir" \
    && mkdir -p "$TOOLS/bin" \
    && find "$dir" -type f -name "$2" -exec install -m 755 {} "$TOOLS/bin/" \;
  local ok=$?
  rm -rf "$dir"
  return $ok
}

chromium_path() {
  local found=${MADANG_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
  [ -n "$found" ] && [ -x "$found" ] && echo "$found"
}

# The folder with initdb and postgres, newest version first.
postgres_bin() {
  local dir
  for dir in ${MADANG_POSTGRES_BIN:-} $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) ; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then echo "$dir"; return 0; fi
  done
  return 1
}
