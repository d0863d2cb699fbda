# Everything a newcomer runs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check lint types layers run bench docs lock wheel clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## Show the main job end to end: a newswire on loopback, polled, detected, related, alerted (offline)
	@$(BIN)/python -m demo

run: $(READY) ## Run every stage on the embedded log, with tocsin.toml and feeds.toml of this folder
	@$(BIN)/tocsin run

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -q -n auto

check: lint types layers docs test ## All that CI checks: style, types, import contracts, generated documents, tests

lint: $(READY) ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## Check types
	@$(BIN)/mypy

layers: $(READY) ## Check who may import whom
	@$(BIN)/lint-imports --no-logo

docs: $(READY) ## Check that the generated documents are up to date
	@$(BIN)/python -m tocsin.schemas docs --check

wheel: $(READY) ## Build the wheel, install it into an environment of its own and test it there
	@tools/test_wheel.sh

bench: $(READY) ## Run the benchmarks (each prints a ratio against a reference in the same run)
	@for file in bench/[a-z]*.py; do echo "== $$file"; $(BIN)/python -m bench.$$(basename $$file .py) || exit 1; done

lock: $(READY) ## Resolve the dependencies anew (requirements.lock; tools/image.lock for the image)
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header \
		--universal --python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header \
		--universal --python-version 3.11 -c requirements.lock pyproject.toml -o tools/image.lock

clean: ## Remove what was built (the environment too)
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Tocsin needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Try: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
