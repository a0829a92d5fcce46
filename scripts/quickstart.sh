#!/usr/bin/env bash
# Installs what the build lacks, builds, plans the shipped data, says where the results are.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

built_from=$SECONDS
cargo build --release --locked
build_seconds=$((SECONDS - built_from))

planned_from=$SECONDS
"$CARGO_TARGET_DIR/release/consign" plan scenarios/base.toml scenarios/rules.toml --runs runs
plan_seconds=$((SECONDS - planned_from))

cat <<DONE

Build ${build_seconds} s, planning ${plan_seconds} s.
Results: $(cd runs/latest && pwd -P)
The program: $CARGO_TARGET_DIR/release/consign --help
DONE
