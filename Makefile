# The list of commands: people and CI call the same targets. `make help` prints it. Anything longer than a few lines is a script.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# How `make run` starts the server: SQLite, simulated machines and a first operator, in one process.
RUN_FLAGS ?= run --dev

export PATH := $(HOME)/.cargo/bin:$(PATH)
export HOSTLER_TOOLS_DIR ?= $(CURDIR)/target/tools
TOOLS_BIN := $(HOSTLER_TOOLS_DIR)/bin

ifdef CI
export CARGO_TERM_COLOR ?= never
export CARGO_INCREMENTAL ?= 0
LOCKED := --locked
endif

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Build and run

.PHONY: run build release check clean build-tools test-tools
run: build-tools web ## Build the server with its web client and the CLI, then run the server with simulated machines
	@cargo build $(LOCKED) -p hostlerd -p hostler-cli
	@exec $${CARGO_TARGET_DIR:-target}/debug/hostlerd $(RUN_FLAGS)

build: build-tools ## Build everything, for development
	@cargo build $(LOCKED) --workspace --all-targets

release: build-tools web ## Build the programs as they are shipped
	@cargo build --locked --profile dist -p hostlerd -p hostler-cli

check: build-tools ## Type-check everything, the quickest answer
	@cargo check $(LOCKED) --workspace --all-targets

clean: ## Remove everything that was built, generated or installed below this directory
	@rm -rf target node_modules web-client/dist client-sdk/typescript/dist client-sdk/typescript/src/gen

build-tools: ## Install what a build needs (a C compiler)
	@scripts/install-build-tools.sh

test-tools: build-tools ## Install what tests and linters need (MariaDB, Docker, Podman, Python packages, buf, …)
	@scripts/install-test-tools.sh

## Judge

.PHONY: fmt lint rust-lint deny advisories proto-lint test rust-test bench ci
fmt: ## Format the Rust code and the protocol
	@cargo fmt --all
	@if [ -x $(TOOLS_BIN)/buf ]; then $(TOOLS_BIN)/buf format --write --path proto/proto/hostler; fi

lint: rust-lint deny proto-lint web-lint ## Every check but the tests

rust-lint: build-tools ## Formatting, clippy and the documentation's links
	@cargo fmt --all --check
	@cargo clippy $(LOCKED) --quiet --workspace --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc $(LOCKED) --quiet --workspace --no-deps --document-private-items

deny: test-tools ## Licences, forbidden crates and origins of the dependencies
	@$(TOOLS_BIN)/cargo-deny --log-level error check bans licenses sources

advisories: test-tools ## Known vulnerabilities of the dependencies (fetches the database of advisories)
	@$(TOOLS_BIN)/cargo-deny check advisories

proto-lint: test-tools ## The protocol: style, and compatibility with where this branch began
	@$(TOOLS_BIN)/buf lint
	@scripts/proto-breaking.sh

# The web client first: the server is built with it inside.
test: web rust-test web-test e2e ## All tests

rust-test: test-tools ## All tests of the Rust parts, beside a MariaDB of their own; ARGS go to cargo test
	@cargo build $(LOCKED) -p hostlerd -p hostler-cli
	@scripts/with-container-engines.sh scripts/with-test-services.sh cargo test $(LOCKED) --workspace $(ARGS)

bench: test-tools ## Measure a release build; ARGS go to the benchmark
	@cargo build $(LOCKED) --release -p hostlerd
	@scripts/with-test-services.sh cargo run $(LOCKED) --release -p hostler-tests --bin hostler-bench -- $(ARGS)

ci: web lint test ## What CI runs

## Web client

# Made by npm; older than what it was made from, it is made anew.
NPM_READY := node_modules/.package-lock.json

# Results, made anew when something below is newer. Directories are among it: they change when a file goes.
SDK_READY := client-sdk/typescript/dist/.built
WEB_READY := web-client/dist/.built
SDK_SOURCES := $(shell find proto/proto client-sdk/typescript/proto client-sdk/typescript/src -path '*/src/gen' -prune -o -print) \
	buf.gen.yaml buf.yaml client-sdk/typescript/tsconfig.json
WEB_SOURCES := $(shell find web-client/src web-client/public web-client/scripts) \
	web-client/index.html web-client/tsconfig.json web-client/vite.config.ts

.PHONY: web web-tools web-client-sdk web-dev web-lint web-test e2e bench-web readme-images
web-tools: $(NPM_READY) ## Install what the web client is built with (Node.js 20.19 or newer)
$(NPM_READY): package-lock.json package.json .npmrc client-sdk/typescript/package.json web-client/package.json tests/e2e/package.json
	@command -v npm > /dev/null || { echo "npm is not in PATH: install Node.js 20.19 or newer" >&2; exit 1; }
	@npm ci --ignore-scripts
	@touch $@

web-client-sdk: $(SDK_READY)
$(SDK_READY): $(NPM_READY) $(SDK_SOURCES)
	@npm run --silent build -w @hostler/client
	@touch $@

web: $(WEB_READY) ## Build the web client into web-client/dist, if anything of it has changed
$(WEB_READY): $(SDK_READY) $(WEB_SOURCES)
	@npm run --silent build -w @hostler/web-client
	@touch $@

web-dev: web-client-sdk ## Serve the web client while working on it; calls go to WEB_DEV_SERVER (http://127.0.0.1:8600)
	@npm run --silent dev -w @hostler/web-client

web-lint: web-client-sdk ## Formatting, ESLint and types of the web client and its end-to-end tests
	@npm run --silent lint -w @hostler/web-client
	@npm run --silent lint -w @hostler/e2e

web-test: web-client-sdk ## Unit tests of the TypeScript client and the web client
	@npm run --silent test -w @hostler/client
	@npm run --silent test -w @hostler/web-client

e2e: test-tools web ## The web client in Chromium against a real server; ARGS go to Vitest, results into target/e2e
	@scripts/install-browser.sh
	@cargo build $(LOCKED) -p hostlerd -p hostler-cli -p hostler-agent
	@scripts/with-container-engines.sh npm run --silent test -w @hostler/e2e -- $(ARGS)

bench-web: build-tools web ## Measure the web client of a release build in Chromium: its first load, a slow processor, a long list
	@scripts/install-browser.sh
	@cargo build $(LOCKED) --release -p hostlerd
	@HOSTLER_PROFILE=release npm run --silent bench -w @hostler/e2e

readme-images: ## Take the pictures of the README anew
	@$(MAKE) e2e ARGS=tests/gallery-en.test.ts
	@cp target/e2e/screenshots/en/1440/servers.png docs/images/servers.png
	@cp target/e2e/screenshots/en/1440/server-creating.png docs/images/server.png
