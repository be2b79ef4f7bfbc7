# `make run` sets up and opens the chat page; `make test` sets up and runs every check.
PYTHON ?= python3
PORT ?= 7860
SET ?= eval/sets/quality_dev.jsonl
WENCE_HOME ?= $(CURDIR)/.wence
export WENCE_HOME

.PHONY: setup run test check bench

setup: .venv/installed

run: setup
	.venv/bin/wence serve --port $(PORT)

test: check
	.venv/bin/python -m pytest

check: .venv/installed-dev
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

bench: setup
	.venv/bin/python -m eval.benchmarks.latency $(SET)

.venv/installed: pyproject.toml install.py
	$(PYTHON) install.py && touch $@

.venv/installed-dev: pyproject.toml install.py
	$(PYTHON) install.py dev && touch .venv/installed $@
