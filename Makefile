# Two commands matter: `make demo` and `make test`. Everything lands inside this checkout.
SITE ?= appliance_shop
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test bench bench-retention kill-steps soak soak-second-line foreign lint format browser-shots clean nightly-mail

help:
	@echo "make demo [SITE=appliance_shop] [PORT=8000]  install, make sample data, serve"
	@echo "make test                                     install what it needs, run every test"
	@echo "make bench                                    paired speed ratios as JSON lines"
	@echo "make soak [SECONDS=3600]                      new questions against the reference meaning"
	@echo "make foreign OSCAR_SOURCE=PATH                other applications' suites under the guard"
	@echo "make nightly-mail                             mail through postfix and dovecot (root)"
	@echo "make lint                                     style, types and layers only"

.venv/made: bin/install-system-packages
	@bin/install-system-packages python3-venv
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/site-ready: .venv/made requirements/build.txt requirements/sites.txt pyproject.toml
	@echo "Installing Python packages into .venv (hashes checked)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/sites.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/develop-ready: .venv/site-ready requirements/develop.txt
	@echo "Installing the tools of the tests into .venv (hashes checked)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/develop.txt
	@touch $@

demo: .venv/site-ready
	@$(BIN)/python -m sites.demo --site $(SITE) --port $(PORT)

test: .venv/develop-ready
	@bin/install-system-packages postgresql pgbouncer chromium fonts-dejavu-core clamav-daemon openssh-server
	@$(BIN)/python -m tests.run

lint: .venv/develop-ready
	@$(BIN)/python -m tests.run --only lint

format: .venv/develop-ready
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

# Mail through Debian's postfix and dovecot, started privately on loopback; they need root.
nightly-mail: .venv/develop-ready
	@bin/install-system-packages postfix dovecot-imapd
	@$(BIN)/pytest -q --ds=sites.appliance_shop.settings tests/sites/appliance_shop/letters/nightly.py

bench: .venv/develop-ready
	@bin/install-system-packages postgresql
	@$(BIN)/python -m benchmarks

# 5,000,000 rows swept while the shop serves pages: minutes, and some gigabytes of disk.
ROWS ?= 5000000
bench-retention: .venv/develop-ready
	@bin/install-system-packages postgresql
	@UPHELD_BENCH_ROWS=$(ROWS) $(BIN)/python -m benchmarks retention

# Every step of what erases, sweeps, sends and replays is killed, one run for each step.
KILLED := tests/rights/test_killed.py tests/rights/requests/test_killed.py \
	tests/rights/test_replay.py tests/disposal/test_killed.py tests/mail/campaigns/test_killed.py
kill-steps: .venv/develop-ready
	@bin/install-system-packages postgresql
	@for database in sqlite postgresql; do \
		UPHELD_KILL_STEP=1 UPHELD_TEST_DB=$$database $(BIN)/pytest -q $(KILLED) || exit 1; \
	done

# On SQLite, then on PostgreSQL, half of the time each; a seed is printed, SEED= repeats it.
SECONDS ?= 3600
soak: .venv/develop-ready
	@bin/install-system-packages postgresql
	@half=$$(( $(SECONDS) / 2 )); code=0; for database in sqlite postgresql; do \
		$(BIN)/python -m tests.agreement.soak --database $$database --seconds $$half $(if $(SEED),--seed $(SEED)) || code=1; \
	done; exit $$code

# New policies for the second line each round, some 6,000 questions; a seed repeats a round.
ROUNDS ?= 20
soak-second-line: .venv/develop-ready
	@bin/install-system-packages postgresql
	@for seed in $(if $(SEED),$(SEED),$$(shuf -i 1-99999999 -n $(ROUNDS))); do \
		echo "seed $$seed"; UPHELD_TEST_DB=postgresql UPHELD_SECOND_LINE_SEED=$$seed \
		$(BIN)/pytest -q --ds=tests.secondline.settings tests/secondline/test_agreement.py || exit 1; \
	done

var/foreign/ready: .venv/made foreign/requirements.txt requirements/build.txt
	@mkdir -p var/foreign
	@$(PYTHON) -m venv var/foreign/venv
	@echo "Installing what the suites need into var/foreign/venv (hashes checked)"
	@var/foreign/venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	@var/foreign/venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r foreign/requirements.txt
	@var/foreign/venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# OSCAR_SOURCE, ALLAUTH_SOURCE, HELPDESK_SOURCE: unpacked source trees. docs/foreign-apps.md
export OSCAR_SOURCE ALLAUTH_SOURCE HELPDESK_SOURCE
foreign: var/foreign/ready
	@bin/install-system-packages postgresql
	@var/foreign/venv/bin/python -m foreign $(SUITE)

clean:
	rm -rf .venv var
