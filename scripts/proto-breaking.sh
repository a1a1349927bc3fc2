#!/usr/bin/env bash
# proto-breaking.sh: says whether the protocol broke its promises since the base commit: $HOSTLER_PROTO_BASE, or where this branch left
# main, or on main itself the commit before. Without a commit to compare with (a shallow clone, the first commit) it says so and passes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools=$(realpath -m "${HOSTLER_TOOLS_DIR:-target/tools}")

skip() { echo "proto-breaking: SKIPPED, nothing was compared: $*" >&2; exit 0; }

head=$(git rev-parse --verify --quiet HEAD) || skip "this is not a git checkout"
base=${HOSTLER_PROTO_BASE:-}
if [ -n "$base" ]; then
  base=$(git rev-parse --verify --quiet "$base^{commit}") || { echo "proto-breaking: HOSTLER_PROTO_BASE names no commit of this clone" >&2; exit 1; }
else
  for main in origin/main main; do
    if base=$(git merge-base HEAD "$main" 2> /dev/null); then break; fi
    base=''
  done
  if [ -z "$base" ] || [ "$base" = "$head" ]; then
    base=$(git rev-parse --verify --quiet 'HEAD~1') || skip "this clone holds no earlier commit (fetch more history, or set HOSTLER_PROTO_BASE)"
  fi
fi
git cat-file -e "$base:proto/proto" 2> /dev/null || skip "commit ${base:0:12} has no protocol yet"

# From an archive, not from .git: that works in a worktree, too.
old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
git archive "$base" proto/proto | tar -x -C "$old"
# The rules are those of today.
cp buf.yaml "$old/"
if ! "$tools/bin/buf" breaking --against "$old"; then
  echo "proto-breaking: the protocol is not compatible with commit ${base:0:12}" >&2
  exit 1
fi
