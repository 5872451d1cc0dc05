#!/bin/sh
# Fuzzes every reader for the given seconds with libFuzzer; new inputs stay in build/fuzz. fuzz_readers takes all corpora
# that have no target of their own.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
mkdir -p build
cmake --preset fuzz >build/fuzz.log 2>&1 || { tail -20 build/fuzz.log >&2; exit 4; }
for source in tests/fuzz/fuzz_*.c; do
  cmake --build --preset fuzz --target "$(basename "$source" .c)" >>build/fuzz.log 2>&1 ||
    { tail -20 build/fuzz.log >&2; exit 4; }
done
for corpus in tests/fuzz/corpus/*; do
  topic=$(basename "$corpus")
  target=fuzz_$topic
  if [ ! -e "tests/fuzz/$target.c" ]; then target=fuzz_readers; fi
  mkdir -p "build/fuzz/found/$topic"
  log=build/fuzz/fuzz_$topic.log
  B7_FUZZ_READER=$topic "build/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 "build/fuzz/found/$topic" "$corpus" 2>"$log" || { tail -30 "$log" >&2; exit 1; }
  echo "$topic: $(grep -E 'stat::number_of_executed_units' "$log" | tr -s ' ' | cut -d' ' -f2) inputs, no fault"
done
