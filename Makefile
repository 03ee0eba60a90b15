# Two commands do all the set-up on a fresh machine: `make run` and `make test`.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Without a hash: which build this is (CPU, CUDA, ROCm) the machine's package index decides. TORCH_INDEX names another one, such as that of the CPU builds.
TORCH := torch==2.13.0
TORCH_INDEX ?=
SOURCES := schemas adapters workers handlers

.PHONY: help setup run test lint format bench chaos hostile lock setup-test system-test-packages clean

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.base  ## Make .venv with the base dependencies and .venv/bin/tamiz

$(VENV)/.base: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tamiz needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: setup  ## Start everything here, with samples on a first start; Ctrl-C stops it
	@exec $(BIN)/tamiz up --samples

setup-test: $(VENV)/.dev system-test-packages

$(VENV)/.dev: $(VENV)/.base requirements-dev.txt requirements-engines.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-engines.txt
	$(BIN)/python -m pip install --quiet "$(TORCH)" $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@touch $@

system-test-packages:
	@sh tests/system_packages.sh

lint: $(VENV)/.dev  ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check $(SOURCES) tests benchmarks training samples
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## Let ruff sort and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format $(SOURCES) tests benchmarks training samples

test: setup-test lint  ## Set up what tests need, then lint and pytest
	$(BIN)/pytest -q -n 2 --dist loadgroup

bench: $(VENV)/.dev  ## Measure the budgets side by side and write docs/benchmarks.md
	$(BIN)/python -m benchmarks.run

chaos: $(VENV)/.dev  ## Kill processes at random under load and compare every row with the oracle
	$(BIN)/python -m benchmarks.chaos

hostile: $(VENV)/.dev  ## Drop broken and malicious files into a running service and see that nobody is harmed
	$(BIN)/python -m benchmarks.hostile

lock:  ## Resolve dependencies again into the hashed requirement files (needs uv)
	sh requirements.sh

clean:  ## Remove the environment and caches, never data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
