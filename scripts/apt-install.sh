#!/usr/bin/env bash
# apt-install.sh PACKAGE...: installs the Debian packages named, with sudo when not root; refreshes the package lists only if they
# are missing or too old to install from. Nothing is printed when it works.
set -euo pipefail

if ! command -v apt-get > /dev/null; then
  echo "apt-install: this is not a Debian system. Please install what these packages hold, then try again: $*" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo > /dev/null || { echo "apt-install: to install $* be root, or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Another program may hold apt's lock for a while: wait for it.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=400 "$@" > "$log" 2>&1; }

if ! apt install -y --no-install-recommends "$@"; then
  if ! { apt update && apt install -y --no-install-recommends "$@"; }; then
    echo "apt-install: cannot install: $*" >&2
    cat "$log" >&2
    exit 1
  fi
fi
