# Everything runs from here; `make help` lists it.
PYTHON ?= python3
# Where torch comes from, when not from the default index (see README, "Installing").
TORCH_INDEX ?=
TORCH := torch==2.13.0
BIN := .venv/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test lint bench bench-generators lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: .venv/run ## make a synthetic twin of a real table of 7,043 customers, on embedded defaults
	@$(BIN)/python -m tabtwin.local.demo modeldata.wa_churn demo/churn.csv
	@echo "30 epochs for each of the five models instead of 300: this shows the way, not the best twin"
	$(BIN)/tabtwin run demo/churn.csv --out demo/twin --target churn --epochs 30

test: .venv/test ## run the tests
	$(BIN)/pytest

lint: .venv/test ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/test ## print the README's table of figures (resumable; hours, for the slow peers)
	$(BIN)/python -m tests.benchmarks.closeness

bench-generators: .venv/test ## print closeness, attacks, utility and cost of generators (resumable; hours)
	$(BIN)/python -m tests.benchmarks.generators

# torch stands outside the hashed lock: its CPU build lives in an index of its own.
.venv/torch: Makefile
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	@touch $@

.venv/run: .venv/torch requirements.lock pyproject.toml
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test: .venv/run requirements-dev.lock
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

lock: ## write the lock files anew (needs uv)
	printf "torch ; python_version < '0'\n" > .venv/without-torch
	uv pip compile pyproject.toml --extra prize --extra demo --extra build \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --override .venv/without-torch --custom-compile-command 'make lock' -o requirements.lock
	uv pip compile pyproject.toml --extra prize --extra demo --extra build --extra dev -c requirements.lock \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --override .venv/without-torch --custom-compile-command 'make lock' -o requirements-dev.lock

clean: ## remove what the targets above made
	rm -rf .venv demo bench
