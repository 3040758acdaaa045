# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
ENV ?= production
ARGS ?=
VENV := .venv
READY := $(VENV)/.ready

# The pinned Python packages, Node.js and CDK CLI come first on the path of every recipe, for `cdk` and for jsii alike.
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export JSII_NODE := $(CURDIR)/$(VENV)/bin/node
export CDK_DISABLE_CLI_TELEMETRY := 1
export CDK_DISABLE_VERSION_CHECK := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | while IFS="$$(printf '\t')" read -r target text; do printf '  make %-12s %s\n' "$$target" "$$text"; done
	@echo '  ENV=staging chooses an environment, ARGS="-c nat_gateways=2" passes more to the CDK CLI.'

.PHONY: setup
setup: $(READY) ## Virtual environment, pinned packages, Node.js and CDK CLI

$(READY): requirements.txt requirements-dev.txt constraints.txt package.json package-lock.json
	$(PYTHON) scripts/check_python.py
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(VENV)/bin/npm ci --silent --no-audit --no-fund --no-update-notifier
	@touch $@
