#!/usr/bin/env bash
# The figures of the README: the demo, generated data of several sizes, and reading a million rows beside polars.
# Usage: scripts/bench.sh [ORDERS…]   (default 1000 10000 100000)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
cargo build --release --locked
consign="$CARGO_TARGET_DIR/release/consign"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "== $(date -u +%F), $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"

# What a summary says of time, memory and proof.
told() {
  sed -n -e 's/^  "\(objective\|bound\|gap\|status\|peak_memory_bytes\)": \(.*[^,]\),\{0,1\}$/  \1 \2/p' \
    -e 's/^    "\(read\|options\|solve\|verify\|write\)": \(.*[^,]\),\{0,1\}$/  seconds \1 \2/p' "$1"
}

echo "== demo, every scenario"
"$consign" plan scenarios/*.toml --runs "$work/demo" --jobs 1 --accept-gap --quiet || true

for orders in "${@:-1000 10000 100000}"; do
  for count in $orders; do
    echo "== generated, $count orders, 60 locations, $((count / 5)) SKUs"
    "$consign" generate "$work/g$count" --orders "$count" --locations 60 --skus "$((count / 5))" --seed 1 >/dev/null
    "$consign" plan "$work/g$count/scenario.toml" --runs "$work/runs" --name "g$count" --accept-gap --quiet \
      --set 'solver.time_limit="120s"' || true
    for summary in "$work/runs/g$count"/*/summary.json; do told "$summary"; done
    rm -rf "$work/g$count"
  done
done

echo "== reading a million rows"
cargo bench --locked --bench read
