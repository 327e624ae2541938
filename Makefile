# PORT, HOST, DATABASE_URL, DATA_DIR and the other settings are taken from the environment or
# from the command line: make run PORT=9000
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python3.14; do \
  "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
LOCK := .requirements.txt
SERVED := docs/deploy/requirements.txt
TOOLS := build/tools

.PHONY: run psql test slow test-browser test-postgresql-15 prove fmt lint map baseline examples bench bench-check wheel \
  lock audit
.DEFAULT_GOAL := run

# DATABASE_URL unset: the embedded server and, when it has no users, the demonstration school.
run: $(VENV)/.serves
	@exec $(BIN)/python -m api serve --migrate --demo-when-empty

# psql as the owner, or as a person: make psql PERSON=teacher@ostinato.example
psql: $(VENV)/.serves
	@exec $(BIN)/python -m api psql $(if $(PERSON),--as '$(PERSON)')

# The tests that take no longer than a second, and what is never left out; or those named:
# make test T=tests (all), make test T=tests/api/test_lists.py, make test T='tests/demo -k walk'
test: $(VENV)/.installed
	$(BIN)/python -m pytest --numprocesses 2 $(PYTEST_ARGUMENTS) $(or $(T),-m 'not slow')

# Measure all tests, and write down anew which of them are slow.
slow: $(VENV)/.installed
	$(BIN)/python -m pytest --numprocesses 2 --write-slow

# The front office in a real browser (Debian: apt install chromium). Pictures of every screen, and how
# fast each came, are in .screens/; with OSTINATO_RECORD=1 those of the README are taken anew.
test-browser: $(VENV)/.installed
	OSTINATO_TEST_BROWSER=1 $(BIN)/python -m pytest $(PYTEST_ARGUMENTS) $(or $(T),tests/browser)
	@cat .screens/*/times.txt

# The same tests on Debian's PostgreSQL 15 with pg_cron and plpgsql_check.
test-postgresql-15: $(VENV)/.installed
	.ci/postgresql-15 $(BIN)/python -m pytest --numprocesses 2 $(PYTEST_ARGUMENTS) $(T)

# What is promised, how it is checked, the figures: one table, after half an hour.
prove: $(VENV)/.installed
	.ci/prove $(BIN)/python

# Put the Python in the form that make lint asks for.
fmt: $(VENV)/.installed
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.tools.sql_form
	$(BIN)/squawk --no-error-on-unmatched-pattern 'sql/schema/*.sql'

# Every function with its callers, tables and tests, in build/map.md; or what runs below one:
# make map F=api.create_admission
map: $(VENV)/.installed
	@$(BIN)/python -m tests.tools.catalog_map $(F)

# Make sql/baseline/ anew, which stands for all migrations in an empty database.
baseline: $(VENV)/.installed
	$(BIN)/python -m tests.tools.baseline

# Record the examples of the OpenAPI document anew, from the demonstration school.
examples: $(VENV)/.installed
	OSTINATO_RECORD=1 $(BIN)/python -m pytest tests/demo/test_examples.py

# Times at three sizes, in the database and over HTTP; the data is kept below .bench/:
# make bench ARGUMENTS='--sizes 1000,100000 --only reads --match list_leads'
bench: $(VENV)/.installed
	$(BIN)/python -m tests.bench $(ARGUMENTS)

# What each call touches, in a small and in a larger school; ARGUMENTS=--write expects it from now on.
bench-check: $(VENV)/.installed
	$(BIN)/python -m tests.bench.check $(ARGUMENTS)

# The project as a package in dist/. What an earlier build left in build/ would come along.
wheel: $(VENV)/.installed
	rm -rf build/lib build/bdist.*
	$(BIN)/python -m pip wheel . --quiet --no-deps --wheel-dir dist

# Choose anew what is installed, within pyproject.toml: any platform, any Python from 3.11 on. What
# serves needs less of it.
COMPILE = $(TOOLS)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
  --generate-hashes --upgrade --quiet --custom-compile-command 'make lock'
lock: $(TOOLS)/.installed
	$(COMPILE) --extra dev --output-file $(LOCK)
	$(COMPILE) --constraints $(LOCK) --no-annotate --output-file $(SERVED)

# Ask the index whether anything of it is known to be vulnerable; what it cannot tell is listed.
audit: $(TOOLS)/.installed
	$(TOOLS)/bin/pip-audit --requirement $(LOCK) --require-hashes --disable-pip

# What serves is less than what tests.
$(VENV)/.serves: $(SERVED) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(SERVED)
	@touch $@

$(VENV)/.installed: pyproject.toml $(LOCK) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (Debian: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(TOOLS)/.installed:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9,<3' 'uv>=0.9,<1'
	@touch $@
