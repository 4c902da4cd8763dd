# Integrated Care Paper: from pilot evaluation data to a versioned policy paper, in six stages.
#
#   pull      data sets arrive and are verified against the register    data/raw/datasets.yaml
#   prepare   tables are checked against the contract and joined         docs/data-contract.md
#   estimate  models write rows of one table of estimates                results/<study>/estimate/estimates.csv
#   assess    what may be told of persons, and the five tests            results/<study>/assess/
#   present   figures, tables and numbers for the paper                  results/<study>/present/
#   release   the paper is rendered, versioned and released              reports/releases/<version>/
#
# One study at a time: `make paper` runs config.yaml, `make paper STUDY=evidence` runs studies/evidence.yaml.

from snakemake.utils import min_version

min_version("9.27")


include: "workflow/rules/common.smk"
include: "workflow/rules/pull.smk"
include: "workflow/rules/steps.smk"
include: "workflow/rules/contents.smk"


rule all:
    default_target: True
    input:
        "<release>/published.json",
    message:
        "The paper of study {DATA.study.name} is up to date"
