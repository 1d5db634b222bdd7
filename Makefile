# install, run, test, bench, lint: the five things one does with kasuslab.
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell command -v $(name))))
BIN := .venv/bin

.PHONY: install run test bench lint browser

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "kasuslab needs Python 3.11 or newer; name one with: make PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[develop]'
	touch $@

run: install
	$(BIN)/kasuslab run

browser: install
	$(BIN)/python tests/install_browser.py

test: install browser
	$(BIN)/python -m pytest

bench: install
	@echo 'No benchmark is there yet: the first comes with the grading of a whole class.'

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
