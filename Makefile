# Every target installs what it needs. `make help` lists the targets.
PYTHON ?= python3
ENV ?= $(or $(TRADINGBOT_ENV),production)
ARGS ?=
VENV := .venv
READY := $(VENV)/.ready

# The pinned Python packages, Node.js and CDK CLI come first on the path of every recipe.
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export CDK_DISABLE_CLI_TELEMETRY := 1
export CDK_DISABLE_VERSION_CHECK := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | while IFS="$$(printf '\t')" read -r target text; do printf '  make %-12s %s\n' "$$target" "$$text"; done
	@echo '  ENV=staging chooses the environment (default: TRADINGBOT_ENV, else production).'
	@echo '  ARGS="-c nat_gateways=2" passes arguments to the CDK CLI or the command; -c overrides a setting.'

.PHONY: setup
setup: $(READY) ## Install the pinned Python packages, Node.js and CDK CLI

$(READY): requirements.txt requirements-dev.txt constraints.txt examples/api/requirements.txt examples/exchange/requirements.txt package.json package-lock.json pyproject.toml
	@echo "1/4 Checking Python and creating $(VENV)"
	@$(PYTHON) scripts/check_python.py
	@$(PYTHON) -m venv $(VENV)
	@echo "2/4 Installing the pinned Python packages and Node.js; this takes a minute or two"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@echo "3/4 Installing the command tradingbot"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@echo "4/4 Installing the pinned CDK CLI"
	@$(VENV)/bin/npm ci --loglevel=error --no-audit --no-fund --no-update-notifier
	@# Node.js itself in the place of its Python wrapper, which answers Ctrl-C with a traceback.
	@ln -sf "$$($(VENV)/bin/python -c 'from tradingbot_infra.node import node_executable; print(node_executable())')" $(VENV)/bin/node
	@touch $@

.PHONY: up
up: $(READY) ## Deploy ENV to the local cloud with the real CDK CLI
	@$(VENV)/bin/python -m tradingbot_infra up --env $(ENV) $(if $(PORT),--port $(PORT)) $(ARGS)

.PHONY: example
example: $(READY) ## Deploy ENV to the local cloud with examples/api, PostgreSQL and Redis
	@$(VENV)/bin/python -m tradingbot_infra up --env $(ENV) --data-stores --image example=examples/api -c image_tag=example $(ARGS)

.PHONY: down
down: $(READY) ## Destroy ENV on the local cloud and stop it
	@$(VENV)/bin/python -m tradingbot_infra down --env $(ENV) $(ARGS)

.PHONY: synth
synth: $(READY) ## Synthesize ENV into cdk.out/, offline
	@AWS_EC2_METADATA_DISABLED=true cdk synth --quiet -c env=$(ENV) $(ARGS)

.PHONY: compliance
compliance: $(READY) ## Check ENV against the rule packs and write reports/compliance/
	@$(VENV)/bin/python -m tradingbot_infra compliance --env $(ENV) $(ARGS)

.PHONY: test
test: $(READY) check unit e2e ## Run check, unit and e2e

.PHONY: check
check: $(READY) ## Check lint, import rules, format and types
	$(VENV)/bin/ruff check
	$(VENV)/bin/lint-imports --no-cache --no-logo
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

.PHONY: unit
unit: $(READY) ## Run the tests that need no local cloud
	$(VENV)/bin/pytest -q -n 2 --dist loadgroup -m "not local_cloud"

.PHONY: e2e
e2e: $(READY) ## Run the tests on the local cloud
	$(VENV)/bin/pytest -q -n 2 --dist loadgroup -m local_cloud

.PHONY: accept
accept: $(READY) ## Update the template snapshots (tests/__snapshots__)
	$(VENV)/bin/pytest -q tests/test_snapshots.py --snapshot-update

.PHONY: lock
lock: $(READY) ## Update stateful-resources.lock.json after a deliberate change
	$(VENV)/bin/python -m scripts.lock_stateful

.PHONY: replay
replay: $(READY) ## Replay a change of every setting at every edge, one at a time; some minutes
	$(VENV)/bin/python -m scripts.replays

.PHONY: docs
docs: $(READY) ## Generate docs/settings.md, the tables of docs/account.md and docs/dashboards.md, and the costs in the README, in both languages
	$(VENV)/bin/python -m scripts.settings_pages
	$(VENV)/bin/python -m scripts.cost_tables
	$(VENV)/bin/python -m scripts.account_tables
	$(VENV)/bin/python -m scripts.dashboard_tables

.PHONY: dashboard-pictures
dashboard-pictures: $(READY) ## Draw docs/images/dashboard-*.png from the dashboards' own queries, on Prometheus
	$(VENV)/bin/python -m scripts.dashboard_pictures

.PHONY: bench
bench: $(READY) ## Measure a synthesis, the start of commands, and what telemetry costs the example
	@$(VENV)/bin/python -m scripts.bench
	@$(VENV)/bin/python -m scripts.bench_example

.PHONY: constraints
constraints: $(READY) ## Pin indirect dependencies in constraints.txt
	{ echo '# Every package below the ones that requirements*.txt name, at the version tried. Renewed by `make constraints`.'; \
	  $(VENV)/bin/pip freeze --exclude-editable; } > constraints.txt

.PHONY: clean
clean: ## Delete what make created; a running local cloud keeps running
	rm -rf $(VENV) node_modules cdk.out reports .mypy_cache .ruff_cache .hypothesis
