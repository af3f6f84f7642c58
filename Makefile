# make demo and make test are all a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.8
ARGS ?=
ROUNDS ?= 50
JOBS ?= 1
# Tests wait a third of their time for clocks, disks and other processes, so three workers keep two cores busy.
WORKERS ?= 3
# Python keeps its compiled files, whatever the environment says: otherwise each process that a test starts would compile everything again.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest

# Tests that start no process and no sandbox company. Each takes less than a second.
QUICK := $(addprefix tests/,domain store agents test_docs.py test_house.py test_scopes.py \
  $(addprefix bot/,jobs listeners views wiring test_manifest.py test_settings.py test_telemetry.py))

.DEFAULT_GOAL := help
.PHONY: help install demo test pytest test-long quick lint format bench lock clean chromium conformance javascript fuzz crash month faults injection races bugs mutants coverage

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(STAMP) ## Build the environment in .venv from requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; this is %s. Set PYTHON=… to choose another." % sys.version.split()[0])'
	@test -x $(UV) || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"; }
	@echo "Installing the locked packages into $(VENV) …"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c "import bot.demo.demo, bot.running, pytest, hypothesis"  # compiled once, not at each start
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m integrations.memory.warm
	@touch $(STAMP)

demo: install ## Start the sandboxes and the bot, and print the address of the page
	@$(BIN)/python -m bot demo $(ARGS)

# mypy computes on one processor alone while the first tests mostly wait.
test: install chromium ## Lint, type-check and run every test
	@$(MAKE) --no-print-directory -j2 lint pytest

pytest:
	@$(PYTEST) -n $(WORKERS) $(ARGS)

test-long: install ## Run the tests that use random data or repeat themselves, for many times longer than `make test` does
	@TESTS_AT_LENGTH=1 $(PYTEST) -n $(WORKERS) -m long $(ARGS)

coverage: install ## Branch coverage of the gate, the writer, redaction and the audit trail; fails below 100 %
	@$(BIN)/python -m pytest -n 2 -m "not slow and not browser" --cov --cov-branch $(ARGS) \
	  tests/gate tests/domain tests/flows tests/integrations/zoho tests/integrations/mcp_servers tests/store tests/bot/commands

quick: install ## Run the fast tests of the domain, the store, the agents and the bot, in less than a minute
	@$(PYTEST) -n 2 -m "not browser and not postgres and not slow" $(ARGS) $(QUICK)

lint: install ## ruff, mypy strict and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install ## Reformat and fix what can be fixed
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install ## Run the benchmarks; each prints one JSON line
	@for b in ack brief doors engine fair memory quality reliability sync; do $(BIN)/python -m tests.bench $$b --json; done

fuzz: install ## Send 10,000 malformed and forged Slack requests; one closing JSON line
	@$(BIN)/python -m tests.bot.fuzz $(ARGS)

crash: install ## Kill the bot at every point, ROUNDS times on each database, in JOBS processes
	@$(BIN)/python -m tests.crash --rounds $(ROUNDS) --jobs $(JOBS) $(ARGS)

month: install ## Live a company's month through the real bot and judge what its people saw; ARGS="--seed 2 --days 8"
	@$(BIN)/python -m tests.month --json $(ARGS)

injection: install ## Attack the whole bot with every attack string in every text field; one closing JSON line
	@$(BIN)/python -m tests.injection --all $(ARGS)

faults: install ## Put eight network faults between the bot and the CRM, ROUNDS times on each write and database
	@$(BIN)/python -m tests.faults --rounds $(ROUNDS) --jobs $(JOBS) $(ARGS)

races: install ## Fifty presses at the same moment, a thousand times on each database
	@$(BIN)/python -m tests.gate.races $(ARGS)

bugs: install ## Break the gate in every known way and report the step at which the state machine noticed
	@$(BIN)/python -m tests.gate $(ARGS)

mutants: install ## Change the gate's code place by place and count the changes that go unnoticed; ARGS="'*7'" tries every tenth
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run $(ARGS)
	@$(BIN)/mutmut results; $(BIN)/python -m tests.gate.mutants

conformance: install ## Install the official MCP conformance suite and Node 22 into .conformance, and run it on our server
	@mkdir -p .conformance && echo '{"private": true, "allowScripts": {"node": true}}' > .conformance/package.json
	@npm install --prefix .conformance --no-audit --no-fund @modelcontextprotocol/conformance@0.2.0-alpha.12 node@22
	@$(BIN)/python -m pytest tests/conformance $(ARGS)

javascript: install ## Install Anthropic's SDK for JavaScript into .javascript, and try its helpers on the sandbox Claude
	@mkdir -p .javascript && echo '{"private": true}' > .javascript/package.json
	@npm install --prefix .javascript --ignore-scripts --no-audit --no-fund @anthropic-ai/sdk@1.14.0
	@$(PYTEST) -n 0 tests/integrations/sandbox_claude/test_javascript.py $(ARGS)

chromium:
	@command -v chromium >/dev/null 2>&1 || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 \
	  && { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }; } \
	  || echo "No Chromium found and none could be installed: the browser tests will fail. Install your system's chromium package."

lock: $(STAMP) ## Resolve requirements.lock again
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --custom-compile-command "make lock" --group dev pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --custom-compile-command "make lock" .ci/audit.in -o .ci/audit.lock
	@echo "Then: make install && $(VENV)/bin/python -m tests.licences > NOTICE"

clean: ## Remove the environment and the local state
	@rm -rf $(VENV) .conformance .javascript .sergas .mypy_cache .ruff_cache .import_linter_cache
