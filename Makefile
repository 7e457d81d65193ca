# The verbs of working on steamgs. PYTHON names the interpreter of your environment.
PYTHON ?= python3
CXX_FILES = $(shell git ls-files '*.h' '*.cpp')

# Interfaces of another library carry no type information to check calls by, hence no vptr.
SANITIZERS = address,undefined
SANITIZE = -fsanitize=$(SANITIZERS) -fno-sanitize=vptr -fno-omit-frame-pointer
# Which tests run under them; CI takes those of the dispatcher, the queue and threads.
SANITIZED = tests
RUNTIMES_address,undefined = libasan.so libubsan.so
RUNTIMES_thread = libtsan.so
UNDER_SANITIZERS = \
    LD_PRELOAD="$(foreach name,$(RUNTIMES_$(SANITIZERS)),$(shell $(CXX) -print-file-name=$(name)))" \
    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
    TSAN_OPTIONS=die_after_fork=0

# How long each case of `make stress` takes, and under which libsteam_api. With SANITIZED_STRESS=1 it
# runs under SANITIZERS.
STRESS_SECONDS = 60
LIBRARY = simulator
STRESS_COMMAND = $(if $(SANITIZED_STRESS),$(UNDER_SANITIZERS) ../build/sanitize/bin/python,$(PYTHON))

# What `make fuzz` fuzzes, with what, and for how long each.
FUZZ_TARGETS = packets tickets proofs queue records scenarios commands frames
FUZZ_CXX = clang++
SECONDS = 480
HOURS = 168
HANDLES = 100000

# A libGameNetworkingSockets with which `make echo` is measured too.
CARRIER =

# How long `make lateness` takes; and an interpreter with an older steamgs for `make growth`.
MINUTES = 10
BEFORE =

# How many servers `make fleet` runs.
SERVERS = 50

# In how many events `make parallel` checks the order.
ORDER = 10000000

# For which Pythons `make wheels` builds, and for which `make newer`.
PYTHONS = $(PYTHON)
NEWER = 3.14 3.15

.PHONY: help install develop test types lint format generate sanitized sanitize stress fuzz parallel matrix soak evening lateness handles annotate bench \
    ratios growth connections echo fleet wheels cross windows aarch64 newer docs demo clean

help:  ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install:  ## build and install with everything that development needs
	$(PYTHON) -m pip install '.[dev]'

develop:  ## install in editable mode, after `make install`; run again after changes other than of .py
	$(PYTHON) -m pip install -q --no-build-isolation --no-deps --editable .

test: install  ## run the tests, against the installed package
	$(PYTHON) -m pytest

types:  ## run mypy --strict, also on the installed package
	$(PYTHON) codegen/typed.py
	$(PYTHON) -m mypy -p steamgs
	$(PYTHON) -m mypy pytest_plugin codegen tests benchmarks wheels examples
	$(PYTHON) -m mypy abi

lint: types  ## run what CI checks besides the tests; needs `make install` first
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) codegen/generate.py check
	cd tests && $(PYTHON) -P -m mypy.stubtest steamgs \
	    --mypy-config-file $(CURDIR)/pyproject.toml \
	    --allowlist $(CURDIR)/tests/stubtest-allowlist.txt
	clang-format --dry-run --Werror $(CXX_FILES)

format:  ## format Python and C++
	$(PYTHON) -m ruff format .
	clang-format -i $(CXX_FILES)

generate:  ## update the parts of documents that are generated from abi/
	$(PYTHON) codegen/generate.py write

sanitized:
	$(PYTHON) -m venv build/sanitize
	build/sanitize/bin/pip install -qU setuptools Cython pytest hypothesis rich shtab uvloop steamworks-swig==0.1.2 \
	    pytest-xdist python-a2s little-a2s a2squery pyelftools aiohttp prometheus-client opentelemetry-sdk
	rm -rf build/lib* build/temp*
	CFLAGS="$(SANITIZE)" CXXFLAGS="$(SANITIZE)" STEAMGS_LDFLAGS=-fsanitize=$(SANITIZERS) STEAMGS_DEBUG=1 \
	    build/sanitize/bin/pip install -q --no-build-isolation --no-deps --force-reinstall .

sanitize: sanitized  ## run the tests under sanitizers: SANITIZERS=address,undefined (default) or thread
	$(UNDER_SANITIZERS) build/sanitize/bin/pytest -q -p no:cacheprovider -k "not interpreter_exit" \
	    --ignore tests/test_benchmarks.py --ignore tests/test_fuzz.py --ignore tests/test_documents.py \
	    --ignore tests/test_doctor.py --ignore tests/test_doctor_files.py $(SANITIZED)

handles: sanitized  ## open and close handles of Steam's under sanitizers: HANDLES=100000 of each kind
	STEAMGS_MANY_HANDLES=$(HANDLES) $(UNDER_SANITIZERS) build/sanitize/bin/pytest -q -p no:cacheprovider \
	    -k leak_nowhere tests

stress: $(if $(SANITIZED_STRESS),sanitized)  ## stress a server with threads, forks, Ctrl-C: STRESS_SECONDS=60 per case
	cd tests && PYTHONPATH=support:. $(STRESS_COMMAND) -P -X faulthandler stress.py \
	    --seconds $(STRESS_SECONDS) --library $(LIBRARY) $(CASES)

fuzz:  ## fuzz the parsers with libFuzzer: SECONDS per target (480), corpus in tests/fuzz
	mkdir -p build/fuzz
	for target in $(FUZZ_TARGETS); do \
	    $(FUZZ_CXX) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize=vptr \
	        -fno-sanitize-recover=undefined -pthread $(shell $(PYTHON) codegen/targets.py fuzzed) \
	        tests/fuzz/$$target.cpp -o build/fuzz/$$target && \
	    mkdir -p build/fuzz/corpus/$$target && \
	    build/fuzz/$$target -max_total_time=$(SECONDS) -max_len=2048 -print_final_stats=1 \
	        build/fuzz/corpus/$$target tests/fuzz/corpus/$$target || exit 1; \
	done

parallel:  ## check that threads deliver in parallel, and in order, without the GIL: ORDER=10000000
	$(PYTHON) -m benchmarks.parallel --order $(ORDER)

matrix:  ## run the tests under each libsteam_api: LIBRARIES="1.56=PATH 1.57=PATH ..."
	$(PYTHON) tests/matrix.py $(LIBRARIES)

soak:  ## simulate a week of mixed load: HOURS=168
	$(PYTHON) -P tests/soak.py --hours $(HOURS)

evening:  ## simulate 10,000 players for eight hours, on asyncio and on uvloop: LIBRARY=simulator; 10 minutes a loop on two processors
	cd tests && PYTHONPATH=support:. $(PYTHON) -P -m evening --loops asyncio uvloop --library $(LIBRARY)

lateness:  ## say how late ticks are with 10,000 players at 10 Hz, in real time: MINUTES=10
	cd tests && PYTHONPATH=support:. $(PYTHON) -P -m evening --minutes $(MINUTES) --library $(LIBRARY)

annotate:  ## write Cython's annotated source to build/annotate/_core.html
	$(PYTHON) codegen/annotate.py

bench:  ## compare speed with a C++ floor and other bindings; needs `pip install '.[bench]'`
	$(PYTHON) -m benchmarks --json build/benchmarks.json --plot build/benchmarks.png

ratios:  ## check the promised speed ratios, in instructions and in one process; needs '.[bench]' and valgrind
	$(PYTHON) -m benchmarks.ratios

fleet:  ## run a fleet of servers on this machine, killed and replaced at random: SERVERS=50 MINUTES=10
	$(PYTHON) -P tests/fleet_run.py --servers $(SERVERS) --minutes $(MINUTES)

connections:  ## say what a connection and a message cost a server with thousands of them; needs '.[bench]'
	$(PYTHON) -m benchmarks.connections

echo:  ## say what an echo costs a server of 200 clients, beside other transports: CARRIER=PATH; needs '.[bench]'; 3 minutes
	$(PYTHON) -m benchmarks.echo $(if $(CARRIER),--carrier $(CARRIER))

growth:  ## check that players and events cost the same however many there are: BEFORE=PYTHON; needs '.[bench]'
	$(PYTHON) -m benchmarks.growth $(if $(BEFORE),--before $(BEFORE))

wheels:  ## build and test Linux wheels: PYTHONS="python3.11 python3.12"; needs '.[wheels]'
	$(PYTHON) wheels/build.py $(WHEEL_OPTIONS) $(PYTHONS)

cross:  ## compile and link for TARGETS (Windows, macOS, aarch64), try Windows' under wine; needs '.[wheels]'
	$(PYTHON) wheels/cross.py $(TARGETS)

windows:  ## build a wheel for Windows, run the tests under wine: WINDOWS_PYTHON=<embeddable CPython> [STEAM_API64=<DLL>]
	$(PYTHON) wheels/windows.py $(WINDOWS_PYTHON)/python3[0-9]*.dll
	$(PYTHON) wheels/try_windows.py $(WINDOWS_PYTHON) dist/*-win_amd64.whl $(STEAM_API64)

aarch64:  ## build a wheel for aarch64, run the tests by qemu, as root: [STEAM_API=<libsteam_api.so>]; needs '.[wheels]'
	$(PYTHON) wheels/try_debian.py aarch64 $(STEAM_API)

newer:  ## build wheels and run the tests with Debian sid's Pythons, as root: NEWER="3.14 3.15"; needs '.[wheels]'
	for version in $(NEWER); do $(PYTHON) wheels/try_debian.py $$version || exit 1; done

docs:  ## build the documentation's site in site/; needs `make install` and '.[docs]'
	$(PYTHON) codegen/typed.py
	$(PYTHON) -m mkdocs build --strict

demo:  ## run a server with players and a simulated Steam
	steamgs demo

clean:  ## remove build output
	rm -rf build dist *.egg-info
