#!/bin/sh
# Builds and runs the tests. Everyday tier: a release build, and the loaders under sanitizers. --long adds the whole suite under
# sanitizers, clang, the tests labelled long, and a minute of fuzzing for each loader.
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

# build PRESET TARGET: configure and compile, quietly unless it fails. A warning is a failure, and stays one: what was
# compiled with warnings is compiled anew the next time.
build() {
  echo "building $1"
  again=""
  built=yes
  if [ -e "build/$1.warned" ]; then again=--clean-first; fi
  { cmake --preset "$1" && cmake --build --preset "$1" --target "$2" $again; } >"build/$1.log" 2>&1 || built=no
  if grep -q "warning:" "build/$1.log"; then touch "build/$1.warned"; fi
  if [ $built = no ]; then
    tail -60 "build/$1.log" >&2
    exit 4
  fi
  if grep "warning:" "build/$1.log" >&2; then
    echo "warnings are errors here; the whole log is build/$1.log" >&2
    exit 4
  fi
  rm -f "build/$1.warned"
}

build release all
build sanitize input_tests
# the sanitized build runs what reads input; numbers are checked in the release build
ctest --test-dir build/sanitize --output-on-failure -j "$jobs" -L input
if [ $long = yes ]; then
  build sanitize all
  build clang all
  ctest --test-dir build/sanitize --output-on-failure -j "$jobs" -LE 'input|long'
  ctest --test-dir build/clang --output-on-failure -j "$jobs" -LE long
  tools/fuzz.sh 60
fi
ctest --test-dir build/release --output-on-failure -j "$jobs" -LE long
if [ $long = yes ]; then ctest --test-dir build/release --output-on-failure -j "$jobs" -L long; fi
