# The verbs of working on steamgs. PYTHON names the interpreter of your environment.
PYTHON ?= python3
CXX_FILES = $(shell git ls-files '*.h' '*.cpp')

.PHONY: help install test lint format generate annotate demo clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install:  ## build and install with everything that development needs
	$(PYTHON) -m pip install '.[dev]'

test: install  ## the tests, against the installed package
	$(PYTHON) -m pytest

lint:  ## what CI checks besides the tests; needs `make install` first
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) codegen/generate.py check
	$(PYTHON) -m mypy steamgs codegen tests
	cd /tmp && $(PYTHON) -P -m mypy.stubtest steamgs \
	    --mypy-config-file $(CURDIR)/pyproject.toml \
	    --allowlist $(CURDIR)/tests/stubtest-allowlist.txt
	clang-format --dry-run --Werror $(CXX_FILES)

format:  ## put Python and C++ into shape
	$(PYTHON) -m ruff format .
	clang-format -i $(CXX_FILES)

generate:  ## renew what follows from codegen/callbacks.toml
	$(PYTHON) codegen/generate.py write

annotate:  ## Cython's yellow lines: build/cython/steamgs/_core.html
	STEAMGS_ANNOTATE=1 $(PYTHON) setup.py -q build_ext --force

demo:  ## a server, players and Steam on this machine
	steamgs demo

clean:  ## remove what was built
	rm -rf build dist *.egg-info
