# What a user and a contributor run. Everything is installed into .venv, nothing elsewhere.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
INDEX := $(or $(SAKUIN_INDEX),index)

.PHONY: serve test slow check fmt bench evaluate train install clean

serve: .venv/runtime.stamp ## search page and JSON on http://127.0.0.1:8000/, on the samples at first
	@test -e $(INDEX)/CURRENT || $(BIN)/sakuin reindex indexer/samples --index $(INDEX)
	$(BIN)/sakuin serve --index $(INDEX)

test: .venv/dev.stamp ## what a contributor runs
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow"

slow: .venv/dev.stamp ## the tests that take more than ten seconds each
	$(BIN)/python -m pytest -n auto --dist loadgroup -m slow

check: .venv/dev.stamp ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: .venv/dev.stamp ## format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/bench.stamp ## measurements, each beside its peer
	$(BIN)/python -m benchmarks

evaluate: .venv/runtime.stamp ## how good search and enrichment are, beside their peers; into docs/quality.md
	$(BIN)/python -m benchmarks.evaluate --write

train: .venv/train.stamp ## the models of persons and topics anew, from the shared data
	$(BIN)/python -m indexer.training.persons
	$(BIN)/python -m indexer.training.topics

install: .venv/dev.stamp ## everything a contributor needs

clean: ## remove what the above made, but not the index
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Sakuin needs Python 3.11 or newer, and found none" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "cannot make a virtual environment: install Python's venv module (Debian: python3-venv)" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

.venv/runtime.stamp: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	@touch $@

.venv/train.stamp: .venv/runtime.stamp
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group train
	@touch $@

.venv/bench.stamp: .venv/runtime.stamp
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group bench
	@touch $@
