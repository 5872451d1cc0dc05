#!/bin/sh
# Builds and runs the tests. Everyday tier: a release build, and the loaders under sanitizers. --long adds the whole suite under
# sanitizers, clang, and a minute of fuzzing for each loader.
set -eu
cd "$(dirname "$0")"
long=no
for word in "$@"; do
  case "$word" in
  --long) long=yes ;;
  *)
    echo "usage: ./test.sh [--long]" >&2
    exit 2
    ;;
  esac
done

tools/install.sh tools/packages.txt tools/packages_test.txt
jobs=$(nproc)
mkdir -p build

# build PRESET: configure and compile, quietly unless it fails
build() {
  echo "building $1"
  if ! { cmake --preset "$1" && cmake --build --preset "$1"; } >"build/$1.log" 2>&1; then
    tail -60 "build/$1.log" >&2
    exit 4
  fi
  if grep -E "warning:" "build/$1.log"; then
    echo "warnings are errors here; the whole log is build/$1.log" >&2
    exit 4
  fi
}

build release
build sanitize
# the sanitized build runs what reads input; numbers are checked in the release build
ctest --test-dir build/sanitize --output-on-failure -j "$jobs" -L input
if [ $long = yes ]; then
  build clang
  ctest --test-dir build/sanitize --output-on-failure -j "$jobs" -LE input
  ctest --test-dir build/clang --output-on-failure -j "$jobs"
  tools/fuzz.sh 60
fi
ctest --test-dir build/release --output-on-failure -j "$jobs"
