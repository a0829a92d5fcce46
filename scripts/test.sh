#!/usr/bin/env bash
# Same set-up as the quickstart, then every check. One profile: HiGHS and polars are compiled once.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
[ -n "${CI:-}" ] || install_browser

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "format"
cargo fmt --check
step "clippy"
cargo clippy --all-targets --locked -- -D warnings
step "tests"
if command -v cargo-nextest >/dev/null; then
  cargo nextest run --locked --no-fail-fast
else
  cargo test --locked --no-fail-fast
fi
step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked --quiet
step "demo data come from their script"
if command -v python3 >/dev/null; then
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  cp -r data scripts "$made"
  python3 "$made/scripts/make_demo.py" "$made/data/demo" >/dev/null
  diff -r data/demo "$made/data/demo"
else
  echo "skipped: python3 is not here"
fi
step "licences and advisories"
if command -v cargo-deny >/dev/null; then
  cargo deny --locked check licenses bans sources
else
  echo "skipped: cargo-deny is not here"
fi
step "all green"
