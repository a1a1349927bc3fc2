#!/usr/bin/env bash
# install-build-tools.sh: what `cargo build` needs beside Rust. That is a C compiler, for the bundled SQLite and for ring; the
# protocol is compiled without protoc and the MySQL client is pure Rust.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if ! command -v cargo > /dev/null; then
  echo "install-build-tools: cargo is not in PATH. Install Rust with rustup; rust-toolchain.toml says which version." >&2
  exit 1
fi

compiles() { printf '#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n' | cc -x c -o /dev/null - 2> /dev/null; }
compiles || "$here/apt-install.sh" gcc libc6-dev
compiles || { echo "install-build-tools: cc does not compile and link a C program" >&2; exit 1; }
