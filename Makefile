# `make paper` builds the paper, `make test` checks everything. Both first create the locked environment in .venv.
STUDY ?= default
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONDONTWRITEBYTECODE := 1
SHELL := bash
SNAKEMAKE = snakemake --quiet host --config study=$(STUDY)

.PHONY: paper pull test lint unit e2e docs lock schemas status clean
.DEFAULT_GOAL := paper

paper: .venv/installed ## the paper of a study: make paper, or make paper STUDY=evidence
	@$(SNAKEMAKE)
	@python -m analysis.release.announce --published results/$(STUDY)/release/published.json

pull: .venv/installed ## verify the data sets; make pull ACCEPT=<id> registers a data set as it is on disk now
ifdef ACCEPT
	@python -m analysis.pull.accept --dataset $(ACCEPT) --register data/raw/datasets.yaml --raw data/raw
else
	@$(SNAKEMAKE) --until pull_verify
endif

.venv/installed: requirements.lock
	@echo "Creating the environment in .venv from requirements.lock"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/^    # via/p' requirements.lock > .venv/uv.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	@.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock || \
	  { echo "uv could not install the lock; trying pip, which is slower"; \
	    .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements.lock; }
	@touch $@
