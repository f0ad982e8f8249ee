PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup setup-dev run demo test bench report soak lint browser-packages

# uv installs in seconds; where it cannot be had, plain pip does the same slowly. Both compile what they install, and
# the program keeps its own bytecode whatever the environment says: compiling would be half of each start.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null \
		&& $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r $(1) \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(1)
	@$(BIN)/python -m compileall -q main.py api components models pages services smtp
	@touch $(2)
endef

setup: .venv/.runtime
.venv/.runtime: requirements.txt
	$(call install,requirements.txt,$@)

setup-dev: .venv/.dev
.venv/.dev: requirements-dev.txt
	$(call install,requirements-dev.txt,$@)

run: setup
	PYTHONDONTWRITEBYTECODE= $(BIN)/python main.py

demo: setup
	PYTHONDONTWRITEBYTECODE= MAILROOM_DATA_DIR=$${MAILROOM_DATA_DIR:-data/demo} $(BIN)/python main.py --demo

# Chromium is needed to see pages as people do; where it is missing and apt is there, it is installed.
browser-packages:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		(command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# In Chromium the program runs on SQLite whatever the other tests run on, so once is enough.
test: setup-dev browser-packages lint
	$(BIN)/pytest -q -n 2 --dist loadfile -p no:randomly -m "not browser" tests
	test -n "$(MAILROOM_TEST_DATABASE_URL)" || $(BIN)/pytest -q -p no:asyncio -p no:randomly -m browser tests/browser

bench: setup-dev
	$(BIN)/python -m tests.benchmarks

# Where the mail path stands: what is counted over the corpora and by trying, then what is measured.
report: setup-dev
	$(BIN)/pytest -q -p no:randomly -m figures --figures tests
	$(BIN)/python -m tests.benchmarks stages delivery

# An hour of mail in and out; memory has to stay flat.
soak: setup-dev
	$(BIN)/python -m tests.flows.soak
