#!/bin/sh
# Every benchmark of docs/numerics.md, one after the other: tables on the terminal, JSON under FOLDER. Wants a quiet machine; an hour or so with rivals.
#
#   bench/run.sh FOLDER [RIVALS]
#
# RIVALS is a folder that bench/rivals/build_rivals.sh made; without it the packaged rivals run alone, which are not the ones to quote.
set -eu
[ $# -eq 1 ] || [ $# -eq 2 ] || {
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
mkdir -p "$1"
out=$(cd "$1" && pwd)
if [ $# -eq 2 ]; then
  set -- "$1" "$(cd "$2" && pwd)"
  rivals="--rivals $2"
else
  rivals=""
fi
cd "$(dirname "$0")/.."
cmake --preset release >/dev/null
cmake --build --preset release --target bridge7_program bench_rivals bench_roofline bench_kernel bench_assess >/dev/null

build/release/bench_roofline --patients 128 --rounds 5 | tee "$out/roofline.txt"
python3 bench/trial_scaling.py build/release/bridge7 --largest 1e5 --rounds 3 --json "$out/scaling.json"
python3 bench/rivals.py --patients 16 --rounds 3 --json "$out/rivals.json" $rivals
python3 bench/work_precision.py --patients 200 --rounds 1 --json "$out/work_precision.json" $rivals
