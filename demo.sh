#!/bin/sh
# Replays the published course: installs what is missing, builds a release, prints the comparison, writes
# report.html and yao2026.nc here. A second run only replays.
set -eu
cd "$(dirname "$0")"

tools/install.sh tools/packages.txt

mkdir -p build
if [ ! -e build/release/bridge7 ]; then echo "Building (a minute or two; the log is build/demo.log)"; fi
if ! { cmake --preset release && cmake --build --preset release --target bridge7_program; } >build/demo.log 2>&1; then
  tail -40 build/demo.log >&2
  echo "The build failed; the whole log is build/demo.log." >&2
  exit 4
fi

build/release/bridge7 replay courses/yao2026.yaml --out yao2026.nc --report report.html
echo
echo "Report: $PWD/report.html (open it in a browser)   Data: $PWD/yao2026.nc (ncdump -h, xarray)"
