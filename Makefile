# Two commands: `make run` serves the shop, `make test` proves it. Everything they need is set up on the way.
SHELL := bash
TARGET := $(or $(CARGO_TARGET_DIR),target)
TOOLS := $(or $(MADANG_TOOLS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/madang/tools)
export PATH := $(TOOLS)/bin:$(TOOLS)/node_modules/.bin:$(HOME)/.cargo/bin:$(PATH)

.PHONY: run build test bench bench-admin setup sim sim-bugs torture

run: build
	@exec $(TARGET)/release/madang serve

build: setup
	@scripts/build.sh

setup:
	@scripts/setup-build.sh

test: build
	@scripts/setup-test.sh
	@scripts/test.sh

bench: build
	@scripts/setup-test.sh
	@scripts/bench.sh

bench-admin: build
	@scripts/setup-test.sh
	@scripts/bench_admin.sh

# Scenarios in which everything goes wrong, held against the provider's ledger: make sim SEEDS=20000
sim: setup
	@scripts/setup-test.sh
	@scripts/sim.sh seeds

# How soon the simulation finds the bugs that were planted for it.
sim-bugs: setup
	@scripts/sim.sh bugs

# The real program killed at every fail point, flooded with webhooks, raced; its readers fuzzed. The parts take a quarter of an hour after the builds.
torture: build
	@scripts/setup-test.sh
	@scripts/torture.sh
