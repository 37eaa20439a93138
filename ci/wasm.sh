#!/usr/bin/env bash
# Builds the library for WebAssembly and holds its answers against the command line's, byte for byte.
# Needs Node, and the target wasm32-unknown-unknown: by rustup, else by Debian's packages.
# Exit code 77: there is no Node or no compiler for the target here, so nothing was compared.
set -euo pipefail
cd "$(dirname "$0")/.."

target=wasm32-unknown-unknown

# Builds the module; prints its path.
wasm_module() {
  local build=(cargo build --locked --quiet --release -p hashquake-web --target "$target")
  if rustup target list --installed 2>/dev/null | grep -qx "$target" || rustup target add "$target" >&2 2>/dev/null; then
    "${build[@]}" >&2 || return 1
    echo "target/$target/release/hashquake_web.wasm"
    return
  fi
  # Debian: a compiler with the target's backend and the sources of its standard library.
  command -v apt-get >/dev/null || return 77
  local lld
  lld=$(apt-cache pkgnames lld- 2>/dev/null | grep -E '^lld-[0-9]+$' | sort -V | tail -1)
  apt-get install -y -qq --no-install-recommends rustc-web cargo-web rust-web-src "$lld" >&2 || return 77
  PATH=/usr/bin:$PATH CARGO_HOME=$PWD/target/cargo-web RUSTC_BOOTSTRAP=1 \
    "${build[@]}" -Zbuild-std=std,panic_abort --target-dir target/web >&2 || return 1
  echo "target/web/$target/release/hashquake_web.wasm"
}

# The same bytes natively and from Node: one explanation, and a hundred runs of one scenario.
wasm_equality() {
  if ! command -v node >/dev/null; then
    echo "no node, so WebAssembly was not held against the command line" >&2
    return 77
  fi
  local module
  module=$(wasm_module) || {
    local status=$?
    [ $status = 77 ] && echo "no compiler for $target could be installed" >&2
    return $status
  }
  local at=target/wasm-equality native="${HASHQUAKE:-}"
  mkdir -p "$at"
  if [ -z "$native" ]; then
    cargo build --locked --quiet --release -p hashquake
    native=target/release/hashquake
  fi
  "$native" explain kazakhstan-2022 --format json >"$at/explain.native"
  node crates/web/host.mjs "$module" explain kazakhstan-2022 >"$at/explain.wasm"
  cmp "$at/explain.native" "$at/explain.wasm"
  "$native" simulate halving-2024 --runs 100 --seed 1 --format json >"$at/simulate.native"
  node crates/web/host.mjs "$module" simulate halving-2024 100 1 >"$at/simulate.wasm"
  cmp "$at/simulate.native" "$at/simulate.wasm"
  echo "the same bytes natively and in WebAssembly ($(gzip -9 -c "$module" | wc -c) bytes gzipped)"
}

[ "${BASH_SOURCE[0]}" != "$0" ] || wasm_equality
