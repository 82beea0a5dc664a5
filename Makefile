# What there is to do with Duly; `make` alone lists it.
# Everything is built in one profile (release) with the versions that Cargo.lock names, so that dependencies are built once.

SHELL := /usr/bin/env bash
CARGO := cargo
FLAGS := --release --locked
DULY := target/release/duly

.DEFAULT_GOAL := help
.PHONY: help build run watch pictures package check test chaos lint format kafka bless schemas bench bench-kafka audit clean

help: ## List what there is to do
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build the program: target/release/duly
	@tests/scripts/prerequisites
	$(CARGO) build $(FLAGS) --bin duly

run: build ## Build, and show a service desk's fortnight; then API and metrics on 127.0.0.1:8321 until Ctrl-C
	$(DULY) demo

package: build ## Build the Debian package: target/duly_VERSION_ARCHITECTURE.deb (needs dpkg-dev)
	deploy/debian/build $(DULY) target

watch: ## Prometheus with the rules and Alertmanager, on the engine of `make run` in another terminal; until Ctrl-C
	@tests/scripts/prometheus watch

pictures: ## Draw the dashboards from the Prometheus of `make watch`: target/pictures/*.png
	@(exec 3<>/dev/tcp/127.0.0.1/9090) 2>/dev/null || { echo 'nothing answers on 127.0.0.1:9090: `make watch` in another terminal' >&2; exit 1; }
	@tests/scripts/dashboards draw --server http://127.0.0.1:9090 --scrape 15 --from "$$(date -d '-15 minutes' +%s)" --to "$$(date +%s)" \
		--out target/pictures deploy/grafana/dashboards/*.json >/dev/null && ls target/pictures/*.png

check: ## The daily loop: format, lints, tests of the core
	@tests/scripts/prerequisites rustfmt clippy
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(FLAGS) --workspace --all-targets -- -D warnings
	$(CARGO) test $(FLAGS) -p duly-core

test: ## All tests
	@tests/scripts/prerequisites
	$(CARGO) test $(FLAGS) --workspace --no-fail-fast

chaos: ## Kill, freeze, stop and join instances and kill brokers, a few hundred times under load
	@tests/scripts/prerequisites
	DULY_KILLS=200 DULY_DEEDS=100 $(CARGO) test $(FLAGS) --workspace --test exactly_once -- --nocapture kill:: chaos:: live::
	DULY_SOURCE_KILLS=40 $(CARGO) test $(FLAGS) --workspace --test exactly_once -- --nocapture sources::
	DULY_BROKER_KILLS=24 $(CARGO) test $(FLAGS) --workspace --test exactly_once -- --nocapture brokers::

lint: ## Format and lints alone
	@tests/scripts/prerequisites rustfmt clippy
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(FLAGS) --workspace --all-targets -- -D warnings

format: ## Format the code
	@tests/scripts/prerequisites rustfmt
	$(CARGO) fmt --all

kafka: ## A real Kafka on 127.0.0.1:9092 until Ctrl-C, for trying things out (needs Java 17 and Maven)
	@tests/scripts/kafka run --port 9092 --stay

schemas: build ## Write schemas/*.json anew
	$(DULY) schema --write schemas

bless: schemas ## Take what is written now for what is expected: schemas, examples, scenarios, mappings
	DULY_BLESS=1 $(CARGO) test $(FLAGS) --workspace --test schemas -- own published
	DULY_BLESS=1 $(CARGO) test $(FLAGS) --workspace --test scenarios -- the_core
	DULY_BLESS=1 $(CARGO) test $(FLAGS) --workspace --test mappings -- somebody_found_right
	git diff --stat

bench: ## Measure, as the README tells
	@tests/scripts/prerequisites
	$(CARGO) bench --locked --workspace --bench embedded --bench figures --bench lane

bench-kafka: ## Measure on a real Kafka: two cores, Linux, Java 17 and Maven; takes about fifteen minutes
	@tests/scripts/prerequisites
	@command -v taskset >/dev/null || { echo 'missing: taskset' >&2; echo '  on Debian run: apt-get install util-linux' >&2; exit 1; }
	$(CARGO) bench --locked --workspace --bench kafka

audit: ## Licences, sources and known holes of everything that is linked
	@cargo deny --version >/dev/null 2>&1 || { echo 'missing: cargo-deny' >&2; echo '  run: cargo install --locked cargo-deny' >&2; exit 1; }
	$(CARGO) deny check licenses bans sources
	$(CARGO) deny check advisories # fetches the RustSec database

clean: ## Remove what was built
	$(CARGO) clean
