# `make paper` builds the paper, `make test` checks everything; both first create the locked environment in .venv.
# What a user gives is text: make expands none of it, and recipes find it in the environment, where no shell reads it as code.
$(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(eval override $(name) := $$(value $(name)))))
GIVEN := STUDY SECTION NAME DATA ACCEPT OFFLINE DRAFT WHAT EPISODES CONTACTS PYTHON
$(foreach name,$(GIVEN),$(if $(filter environment,$(firstword $(origin $(name)))),$(eval override $(name) := $$(value $(name)))))
STUDY ?= default
EPISODES ?= 1000000 10000000 50000000
CONTACTS ?= 10000000
PYTHON ?= python3
# What `make bench` measures; each name is a file of tests/bench.
WHAT ?= $(patsubst tests/bench/%.py,%,$(sort $(wildcard tests/bench/*.py)))
export $(GIVEN)
override SHELL := bash
override .SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/.venv/bin:$(value PATH)
export PYTHONDONTWRITEBYTECODE := 1
# Steps run side by side, one per core; threads of linear algebra within a step would only get in each other's way.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := paper
.PHONY: help paper preview study check-data pull status step calibrate test lint unit integration e2e bench docs lock schemas clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 14

paper: .venv/installed ## the paper of a study: make paper, or make paper STUDY=evidence; with DRAFT=1 no release yet
	@python workflow/run.py
	@python -m analysis.release.publish.announce --published="results/$$STUDY/$(if $(filter-out 0,$(DRAFT)),draft,release)/published.json" \
	  --questioned="results/$$STUDY/prepare/questioned.json" --influence="results/$$STUDY/estimate/influence.json"

preview: .venv/installed ## the text as it is now: make preview, or one section of it: make preview SECTION=continuity/worth
	@python workflow/preview.py

study: .venv/installed ## a study of your own data: make study NAME=my-study DATA=/path/to/folder
	@python -m analysis.prepare.study_file.new_study --name="$$NAME" --data="$$DATA" --date="$$(date +%F)" \
	  --register data/raw/datasets.yaml

check-data: .venv/installed ## every fault of a study's data: make check-data STUDY=my-study
	@python -m analysis.prepare.check_data.check --study="$$STUDY" --register data/raw/datasets.yaml

pull: .venv/installed ## verify the data sets, ask sources for changes; make pull ACCEPT=<id> takes a data set as it is now
ifdef ACCEPT
	@python -m analysis.pull.datasets.accept --dataset="$$ACCEPT" --register data/raw/datasets.yaml --raw data/raw \
	  $(if $(filter-out 0,$(OFFLINE)),--offline)
else
	@ASK=1 python workflow/run.py --forcerun pull_download --until pull_verify
endif

status: .venv/installed ## what would be rebuilt, and why
	@python workflow/run.py --dry-run

step: .venv/installed ## the steps of a study; make step NAME=estimate_costs: what one reads and writes, and its command
	@python workflow/show.py

calibrate: .venv/installed ## try the models on worlds whose truth is known: make calibrate, a quarter of an hour on two cores
	@OMP_NUM_THREADS=1 python -m analysis.estimate.calibration.calibration --study="$$STUDY" \
	  --register data/raw/datasets.yaml --out reports/calibration

test: lint unit integration e2e ## everything

lint: .venv/installed ## format, types, architecture
	ruff check . && ruff format --check --quiet .
	mypy
	snakefmt --check Snakefile workflow
	python workflow/lint.py default evidence rand-hie open-nhs
	lint-imports --no-logo
	panache format --check --config reports/.panache.toml reports/*.qmd reports/sections/*/*.qmd

unit: .venv/installed ## each function by itself
	python -m pytest -q -n 2 --dist loadgroup tests/unit

integration: .venv/installed ## each step as a command, the documentation
	python -m pytest -q -n 2 tests/integration

e2e: .venv/installed ## the papers from a clean copy, rerun rules, broken input
	python -m pytest -q -n 2 --dist loadfile tests/e2e
	python -m pytest -q -n 2 tests/invalid

bench: .venv/installed $(if $(filter poisson honest,$(WHAT)),.venv-bench/installed) ## time and memory: make bench, make bench WHAT=poisson, make bench WHAT=spells EPISODES=1000000
	@for what in $$WHAT; do \
	  case $$what in spells) sizes=$$EPISODES ;; contacts | continuity) sizes=$$CONTACTS ;; *) sizes= ;; esac; \
	  [[ $$what =~ ^[a-z_]+$$ && -f tests/bench/$$what.py ]] || { echo "error: WHAT names what is no file of tests/bench."; \
	    echo "  To mend it: leave it out, or choose one, such as WHAT=poisson"; exit 1; }; \
	  set -f; python "tests/bench/$$what.py" $$sizes; \
	done

docs: .venv/installed ## the code reference and the guides as HTML pages in docs/site
	python docs/build.py

lock: pyproject.toml ## resolve the dependencies anew
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --fork-strategy fewest --extra test --extra docs pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --fork-strategy fewest --extra bench --constraint requirements.lock pyproject.toml \
	  --output-file requirements-bench.lock

schemas: .venv/installed ## write the JSON Schema of the study file
	python -m analysis.schema --out workflow/schemas

clean: ## remove what the pipeline computed; releases and raw data stay
	rm -rf results reports/drafts .snakemake .snakemake-running docs/reference docs/site docs/objects.json

.venv/installed: requirements.lock
	@"$$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "error: There is no Python at $$PYTHON, or it is older than 3.11."; \
	  echo "  To mend it: install Python 3.11 or newer, or name one that you have: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Creating the environment in .venv from requirements.lock"
	@test -x .venv/bin/python || "$$PYTHON" -m venv .venv
	@sed -n '/^uv==/,/^    # via/p' requirements.lock > .venv/uv.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	@.venv/bin/uv pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes requirements.lock || \
	  { echo "uv could not install the lock; trying pip, which is slower"; \
	    .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements.lock; }
	@touch $@

# Libraries that ours are measured against stand apart, so that no step can come to depend on them.
.venv-bench/installed: requirements-bench.lock .venv/installed
	@echo "Creating the environment of the benchmarks in .venv-bench from requirements-bench.lock"
	@uv venv --quiet --clear --python "$$PYTHON" .venv-bench
	@uv pip sync --quiet --compile-bytecode --python .venv-bench/bin/python --require-hashes requirements-bench.lock
	@touch $@
