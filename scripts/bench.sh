#!/usr/bin/env bash
# The figures of the README: the demo, generated data of all classes and several sizes with their peers, and reading a million
# rows beside polars. Usage: [RUNS=3] scripts/bench.sh [ORDERS…]   (default 1000 10000 100000; 1000000 takes some minutes and
# 8 GB). Generated data are planned RUNS times (default once): each figure is the median.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh
cargo build --release --locked
consign="$CARGO_TARGET_DIR/release/consign"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sizes=("$@")
[ $# -gt 0 ] || sizes=(1000 10000 100000)

# One figure of a summary.
figure() {
  sed -n "s/^ *\"$1\": *\"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" "$2" | head -n 1
}

# The median of one figure of several summaries.
median() {
  local name="$1"
  shift
  for summary in "$@"; do figure "$name" "$summary"; done | sort -g | sed -n "$((($# + 1) / 2))p"
}

# A row of the table: class, orders, method, then what the summaries say.
row() {
  printf '%-12s %8s %-8s' "$1" "$2" "$3"
  shift 3
  if [ -f "$1" ]; then
    for name in objective bound gap read options solve verify write; do printf ' %13s' "$(median "$name" "$@")"; done
    printf ' %8s MB\n' "$(($(median peak_memory_bytes "$@") / 1000000))"
  else
    printf ' no plan\n'
  fi
}

# Plans generated data by a method: class, orders, locations, method, time limit.
planned() {
  local name="$1-$2-$4" how=()
  case $4 in
  rules) how=(--set 'strategy="rules"') ;;
  *) how=(--method "$4") ;;
  esac
  for ((run = 1; run <= ${RUNS:-1}; run++)); do
    "$consign" plan "$work/$1-$2/scenario.toml" --runs "$work/runs" --name "$name-$run" --accept-gap --quiet \
      --set "solver.time_limit=\"$5\"" "${how[@]}" || true
  done
  row "$1" "$2" "$4" "$work/runs/$name"-*/*/summary.json
}

# Plans generated data with ten prices of carriage in one run, all of which but the first begin with what another found: class,
# orders. A row for the first, and one of medians for the others.
alike() {
  local folder="$work/$1-$2" name="$1-$2-alike"
  printf '%s\n' 'extends = "scenario.toml"' 'name = "rates"' '[[change]]' 'name = "rates"' 'table = "carrier_rates"' \
    'scale = { base_cost = 1.0 }' '[sweep]' \
    '"change.rates.scale.base_cost" = [1.0, 1.02, 1.04, 1.06, 1.08, 1.1, 0.98, 0.96, 0.94, 0.92]' >"$folder/rates.toml"
  "$consign" plan "$folder/rates.toml" --runs "$work/runs" --name "$name" --accept-gap --quiet || true
  row "$1, first" "$2" auto "$work/runs/$name/rates-bc1/summary.json"
  row "$1, alike" "$2" auto "$work/runs/$name"/rates-bc1_*/summary.json "$work/runs/$name"/rates-bc0_*/summary.json
}

echo "== $(date -u +%F), $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"

echo "== demo, every scenario"
"$consign" plan scenarios/*.toml --runs "$work/demo" --jobs 1 --accept-gap --quiet || true

echo "== generated data: seconds by phase, memory"
printf '%-12s %8s %-8s' class orders method
printf ' %13s' objective bound gap read options solve verify write
printf ' %8s\n' memory
for orders in "${sizes[@]}"; do
  locations=60
  [ "$orders" -lt 1000000 ] || locations=100
  for class in mixed single-unit deep tight fixed waves; do
    # A million orders of one class, and fixed costs up to ten thousand: more is not claimed.
    if [ "$orders" -ge 1000000 ] && [ "$class" != mixed ]; then continue; fi
    if [ "$orders" -gt 10000 ] && [ "$class" = fixed ]; then continue; fi
    skus=$((orders >= 1000000 ? 50000 : orders / 5))
    "$consign" generate "$work/$class-$orders" --orders "$orders" --locations "$locations" --skus "$skus" --class "$class" --seed 1 -q >/dev/null
    planned "$class" "$orders" "$locations" auto 600s
    if [ "$class" = mixed ]; then
      planned "$class" "$orders" "$locations" rules 600s
      [ "$orders" -ge 1000000 ] || alike "$class" "$orders"
      [ "$orders" -gt 1000 ] || planned "$class" "$orders" "$locations" exact 120s
    fi
    rm -rf "$work/$class-$orders"
  done
done

echo "== single steps of the search for prices"
cargo bench --locked --bench steps

echo "== reading a million rows"
cargo bench --locked --bench read
