# install, run, test, bench, lint: the five things one does with kasuslab.
# The first of these that runs and is new enough.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin

.PHONY: install run test bench lint browser store

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "kasuslab needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[develop]'
	touch $@

run: install
	$(BIN)/kasuslab run

browser: install
	$(BIN)/python tests/install_browser.py

store: install
	$(BIN)/python tests/install_lrs.py

test: install browser store
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

bench: install
	for file in tests/benchmarks/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
