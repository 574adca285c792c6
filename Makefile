# make run · make test · make check · make prove · make bench: see README.md

VENV := .venv
BIN := $(VENV)/bin
CANDIDATES := python3.12 python3.11 python3 python \
  $(wildcard $(HOME)/.pyenv/versions/3.12*/bin/python) $(wildcard $(HOME)/.pyenv/versions/3.11*/bin/python)

# The first Python that runs, is 3.11 or 3.12, and can make a virtual environment.
PYTHON = $(shell for p in $(CANDIDATES); do \
  "$$p" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
    >/dev/null 2>&1 && { echo "$$p"; break; }; done)

.PHONY: run test check prove bench train migration clean

run: $(VENV)/.run
	@$(BIN)/python -m bot run --log warning

test: $(VENV)/.test
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

prove: $(VENV)/.test
	@PROVE=1 $(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/.test
	@$(BIN)/python -m bench.run $(ARGS)

# Weights of the intent model, from the project's own examples only.
train: $(VENV)/.test
	@$(BIN)/python -m nlp.train

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "小团 needs Python 3.11 or 3.12 with venv: install python3.12 and python3.12-venv (Debian: apt install python3-venv)"; exit 1; }
	@echo "making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,dev]'
	@touch $@ $(VENV)/.run

# A migration from the tables as they are now: make migration NAME="what changed".
migration: $(VENV)/.test
	@$(BIN)/python -m storage.migrations.new "$(NAME)"

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
