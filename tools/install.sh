#!/bin/sh
# Installs the Debian packages named in the given lists that are not there yet; with sudo when not root.
set -eu
missing=""
for list in "$@"; do
  while read -r package; do
    case "$package" in "" | "#"*) continue ;; esac
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done <"$list"
done
[ -n "$missing" ] || exit 0
echo "Installing:$missing"
if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
  echo "These packages are missing, and there is no sudo here. As root: apt-get install$missing" >&2
  exit 4
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! $as_root apt-get update >"$log" 2>&1 ||
  ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >>"$log" 2>&1; then
  tail -20 "$log" >&2
  exit 4
fi
