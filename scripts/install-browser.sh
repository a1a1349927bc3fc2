#!/usr/bin/env bash
# install-browser.sh: what the end-to-end tests look at the web client with: Chromium, and fonts with Cyrillic and Japanese letters.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

chromium=${CHROMIUM:-/usr/bin/chromium}
missing=()
[ -x "$chromium" ] || missing+=(chromium)
if command -v dpkg-query > /dev/null; then
  # Without them the screenshots show boxes in place of letters.
  for font in fonts-dejavu-core fonts-noto-cjk; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$font" 2> /dev/null)" = installed ] || missing+=("$font")
  done
fi
[ ${#missing[@]} -eq 0 ] || "$here/apt-install.sh" "${missing[@]}"
[ -x "$chromium" ] || { echo "install-browser: there is no Chromium at $chromium; CHROMIUM may name another" >&2; exit 1; }
