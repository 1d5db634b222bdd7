# What one does with kasuslab, each with its line in `make help`.
# The first of these that runs and is new enough.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin
DIST := dist
DOCKER ?= docker
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
FACILITATOR = $(DIST)/kasuslab-facilitator-$(VERSION)
PYTEST := -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
FOUND_PYTHON = test -n "$(PYTHON)" || { echo "kasuslab needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python" >&2; exit 1; }

# A run starts hundreds of processes of ours: a module is compiled for the first, wherever this is forbidden.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install run test test-long lint types mypy pyright scripts format coverage bench pictures release image test-containers lock browser store platform proxies hub

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed ## an environment in .venv, with everything that the other targets need

.venv/installed: pyproject.toml constraints.txt
	@$(FOUND_PYTHON)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[develop]'
	touch $@

run: install ## the workshop and the facilitator's desk, with a sample class; Ctrl-C ends it
	$(BIN)/kasuslab run

# What is checked and what is installed keeps one core busy each, so two at a time.
test: install ## lint and types, then every test but the long ones, in a browser too
	@$(MAKE) --no-print-directory --jobs=2 types lint browser store proxies
	$(BIN)/python $(PYTEST)

test-long: install ## types by pyright, and the long tests: a storm, networks, a hub, a learning platform, whole ways
	@$(MAKE) --no-print-directory --jobs=2 pyright browser platform hub
	$(BIN)/python $(PYTEST) -m long

lint: install ## what ruff finds, and whether everything is formatted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: mypy scripts ## the types of all that is code

mypy: install ## types by mypy, as strict as it is, the tests too
	$(BIN)/mypy

pyright: install ## types of what is no test once more, by pyright
	$(BIN)/pyright

scripts: install ## the types of our scripts by TypeScript
	$(BIN)/python -m tests.parts.node

format: install ## format everything, and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Apart from `make test`: measuring makes the tests of rules 1.7 times as long, those of a workshop 1.2 times.
coverage: install browser store platform proxies hub ## every test, the long ones too, slower, and then which lines and branches none of them reached
	$(BIN)/coverage erase
	$(BIN)/coverage run $(PYTEST) -m "long or not long"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: install ## the benchmarks: rooms of phones, a slow phone, grading
	for file in tests/benchmarks/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

pictures: install browser ## the pictures of the READMEs, taken anew of the lab as it runs
	$(BIN)/python -m tests.pictures

# A wheel for whoever trains, without keys; an archive for whoever facilitates, with keys and guides in their place.
release: install ## into dist: the trainee's wheel without keys, and the facilitator's archive with keys and guides
	rm -rf $(DIST)
	$(BIN)/python -m hatchling build --target wheel --target sdist --directory $(DIST)
	tar -xzf $(DIST)/kasuslab-$(VERSION).tar.gz -C $(DIST)
	mv $(DIST)/kasuslab-$(VERSION) $(FACILITATOR)
	cp -R graders/keys graders/guides graders/rules.md $(FACILITATOR)/graders/
	rm -f $(FACILITATOR)/graders/keys/bentuk-*.yaml # those of tests, where this machine has been given them
	cp Makefile release/launcher/Mulai.* $(FACILITATOR)/
	$(BIN)/python -m zipfile -c $(FACILITATOR).zip $(FACILITATOR)
	rm -r $(FACILITATOR) $(DIST)/kasuslab-$(VERSION).tar.gz

# Nothing is handed to the builder but a wheel without keys: what is not there no image can hold.
# BASE names another image with Python; WHEELS a folder with all wheels that are needed, where nothing may be loaded.
image: install ## the image of a server, kasuslab:<version>, by Docker; see release/container/README.md
	rm -rf $(DIST)/image
	$(BIN)/python -m hatchling build --target wheel --directory $(DIST)/image/wheels
	cp constraints.txt release/container/Dockerfile $(DIST)/image/
	$(if $(WHEELS),cp $(WHEELS)/*.whl $(DIST)/image/wheels/)
	$(DOCKER) build --tag kasuslab:$(VERSION) $(if $(BASE),--build-arg BASE=$(BASE)) \
		$(if $(WHEELS),--build-arg PIP_NO_INDEX=1 --network none) $(DIST)/image

test-containers: install ## the image and compose.yaml, built, used, killed and up again, where Docker is
	$(BIN)/python -m pytest tests/containers

lock: ## the newest version of every dependency into constraints.txt; use the oldest Python that is supported
	@$(FOUND_PYTHON)
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet '.[develop]'
	.venv-lock/bin/python -m pip freeze --exclude kasuslab > .venv-lock/constraints.txt
	mv .venv-lock/constraints.txt constraints.txt
	rm -rf .venv-lock

browser: install ## the browsers of the tests, where this machine has none
	$(BIN)/python tests/install_browser.py

store: install ## the learning record store of the tests, in an environment of its own
	$(BIN)/python tests/install_counterparts.py store

platform: install ## the learning platform of the tests, Open edX's, in an environment of its own
	$(BIN)/python tests/install_counterparts.py platform

hub: install ## the proxy of the tests' JupyterHub, from npm
	$(BIN)/python tests/install_counterparts.py hub

proxies: install ## the proxies of the tests, nginx and Caddy, unpacked beside them
	$(BIN)/python tests/install_proxies.py
