# Every target does its own set-up. Two are all that most people need: `make demo` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help setup demo test sim fuzz coverage lint format bench bench-matter panel install install-units uninstall

BIN := .venv/bin
PREFIX ?= /opt/hubd
LIBDIR ?= /usr/local/lib
DESTDIR ?=

RECORDING ?=
SPEED ?=
ARGS ?=

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: ## Make .venv (and .venv/bin/hubd) as uv.lock says
	@.ci/setup

demo: setup ## Play a recorded home: RECORDING=folder SPEED=60 ARGS="--seconds 30"
	@.ci/debian mosquitto || echo "Going on with the broker that comes as a wheel."
	@.ci/panel || echo "Going on without the web panel."
	$(BIN)/hubd demo $(if $(RECORDING),--recording "$(RECORDING)") $(if $(SPEED),--speed $(SPEED)) $(ARGS)

test: setup ## Run the tests: ARGS="tests/unit -k scene"
	@.ci/debian mosquitto postgresql iproute2 || echo "Going on: the tests that need them say that they are skipped."
	$(BIN)/pytest -n 2 $(ARGS)

sim: setup ## Live through random homes in simulated time, and check the laws: SEEDS=50 DAYS=40
	$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),50) $(if $(DAYS),--days $(DAYS))

fuzz: setup ## Put packets that are nearly right to every codec: SECONDS=60 ARGS="mqtt hue"
	$(BIN)/python -m tests.fuzz $(ARGS) --seconds $(or $(SECONDS),60)

coverage: setup ## Put every device that Zigbee2MQTT knows to the driver (needs Node 20 and npm)
	@.ci/herdsman

lint: setup ## Style, types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## Rewrite the code in its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## Measure the hub beside a bare responder, as JSON and a table: ARGS=--quick
	@.ci/debian mosquitto || echo "Going on with the broker that comes as a wheel."
	$(BIN)/hubd bench $(ARGS)

bench-matter: setup ## Measure Matter on a real server and a virtual device (root, Node 20 and npm)
	$(BIN)/python -m tests.matter_bench

panel: setup ## Build the web panel into hubd/panel/dist
	@.ci/panel

install: install-units ## Install the service: PREFIX=/opt/hubd DESTDIR= PYTHON=/usr/bin/python3
	.ci/install "$(DESTDIR)" "$(PREFIX)"

install-units: ## Install the unit, the user and the folders of the service alone
	install -d "$(DESTDIR)$(LIBDIR)/systemd/system"
	sed 's|/opt/hubd|$(PREFIX)|' systemd/hubd.service >"$(DESTDIR)$(LIBDIR)/systemd/system/hubd.service"
	sed 's|/opt/hubd|$(PREFIX)|' systemd/hubd-matter.service >"$(DESTDIR)$(LIBDIR)/systemd/system/hubd-matter.service"
	install -D -m 644 systemd/sysusers.d/hubd.conf "$(DESTDIR)$(LIBDIR)/sysusers.d/hubd.conf"
	install -D -m 644 systemd/tmpfiles.d/hubd.conf "$(DESTDIR)$(LIBDIR)/tmpfiles.d/hubd.conf"

uninstall: ## Remove the service; what it knows stays in /var/lib/hubd and /etc/hubd
	[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl disable --now hubd-matter.service hubd.service
	[ ! -f "$(DESTDIR)$(PREFIX)/pyvenv.cfg" ] || rm -rf "$(DESTDIR)$(PREFIX)"
	rm -f $(addprefix "$(DESTDIR)$(LIBDIR)"/,systemd/system/hubd.service systemd/system/hubd-matter.service sysusers.d/hubd.conf tmpfiles.d/hubd.conf)
	[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
