# Everything runs in a local virtual environment, .venv, which these targets make and keep.

PYTHON ?= python3
BIN := .venv/bin
LLAMA := llama-cpp-python[server]==0.3.36 gguf==0.19.0
# neither images nor downloads nor speed: the tests' model has 30,000 weights
LLAMA_BUILD := -DLLAVA_BUILD=OFF -DLLAMA_CURL=OFF -DGGML_OPENMP=OFF \
  -DGGML_LLAMAFILE=OFF -DGGML_CPU_REPACK=OFF -DCMAKE_C_FLAGS_RELEASE=-O1 -DCMAKE_CXX_FLAGS_RELEASE=-O1

.PHONY: demo test test-all llama-test check lexicon screenshots clean help

help:          ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: .venv/installed  ## Set up and restore the seed articles
	@for article in seeds/*.txt; do $(BIN)/restore run "$$article" --engine offline --diff inline || exit $$?; done
	@echo "demo: the diff above is what 'restore run FILE' shows; the program is $(BIN)/restore"

test: .venv/installed-dev  ## Set up and run the tests; say which lack a program they need
	@$(BIN)/pytest -q -rs -n auto --dist loadfile
	@echo "test: all tests passed"

test-all: .venv/installed-dev  ## The same with coverage, and fail where a test lacks a program it needs
	@TEST_ALL=1 $(BIN)/pytest -q -rs -n auto --dist loadfile --cov --cov-report=term:skip-covered
	@echo "test-all: all tests passed but those listed as skipped, if any"

llama-test: .venv/installed-dev .venv-llama/installed  ## Build llama.cpp's server (minutes) and run against it
	@LLAMA_TEST=1 $(BIN)/pytest -q -rs tests/test_llama.py
	@echo "llama-test: all tests passed"

check: .venv/installed-dev  ## Lint, types, import contracts, prompts and compiled data
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/restore prompts check
	@$(BIN)/python tools/compile_lexicon.py --check
	@echo "check: clean"

lexicon: .venv/installed-dev  ## Compile lexicon/ into the form the offline engine reads
	@$(BIN)/python tools/compile_lexicon.py

screenshots: .venv/installed-dev  ## Draw the pictures of the README anew
	@$(BIN)/python tools/screenshots.py

clean:         ## Remove the virtual environment and every cache
	rm -rf .venv .venv-llama .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: $$($(PYTHON) --version) is too old" >&2; \
	    echo "hint: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "setting up .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/python pyproject.toml requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c requirements.lock -e .
	@touch $@

.venv/installed-dev: .venv/python pyproject.toml requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c requirements.lock -e '.[dev]'
	@touch $@ .venv/installed

.venv-llama/installed:
	@echo "building llama.cpp's server into .venv-llama: some minutes, and it takes a C++ compiler"
	@$(PYTHON) -m venv .venv-llama
	@CMAKE_ARGS="$(LLAMA_BUILD)" .venv-llama/bin/python -m pip install -q --disable-pip-version-check \
	  --no-binary llama-cpp-python $(patsubst %,'%',$(LLAMA))
	@touch $@
