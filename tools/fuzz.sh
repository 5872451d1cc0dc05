#!/bin/sh
# Fuzzes every loader for the given seconds with libFuzzer; new inputs stay in build/fuzz.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
cmake --preset fuzz >build/fuzz.log 2>&1 || { tail -20 build/fuzz.log >&2; exit 4; }
for source in tests/fuzz/fuzz_*.c; do
  name=$(basename "$source" .c)
  topic=${name#fuzz_}
  cmake --build --preset fuzz --target "$name" >>build/fuzz.log 2>&1 || { tail -20 build/fuzz.log >&2; exit 4; }
  mkdir -p "build/fuzz/found/$topic"
  "build/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    "build/fuzz/found/$topic" "tests/fuzz/corpus/$topic" 2>"build/fuzz/$name.log" ||
    { tail -30 "build/fuzz/$name.log" >&2; exit 1; }
  echo "$name: $(grep -E 'stat::number_of_executed_units' "build/fuzz/$name.log" | tr -s ' ' | cut -d' ' -f2) inputs, no fault"
done
