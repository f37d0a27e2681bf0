# Verbs for people and for CI; `make` alone lists them. What a verb needs it puts into TOOLS_DIR by itself, but
# for Rust, a C compiler, git and Python 3.10 or newer.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# cargo uses all cores by itself, and two tests at once would only read worse; but see `test`
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif
# what tests need, which is there already where they run side by side: make begins what waits for nothing first, and the
# longest would be last
INSTALLED := $(if $(SIDE_BY_SIDE),,tools)
BUILT := $(if $(SIDE_BY_SIDE),,build tools)

# tests run in folders of their own, so a relative name has to be made absolute for them
TOOLS_DIR ?= .tools
ifeq ($(filter /%,$(TOOLS_DIR)),)
override TOOLS_DIR := $(CURDIR)/$(TOOLS_DIR)
endif
export TOOLS_DIR
# where modules of our Python are; not the root, whose folder dbt has the name of a library
export PYTHONPATH := $(CURDIR)/e2e:$(CURDIR)/bench

DBT_PYTHON = "$(TOOLS_DIR)/venv-dbt/bin/python"
DBT_BIGQUERY_PYTHON = "$(TOOLS_DIR)/venv-dbt-bigquery/bin/python"
TOOLBOX_PYTHON = "$(TOOLS_DIR)/venv-toolbox/bin/python"
# a program from PATH, else one that Go builds into TOOLS_DIR
go_tool = "$$(python3 -m toolbox.go_tools $(1))"
# always the whole workspace: naming one member changes features of what it needs, and compiles that anew
ALL := --workspace

say = @printf '\n=== %s\n' "$(1)"

.PHONY: help needs tools fmt lint fmt-check clippy layout deny build test test-rust test-toolbox test-dbt test-marts test-marts-short test-marts-faults test-figures test-figures-short test-bigquery test-bigquery-short test-api test-crash test-crash-short test-long test-browser picture fuzz demo demo-serve \
	bench-ingest bench-export bench-marts bench-mock bench-beside clean images chart-test chart-readme render test-cluster kind-up kind-demo kind-down

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

test: lint build tools ## all that must hold before a change lands
	@$(MAKE) --no-print-directory --jobs=$(JOBS) $(BY_TARGET) SIDE_BY_SIDE=1 test-sides
	$(call say,make test: all of it has passed)

# cargo's tests wait for servers at times, and each of the others keeps one core busy: two at a time, the longest
# first. What cargo says is shown as it comes, and what one of the others says when it is done
JOBS ?= 2
BY_TARGET := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# Such a line would run with -n too; and cargo would count its jobs among these few, hence MAKEFLAGS is kept from it
SHOWN_AS_IT_COMES := $(if $(findstring n,$(firstword -$(MAKEFLAGS))),,+)

.PHONY: test-sides
test-sides: test-rust test-dbt test-bigquery-short test-marts-short chart-test test-toolbox test-crash-short test-api test-figures-short

demo: needs ## run the whole pipeline twice against the mock, and show both runs
	@python3 e2e/demo.py

demo-serve: needs ## show the demo's dashboard, docs and runs in a browser, until Ctrl-C (PORT, 8090)
	@python3 e2e/demo.py serve

build: needs ## compile all programs
	$(call say,building all programs)
	cargo build $(ALL) --bins

fmt: needs venv-toolbox ## format all Rust code, and put right in Python what ruff can
	cargo fmt --all
	$(TOOLBOX_PYTHON) -m ruff check --fix

lint: fmt-check lint-python lint-sql clippy layout deny ## formatting, ruff, mypy, sqlfluff, dbt-bouncer, clippy with warnings denied, layout, and licences where cargo-deny is there

fmt-check: needs
	$(call say,formatting)
	cargo fmt --all -- --check

.PHONY: lint-python
lint-python: venv-toolbox
	$(call say,ruff and mypy)
	$(TOOLBOX_PYTHON) -m ruff check
	$(TOOLBOX_PYTHON) -m mypy

.PHONY: lint-sql
lint-sql: venv-toolbox
	$(call say,sqlfluff and dbt-bouncer)
	@python3 e2e/toolbox/setup.py --only venv-dbt
	$(TOOLBOX_PYTHON) -m pytest e2e/sql/test_project.py

clippy: needs
	$(call say,clippy)
	cargo clippy $(ALL) --all-targets -- -D warnings

layout: needs
	$(call say,layout)
	cargo test $(ALL) --test layout

deny: needs
	$(call say,licences and sources of dependencies)
	@if command -v cargo-deny > /dev/null; then \
		cargo deny check bans licenses sources; \
	else \
		echo "SKIPPED: cargo-deny is not installed (cargo install cargo-deny --locked)"; \
	fi

test-rust: $(BUILT) ## all Rust tests, on SQLite, a PostgreSQL and an emulator of BigQuery of their own
	$(SHOWN_AS_IT_COMES)$(call say,Rust tests)
	$(SHOWN_AS_IT_COMES)MAKEFLAGS= python3 -m toolbox.with_servers postgres bigquery -- cargo test $(ALL)
	$(call say,the store on an older PostgreSQL)
	POSTGRES_MAJOR=16 python3 -m toolbox.with_servers postgres -- cargo test $(ALL) --test store -- --skip sqlite

test-toolbox: $(INSTALLED)
	$(call say,tests of the toolbox)
	$(TOOLBOX_PYTHON) -m pytest bench e2e/toolbox e2e/marts/expected e2e/marts/world/test_history.py \
		e2e/marts/test_works_council.py

test-dbt: $(INSTALLED) ## tests of the dbt project, and of what it compiles
	$(call say,tests of dbt)
	$(TOOLBOX_PYTHON) -m pytest e2e/sql e2e/engines --ignore e2e/sql/test_project.py -k "not emulator"
	$(DBT_PYTHON) -m pytest dbt/tests_python
	$(DBT_BIGQUERY_PYTHON) -m pytest dbt/tests_python/test_variables.py

test-marts: $(BUILT) ## make every cell of the marts anew by plain Python, out of the source's own answers and of made-up lakes
	$(call say,the marts by plain Python)
	$(DBT_PYTHON) -m pytest e2e/marts/world/test_world.py e2e/marts/lakes -v --durations 10

test-marts-short: $(BUILT) ## the same with few days and lakes
	$(call say,the marts by plain Python, of few days)
	$(DBT_PYTHON) -m pytest e2e/marts/world/test_world.py e2e/marts/lakes -v --durations 10 --short

test-marts-faults: tools ## put faults into copies of the dbt project, and say what finds each
	$(call say,faults in the marts)
	$(DBT_PYTHON) -m pytest e2e/marts/faults -v

test-figures: $(BUILT) ## hold the figures of reports against exact fractions, lifelines and worlds whose truth is known
	$(call say,the figures of reports)
	$(TOOLBOX_PYTHON) -m pytest --durations=5 e2e/figures

test-figures-short: $(BUILT) ## the same with fewer worlds
	$(call say,the figures of reports, of fewer worlds)
	$(TOOLBOX_PYTHON) -m pytest --durations=5 e2e/figures --short

test-bigquery: $(BUILT) ## dbt on the lake and on BigQuery, compared row by row
	$(call say,dbt on the lake and on BigQuery)
	$(TOOLBOX_PYTHON) -m pytest -v --tb=short --durations=10 e2e/engines e2e/bigquery

test-bigquery-short: $(BUILT) ## the same without dbt's unit tests, which take the emulator minutes
	$(call say,dbt on the lake and on BigQuery, without unit tests)
	$(TOOLBOX_PYTHON) -m pytest -v --tb=short --durations=10 e2e/engines e2e/bigquery --short

test-api: $(BUILT) ## tests out of the mock's OpenAPI documents
	$(call say,tests out of the OpenAPI documents)
	$(TOOLBOX_PYTHON) -m pytest -v --durations=5 e2e/api

test-crash: $(BUILT) ## kill ingest, its database and its network in the middle, and hold the store against the mock
	$(call say,accidents of ingest)
	$(TOOLBOX_PYTHON) -m pytest -v --durations=5 e2e/crash

test-crash-short: $(BUILT) ## the same with few records
	$(call say,accidents of ingest, few of them)
	$(TOOLBOX_PYTHON) -m pytest -v --durations=5 e2e/crash --short

test-long: test-crash test-marts test-marts-faults test-figures test-bigquery test-browser ## what takes too long for `make test`; before a release, or at the end of a piece of work
	$(call say,many more stories and schedules)
	@[ -n "$$MAVEN_REPOSITORY" ] || echo "SKIPPED: PostgreSQL 14 and 17, for which MAVEN_REPOSITORY has to name a Maven repository"
	for major in $${MAVEN_REPOSITORY:+14 17}; do \
		POSTGRES_MAJOR=$$major python3 -m toolbox.with_servers postgres -- cargo test $(ALL) \
			--test store --test migrate --test ingest --test pipeline -- --skip sqlite; \
	done
	PROPERTY_CASES_SQLITE=5000 PROPERTY_CASES_POSTGRES=500 PROPERTY_CASES_ROUGH=1000 BOARD_SCHEDULES=3000 \
		python3 -m toolbox.with_servers postgres -- cargo test $(ALL) --test property --test board
	EXPORT_KILLED_EVERY=1 python3 -m toolbox.with_servers postgres bigquery -- cargo test $(ALL) --test export \
		bigquery::crashes::wherever
	$(call say,make test-long: all of it has passed)

fuzz: venv-toolbox ## let coverage lead the tests of any bytes, FUZZ_SECONDS (60) each
	$(call say,tests of any bytes)
	$(TOOLBOX_PYTHON) -m pytest -v --capture=no e2e/fuzz

test-browser: build ## Swagger UI and the dashboard in a real Chromium (wants Node and Chromium)
	$(call say,Swagger UI and the dashboard in Chromium)
	PYTHONPATH="$$PYTHONPATH:$(CURDIR)/dbt" python3 -m browser.run

picture: build ## take README's picture of the dashboard anew (wants Node and Chromium)
	$(call say,a picture of the dashboard)
	PYTHONPATH="$$PYTHONPATH:$(CURDIR)/dbt" python3 -m browser.run --picture

tools: needs ## make the Python environments and the test database server in TOOLS_DIR (.tools)
	@python3 e2e/toolbox/setup.py

.PHONY: venv-toolbox
venv-toolbox: needs
	@python3 e2e/toolbox/setup.py --only venv-toolbox

bench-ingest: tools ## ingest beside dlt and beside COPY: rows per second, memory, bytes of log
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 bench/ingest.py

bench-export: tools ## export beside COPY, DuckDB and dlt: rows per second, memory
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 bench/export.py

bench-marts: tools ## dbt's marts of a million applications beside pandas: seconds, memory, growth
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 -m mart_builds.run

.PHONY: bench-reports
bench-reports: tools ## our dashboard beside the same charts by Superset: milliseconds, memory, bytes
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 e2e/toolbox/setup.py --only venv-superset
	@python3 -m reports.run

bench-beside: needs ## the working tree beside another commit, whether it is slower: make bench-beside OLD=COMMIT
	@test -n "$(OLD)" || { \
		echo "make: bench-beside compares the working tree with a commit, name it: make bench-beside OLD=COMMIT" >&2; \
		exit 2; \
	}
	@python3 e2e/toolbox/setup.py --only venv-toolbox
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 bench/beside.py --old "$(OLD)"

.PHONY: bench-scale
bench-scale: tools ## works of ingest, export and dbt up to five million applications, and how each grows (SIZES=100000,1000000)
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 -m scale.run $(if $(SIZES),--sizes "$(SIZES)")

# where an install's rows go, lake or bigquery: it says which dbt is needed, and the other one's image is large
WAREHOUSE ?= lake
# what an install runs
IMAGES = mock-api migrate ingest transfer export reports dbt-$(WAREHOUSE)
IMAGE_PREFIX ?= emply-pipeline/
IMAGE_TAG ?= dev
export IMAGE_PREFIX IMAGE_TAG

CHART = helm/emply-pipeline
# of the cluster that `render` writes for; a Helm that Go has built knows none
KUBE_VERSION ?= 1.37.0

bench-mock: needs ## the mock beside FastAPI and nginx: requests per second, memory (wants wrk and nginx)
	@python3 e2e/toolbox/setup.py --only venv-bench
	@python3 e2e/toolbox/setup.py --only venv-toolbox
	@python3 bench/mock_api.py

images: ## build the container images, with one compile, and hold their sizes (IMAGE_PLATFORM=linux/arm64: those of another machine)
	@python3 e2e/images.py

chart-test: $(INSTALLED) ## hold the chart against Helm, its schema, our rules and kube-score, with each value set
	$(call say,tests of the chart)
	$(TOOLBOX_PYTHON) -m pytest e2e/chart

chart-readme: ## write the chart's README anew from its values
	@helm_docs=$(call go_tool,helm-docs); "$$helm_docs" --chart-search-root $(CHART) --log-level warning

render: ## write plain manifests to stdout: make render VALUES=my-values.yaml
	@helm=$(call go_tool,helm); "$$helm" template emply $(CHART) --kube-version $(KUBE_VERSION) \
		--set generateSecrets=false $(if $(VALUES),--values "$(VALUES)")

test-cluster: ## install the chart on the cluster of KUBECONFIG and do to it what users and accidents do (STEPS="install, people": those alone)
	@python3 e2e/toolbox/setup.py --only venv-toolbox "$(TOOLS_DIR)"
	@$(TOOLBOX_PYTHON) -m pytest -v -raP --tb=short --durations=0 e2e/cluster

kind-up: ## make a kind cluster, and the namespace
	kind create cluster --name emply --config k8s/kind.yaml
	kubectl apply -f k8s/namespace.yaml

kind-demo: ## bring what an install runs to the kind cluster, and install: make kind-demo [WAREHOUSE=bigquery VALUES=my-values.yaml]
	python3 e2e/images.py $(IMAGES)
	for name in $(IMAGES); do kind load docker-image --name emply "$(IMAGE_PREFIX)$$name:$(IMAGE_TAG)"; done
	helm=$(call go_tool,helm); "$$helm" install emply $(CHART) --namespace emply --set image.tag="$(IMAGE_TAG)" \
		$(if $(filter bigquery,$(WAREHOUSE)),--set warehouse.type=bigquery) $(if $(VALUES),--values "$(VALUES)") --wait

kind-down: ## remove the kind cluster
	kind delete cluster --name emply

clean: ## remove what was built, demo and tools included
	cargo clean
	rm -rf .demo .tools .mypy_cache .pytest_cache .ruff_cache

needs:
	@for program in cargo python3 git cc; do \
		command -v "$$program" > /dev/null && continue; \
		echo "make: $$program is not on PATH. Needed are Rust (rustup.rs), a C compiler, git and Python 3.10 or newer" >&2; \
		exit 1; \
	done
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "make: Python 3.10 or newer is needed, python3 on PATH is $$(python3 --version 2>&1)" >&2; \
		exit 1; \
	}
