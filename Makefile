# Two commands: `make run` and `make test`. Each alone makes the environment (once), installs locked versions, does its job.
# A machine needs Python 3.11+ and make; ARGS="..." passes words on: make run ARGS="--as NAME", make test ARGS="-k dates".
.NOTPARALLEL:
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
ARGS ?=
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: help run test lint format types docs bench floors wheel wheel-check lock clean

help:
	@echo "make run     a demo company and a chat in this terminal"
	@echo "make test    every test, on SQLite and on a PostgreSQL that the tests start themselves"
	@echo "make lint types docs bench floors wheel wheel-check lock format clean      see docs/development.md"

run: $(VENV)/.runtime
	@$(VENV)/bin/canmou demo $(ARGS)

test: $(VENV)/.dev
	$(PY) -m pytest -n auto --maxprocesses 4 $(ARGS)

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: $(VENV)/.dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: $(VENV)/.dev
	$(PY) -m mypy

# The pages that are made from the code.
docs: $(VENV)/.dev
	$(PY) -c 'import sys; from sales.metrics.page import page; sys.stdout.buffer.write(page().encode())' > docs/metrics.md

bench: $(VENV)/.dev
	$(PY) bench/run.py $(ARGS)

# What the development cases must reach at least; below it this fails.
floors: $(VENV)/.dev
	@mkdir -p var
	$(VENV)/bin/canmou replay --company tests/cases/dev/company.json --library tests/cases/library \
		--cases tests/cases/dev/cases.jsonl --out var/floors.jsonl --score --floors tests/floors.json
	for set in tests/cases/fresh/*/; do \
		$(VENV)/bin/canmou replay --company $$set/company.json --cases $$set/cases.jsonl --out var/floors.jsonl \
			--score --floors tests/cases/fresh/floors.json || exit 1; \
	done
	for set in tests/cases/questions/*/; do \
		$(VENV)/bin/canmou replay --company $$set/company.json --cases $$set/cases.jsonl --out var/floors.jsonl \
			--score --floors tests/cases/questions/floors.json || exit 1; \
	done

wheel: $(VENV)/.dev
	rm -rf dist
	$(PY) -m build --wheel --no-isolation
	@ls -1 dist

wheel-check: wheel
	$(PY) .ci/check_wheel.py dist/*.whl

# uv resolves for every platform and Python at once; it is needed here only, so it is not among the locked tools.
lock: $(VENV)/.dev
	$(PIP_INSTALL) uv
	$(PY) -m uv pip compile pyproject.toml --group build --universal --python-version 3.11 $(ARGS) \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet -o requirements.lock
	$(PY) -m uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 $(ARGS) \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet -o requirements-dev.lock

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: what is installed is as locked. The second time, nothing of this runs.
$(VENV)/.runtime: $(VENV)/.made requirements.lock pyproject.toml
	@echo "Installing what Canmou needs (once, a minute or two) ..."
	@$(PIP_INSTALL) -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made requirements-dev.lock pyproject.toml
	@echo "Installing what Canmou and its tests need (once, a minute or two) ..."
	@$(PIP_INSTALL) -r requirements-dev.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.runtime $@

$(VENV)/.made:
	@found=; \
	for python in $(PYTHON) python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Canmou needs Python 3.11 or newer; \"$(PYTHON)\" is $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		version=$$("$$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$$found cannot make environments: its venv module is missing. This mends it:" >&2; \
		echo "    sudo apt-get install -y python$$version-venv" >&2; \
		exit 1; \
	fi; \
	"$$found" -m venv $(VENV)
	@touch $@
