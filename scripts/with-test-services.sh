#!/usr/bin/env bash
# with-test-services.sh CMD [ARG...]: runs CMD beside a private MariaDB and tells it, by environment variables, where the services and
# programs are that the tests need. MariaDB listens on a free port of 127.0.0.1, keeps its data in a new directory and is stopped, data
# and all, when CMD ends or this script is interrupted. scripts/install-test-tools.sh must have run.
#
#   HOSTLER_TEST_MYSQL_URL  mysql://hostler:PASSWORD@127.0.0.1:PORT; the user may create, use and drop databases named hostler_*
#   HOSTLER_TEST_PYTHON     a Python with fakepve, aiosmtpd and grpcio: tests start the programs of tests/python with it
#   HOSTLER_TEST_GRPCURL    the grpcurl program
#   HOSTLER_TEST_REQUIRED   1: a test that misses something fails instead of skipping
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools=$(realpath -m "${HOSTLER_TOOLS_DIR:-target/tools}")

fail() { echo "with-test-services: $*" >&2; exit 1; }

[ $# -gt 0 ] || fail "usage: with-test-services.sh CMD [ARG...]"
for program in "$tools/venv/bin/python" "$tools/bin/grpcurl"; do
  [ -x "$program" ] || fail "$program is missing: run scripts/install-test-tools.sh first"
done
# Debian keeps the server in /usr/sbin, which is not in every user's PATH.
PATH="$PATH:/usr/sbin"
command -v mariadbd > /dev/null || fail "mariadbd is missing: run scripts/install-test-tools.sh first"

# As root the server runs as user mysql, who must be able to walk down to the directory. And a socket's path may have 107 bytes.
owner=$(id -un)
if [ "$owner" = root ] && id mysql > /dev/null 2>&1; then owner=mysql; fi
as_owner=()
if [ "$owner" != "$(id -un)" ]; then as_owner=(--reuid "$owner" --regid "$(id -g "$owner")" --clear-groups); fi
reachable() { setpriv "${as_owner[@]}" --no-new-privs test -x "$1"; }
# In memory where there is room: tests kill processes, never the machine, and thousands of commits that wait for a disk are most of
# their time.
memory=$(df --output=avail --block-size=1M /dev/shm 2> /dev/null | tail -n 1)
if [ "${memory:-0}" -ge 2048 ] && reachable /dev/shm; then
  dir=$(mktemp -d /dev/shm/hostler-test-services.XXXXXX)
else
  mkdir -p target
  dir=$(mktemp -d "$PWD/target/test-services.XXXXXX")
  if [ ${#dir} -gt 90 ] || ! reachable "${dir%/*}"; then
    rmdir "$dir"
    dir=$(mktemp -d /tmp/hostler-test-services.XXXXXX)
  fi
fi

mariadb_pid='' command_pid=''
clean_up() {
  # Whatever CMD left running must not outlive the services it uses.
  if [ -n "$command_pid" ]; then kill -KILL -- "-$command_pid" 2> /dev/null || true; fi
  if [ -n "$mariadb_pid" ]; then
    # Nothing in it is worth an orderly shutdown.
    kill -KILL "$mariadb_pid" 2> /dev/null || true
    wait "$mariadb_pid" 2> /dev/null || true
  fi
  rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

chmod 700 "$dir"
chown "$owner" "$dir"

mariadb-install-db --no-defaults --datadir="$dir/data" --user="$owner" --auth-root-authentication-method=normal --skip-test-db \
  --innodb-log-file-size=16M > "$dir/install.log" 2>&1 || { cat "$dir/install.log" >&2; fail "MariaDB's data directory could not be made"; }

free_port() { "$tools/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
sql() { mariadb --no-defaults --socket="$dir/socket" --user=root "$@"; }

# Background commands get process groups of their own: an interrupt from the keyboard then comes here only, and clean_up decides.
set -m
# Somebody may take the port between its choice and its use: try again.
for attempt in 1 2 3; do
  port=$(free_port)
  # pdeathsig: should this script be killed outright, the server dies with it.
  setpriv "${as_owner[@]}" --pdeathsig KILL mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" \
    --bind-address=127.0.0.1 --port="$port" --skip-name-resolve \
    --character-set-server=utf8mb4 --collation-server=utf8mb4_bin \
    --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=256M --innodb-log-file-size=16M --max-connections=400 \
    > "$dir/mariadb.log" 2>&1 < /dev/null &
  mariadb_pid=$!
  for _ in $(seq 600); do
    if sql -e 'select 1' > /dev/null 2>&1; then break 2; fi
    kill -0 "$mariadb_pid" 2> /dev/null || break
    sleep 0.05
  done
  if kill -0 "$mariadb_pid" 2> /dev/null || [ "$attempt" = 3 ]; then
    cat "$dir/mariadb.log" >&2
    fail "MariaDB does not start"
  fi
done

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
# In a grant, the name of a database is a pattern: \_ is the underscore itself.
sql << SQL
create user hostler@127.0.0.1 identified by '$password';
grant all on \`hostler\\_%\`.* to hostler@127.0.0.1;
SQL

export HOSTLER_TEST_MYSQL_URL="mysql://hostler:$password@127.0.0.1:$port"
export HOSTLER_TEST_PYTHON="$tools/venv/bin/python"
export HOSTLER_TEST_GRPCURL="$tools/bin/grpcurl"
export HOSTLER_TEST_REQUIRED=1

"$@" <&0 &
command_pid=$!
status=0
wait "$command_pid" || status=$?
exit "$status"
