# Every command of the project. Only Python >= 3.11 is needed beforehand.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
BIN := .venv/bin
CODE := ajj realtime recordings infra tests manage.py

.PHONY: help run env packages assets services check test e2e bench prove docs fmt messages clean

help: ## what can be done
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: ## the whole product on this machine, in the foreground (PORT, DATA_DIR; LAN=1 for phones nearby)
	@exec infra/bootstrap.sh run

env:
	@infra/bootstrap.sh env --group dev

packages: env
	@infra/bootstrap.sh packages

assets: env
	@infra/bootstrap.sh assets

services: ## Chromium, PostgreSQL and coturn for the tests, where they are missing
	@infra/test-machine.sh

check: packages ## lint, types, import contracts, templates, lock files
	@infra/check.sh

test: env packages assets services ## everything: checks, unit, integration, end to end
	@infra/check.sh
	@infra/test.sh

e2e: env assets services ## only the journeys in real browsers
	@$(BIN)/pytest tests/e2e -q -p no:cacheprovider

bench: env assets services ## the benchmarks, as ratios side by side
	@infra/bench-machine.sh
	@$(PY) -m tests.bench

prove: env assets services ## the proofs with their full figures: kills, fuzzing, mutations (hours)
	@$(PY) -m tests.prove $(PROVE)

docs: env ## draw the state machines from their tables
	@$(PY) -m infra.state_diagrams > docs/states.md

fmt: env ## format Python and templates' code
	@$(BIN)/ruff check --fix --quiet $(CODE) || true
	@$(BIN)/ruff format $(CODE)

messages: env ## gather the words of the screens, compile the translations (needs gettext)
	@infra/messages.sh

clean: ## forget what was built and installed here; data stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
	  frontend/node_modules frontend/dist
