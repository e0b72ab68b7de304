# `make check` is what .ci/run does, in the environment at hand.
PYTHON ?= .venv/bin/python

.PHONY: setup check quick lint types contract test slow page attack mutations lowest clean-kernels

setup:
	python3 -m venv .venv
	.venv/bin/pip install -q -c constraints.txt -e ".[test,lint]"

check: lint types contract test

# What must hold at every commit: two minutes.
quick: lint types contract
	$(PYTHON) -m pytest -q -n auto tests/test_golden.py tests/test_package.py tests/test_mutations.py

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

contract:
	$(dir $(PYTHON))lint-imports

test:
	$(PYTHON) -m seeding warmup -q
	$(PYTHON) -m pytest -q -n auto

# The repeated experiments: minutes, not seconds.
slow:
	$(PYTHON) -m pytest -q -n auto -m slow

# The page in a real Chromium, which has to be installed (or named in CHROMIUM).
page:
	$(PYTHON) -m pip install -q -c constraints.txt -e ".[test,page]"
	$(PYTHON) -m pytest -q -rs -m page

# Broken files, odd arguments, limits of the system, kills and long runs: many minutes; prints counts.
attack:
	$(PYTHON) -m pytest -q -s -m attack tests/attack

# Wrong changes of the code, one after the other, each of which a test must notice: many minutes.
mutations:
	$(PYTHON) -m benchmarks mutations

# The tests with the lowest versions of all dependencies that are allowed, in an environment of their own.
lowest:
	python3.11 -m venv .venv-lowest
	.venv-lowest/bin/pip install -q -c constraints-lowest.txt -e ".[test]"
	.venv-lowest/bin/python -m pytest -q -n auto

# Numba's cache looks at one file at a time; clear it after changing a kernel that others call.
clean-kernels:
	find seeding -name '*.nb[ci]' -delete
