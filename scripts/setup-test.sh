#!/usr/bin/env bash
# What the tests need beyond a build: Chromium, a Korean font, PostgreSQL's programs, npm packages.
# What is there already is used.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

wanted=()
chromium_path >/dev/null || wanted+=(chromium)
fc-list 2>/dev/null | grep -i 'cjk kr\|nanum' >/dev/null || wanted+=(fonts-noto-cjk fontconfig)
postgres_bin >/dev/null || wanted+=(postgresql)
command -v openssl >/dev/null || wanted+=(openssl)
command -v python3 >/dev/null || wanted+=(python3)
apt_install() {
  command -v apt-get >/dev/null || die "please install by hand: ${wanted[*]}"
  as_root apt-get -qq update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${wanted[@]}" >/dev/null
}
if [ ${#wanted[@]} -gt 0 ]; then step "${wanted[*]} (under a minute)" apt_install; fi
chromium_path >/dev/null || die "Chromium is missing: set MADANG_CHROMIUM to its path"
postgres_bin >/dev/null || die "PostgreSQL's initdb is missing: set MADANG_POSTGRES_BIN to its folder"

npm_packages() { (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent --no-fund --no-audit); }
if [ -f end2end/package-lock.json ] && ! cmp -s end2end/package-lock.json end2end/node_modules/.installed; then
  step "npm packages of the browser tests (under a minute)" npm_packages
  cp end2end/package-lock.json end2end/node_modules/.installed
fi
