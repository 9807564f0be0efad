# `make demo` and `make test` are all that a newcomer needs: each makes what it lacks.

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed

.NOTPARALLEL:
.PHONY: help demo test check bench lock

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

demo: $(RUNTIME) ## the whole story, by mail and in chats, in a temporary directory
	$(BIN)/recourse demo

test: $(DEV) ## every test; what needs a part that is not installed is skipped and says so
	$(BIN)/python -m pytest

check: $(DEV) ## all that CI checks: format, lint, types, floors, tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

bench: $(DEV) ## mails, web turns, sheets and starts: how many a second and what each costs, beside bare servers
	$(BIN)/python -m tests.bench

COMPILE := $(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' --extra postgres --extra slack --extra telegram pyproject.toml

lock: $(DEV) ## the newest versions that pyproject.toml allows, with hashes, into requirements*.txt
	$(COMPILE) --group build --output-file requirements.txt
	$(COMPILE) --group dev --constraints requirements.txt --output-file requirements-dev.txt

# requirements-dev.txt holds all of requirements.txt, so it stands for both.
$(DEV): requirements-dev.txt pyproject.toml | .venv/.made
	@echo "Installing what Recourse and its tests need into .venv (only when the lock changes) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $(DEV)

$(RUNTIME): requirements.txt pyproject.toml | .venv/.made
	@echo "Installing what Recourse needs into .venv (only when the lock changes) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME)

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Recourse needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): say for example make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@
