#!/usr/bin/env bash
# Sourced by the other scripts: installs what the build lacks on Debian (cmake, make, a C++ compiler and
# libclang for HiGHS, its bindings and jemalloc) and chooses a build cache outside the clone. Does nothing where all is there.

# The C interface; libclang-cpp.so, which other packages bring, does not serve.
have_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] ||
    compgen -G '/usr/lib/llvm-*/lib/libclang.so*' >/dev/null || compgen -G '/usr/lib*/libclang.so*' >/dev/null ||
    compgen -G '/usr/lib/*/libclang.so*' >/dev/null || compgen -G '/usr/lib/*/libclang-[0-9]*.so*' >/dev/null
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_what_lacks() {
  local packages=()
  command -v cmake >/dev/null || packages+=(cmake)
  command -v c++ >/dev/null || packages+=(g++)
  command -v make >/dev/null || packages+=(make)
  have_libclang || packages+=(libclang1)
  [ "${#packages[@]}" -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "Please install: cmake, make, a C++ compiler and libclang (needed to build HiGHS and jemalloc)." >&2
    return 1
  fi
  echo "Installing what the build lacks: ${packages[*]}" >&2
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

if ! command -v cargo >/dev/null; then
  echo "Please install Rust 1.95 or later: https://rustup.rs" >&2
  exit 1
fi
install_what_lacks
# For one test alone, which looks at the page of a run in a browser and says so where there is none.
install_browser() {
  command -v chromium >/dev/null || command -v google-chrome >/dev/null && return 0
  command -v apt-get >/dev/null || return 0
  echo "Installing chromium, for the test of pages" >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 ||
    echo "chromium cannot be installed here: the test of pages in a browser is skipped" >&2
}

# One cache for all clones: HiGHS and polars are compiled once.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/consign/target}"
