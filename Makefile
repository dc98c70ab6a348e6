# `make help` lists what there is. Needed: Python 3.11 or newer with pip, and make.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUNTIME := .venv/runtime.stamp
DEVELOPMENT := .venv/development.stamp
JOBS ?= 2
MANAGE := TIEBACK_MODE=development $(BIN)/python manage.py
PYTEST := $(BIN)/pytest -n $(JOBS) --dist worksteal
# These know no database; tests/collected.py would leave them out as well, but only when it has read them.
NO_DATABASE := $(addprefix --ignore=tests/,architecture clients contract sandboxes)
DATABASE_URL_TESTS ?= $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/tieback)
REDIS_URL_TESTS ?= $(or $(TIEBACK_TEST_REDIS_URL),redis://127.0.0.1:6379/9)
RABBITMQ_URL_TESTS ?= $(or $(TIEBACK_TEST_RABBITMQ_URL),amqp://guest:guest@127.0.0.1:5672//)

# The tests start dozens of processes, and where this is set each of them compiles the product anew; Git ignores what
# is written instead.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo up test fuzz drill drill-proof check test-services test-browser bench keys format lock

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(RUNTIME) ## three pretend vendors, three fictional customers, everything run; then the admin until Ctrl-C
	@env -u DATABASE_URL -u BROKER_URL TIEBACK_DATA_DIR=var/demo TIEBACK_CUSTOM_HOSTS='127.0.0.1:*' $(MANAGE) demo

up: $(RUNTIME) ## Tieback on this machine with an empty database, until Ctrl-C
	@$(MANAGE) up

fuzz: $(DEVELOPMENT) ## PAYLOADS bad answers of both vendors from SEED on, and what became of the runs (ONE=1: only that seed)
	@mkdir -p var && rm -f var/fuzz.txt; REPORT=$(CURDIR)/var/fuzz.txt PAYLOADS=$(or $(PAYLOADS),20000) SEED=$(or $(SEED),1) \
	  $(PYTEST) tests/fuzz; status=$$?; sort var/fuzz.txt; exit $$status

keys: $(RUNTIME) ## print fresh values for TIEBACK_SECRET_KEY and TIEBACK_FIELD_KEYS
	@echo "TIEBACK_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')"
	@echo "TIEBACK_FIELD_KEYS=$$($(MANAGE) new_key)"

test: $(DEVELOPMENT) ## every test that needs nothing but Python
	@env -u DATABASE_URL -u BROKER_URL $(PYTEST) -m "not services and not browser and not proof"

check: $(DEVELOPMENT) ## style, types, layers, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	TIEBACK_MODE=development $(BIN)/mypy hub integrations config tests
	$(BIN)/lint-imports --no-logo --no-cache
	env -u DATABASE_URL $(MANAGE) makemigrations --check --dry-run
	@echo "manage.py check --deploy"
	@TIEBACK_MODE=production TIEBACK_BASE_URL=https://tieback.example.com \
	  TIEBACK_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
	  TIEBACK_FIELD_KEYS="$$($(MANAGE) new_key)" \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

test-services: $(DEVELOPMENT) ## the tests again on PostgreSQL, and workers over Redis and RabbitMQ
	@export DATABASE_URL="$(DATABASE_URL_TESTS)" TIEBACK_TEST_REDIS_URL="$(REDIS_URL_TESTS)" \
	  TIEBACK_TEST_RABBITMQ_URL="$(RABBITMQ_URL_TESTS)"; \
	$(BIN)/python -m tests.services && env -u BROKER_URL $(PYTEST) -m "not browser and not proof" $(NO_DATABASE)

drill: $(DEVELOPMENT) ## faults against a running installation: SEED, SCHEDULES, ON=embedded|redis|rabbitmq, ONLY=number
	@$(BIN)/python -m tests.drill --on $(or $(ON),embedded) --seed $(or $(SEED),1) --schedules $(or $(SCHEDULES),40) \
	  $(if $(ONLY),--only $(ONLY)) $(DRILL)

drill-proof: $(DEVELOPMENT) ## that the drill can fail: one safety after the other switched off (minutes)
	@env -u DATABASE_URL -u BROKER_URL $(BIN)/pytest -m proof tests/drill

test-browser: $(DEVELOPMENT) ## the pages in Chromium (CHROMIUM names it when it is not on the path)
	@$(BIN)/python -m tests.chromium && env -u DATABASE_URL -u BROKER_URL $(BIN)/pytest -m browser

bench: $(DEVELOPMENT) ## what the hub costs, as ratios measured in one run (a few minutes)
	@env -u BROKER_URL DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.bench

format: $(DEVELOPMENT) ## tidy the code
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: ## write the hash-locked requirements again (needs uv on the path)
	@for name in requirements requirements-dev; do \
	  uv pip compile $$name.in -o $$name.txt --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q || exit 1; done

# A stamp holds the hash of the lock it was installed from, so that a second run installs nothing.
$(RUNTIME): requirements.txt
	@$(call install,requirements.txt)

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@$(call install,requirements-dev.txt)

define install
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  || { echo "Tieback needs Python 3.11 or newer; name it with PYTHON=…"; exit 1; }; \
hash="$$($(PYTHON) -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' $(1))"; \
if [ "$$(cat $@ 2>/dev/null)" != "$$hash" ]; then \
  [ -x $(BIN)/python ] || $(PYTHON) -m venv .venv; \
  echo "Installing $(1) …"; \
  $(BIN)/python -m pip install --disable-pip-version-check -qq --require-hashes -r $(1) || exit 1; \
fi; echo "$$hash" > $@
endef
