#!/bin/sh
# Rivals at -O3 -march=native under FOLDER: SUNDIALS (FOLDER/sundials), deSolve and mrgsolve (FOLDER/r).
#
#   bench/rivals/build_rivals.sh FOLDER SOURCES
#
# SOURCES holds their unpacked sources as folders sundials, deSolve, mrgsolve; what is missing there is left out. Figures in docs/numerics.md are of
# SUNDIALS 7.5.0, deSolve 1.40 and mrgsolve 2.0.2.9000 (57d6a6d). Packages of Debian 12 that this needs: libsuitesparse-dev, r-base-dev, r-cran-rcpp,
# r-cran-rcpparmadillo, r-cran-bh, r-cran-dplyr, r-cran-tibble, r-cran-rlang, r-cran-magrittr, r-cran-tidyselect, r-cran-lifecycle, r-cran-glue.
# SBML engines: pip install libroadrunner python-copasi amici (AMICI compiles itself and needs swig and a BLAS).
set -eu
[ $# -eq 2 ] || {
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
mkdir -p "$1/r"
folder=$(cd "$1" && pwd)
sources=$(cd "$2" && pwd)

if [ -d "$sources/sundials" ]; then
  cmake -S "$sources/sundials" -B "$folder/build_sundials" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS_RELEASE="-O3 -march=native -DNDEBUG" -DCMAKE_INSTALL_PREFIX="$folder/sundials" -DCMAKE_INSTALL_LIBDIR=lib \
    -DENABLE_KLU=ON -DKLU_INCLUDE_DIR="${KLU_INCLUDE_DIR:-/usr/include/suitesparse}" \
    -DKLU_LIBRARY_DIR="${KLU_LIBRARY_DIR:-/usr/lib/$(cc -print-multiarch)}" -DBUILD_ARKODE=OFF -DBUILD_CVODES=OFF -DBUILD_IDA=OFF \
    -DBUILD_IDAS=OFF -DBUILD_KINSOL=OFF -DEXAMPLES_ENABLE_C=OFF -DEXAMPLES_INSTALL=OFF -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON
  cmake --build "$folder/build_sundials" --target install --parallel
fi

for name in CFLAGS CXXFLAGS CXX11FLAGS CXX14FLAGS CXX17FLAGS FFLAGS FCFLAGS; do
  echo "$name = -g0 -O3 -march=native -fPIC"
done >"$folder/Makevars"
for package in deSolve mrgsolve; do
  [ -d "$sources/$package" ] || continue
  # Debian 12 has boost's headers at 1.74; mrgsolve asks for 1.75 and builds with these
  sed -i 's/BH (>= [0-9.-]*)/BH/' "$sources/$package/DESCRIPTION"
  R_MAKEVARS_USER="$folder/Makevars" R CMD INSTALL --no-docs --library="$folder/r" "$sources/$package"
done
