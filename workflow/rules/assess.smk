# assess: what may be told of protected persons is settled, and the five tests are read from it.

RECEIPTS = DATA.receipts
DISCLOSED_TABLES = [
    *(["prepare/quality", "prepare/balance"] if PILOTS else []),
    *(["estimate/matched_balance"] if COHORT else []),
    *(["prepare/continuity_distribution", "prepare/fewest_contacts"] if ASKED else []),
]
DISCLOSED_FACTS = [
    *(["estimate/matched"] if COHORT else []),
    *(["prepare/contacts"] if ASKED else []),
    *(f"prepare/{name}" for name in RECORDS),
]


# The boundary: no rule after this one reads what was counted of persons from anywhere but <disclosed>.
rule assess_disclose:
    input:
        estimates="<results>/estimate/estimates.csv",
        unmade="<results>/estimate/not_estimated.csv",
        lineage="<results>/estimate/lineage.json",
        receipts=RECEIPTS,
        panel="<results>/prepare/panel.parquet" if PILOTS else [],
        matched="<results>/estimate/matched.parquet" if COHORT else [],
        tables=[f"<results>/{name}.parquet" for name in DISCLOSED_TABLES],
        facts=[f"<results>/{name}.json" for name in DISCLOSED_FACTS],
        code=sources("analysis.assess.disclosure.disclose"),
    output:
        "<disclosed>/estimates.csv",
        "<disclosed>/not_estimated.csv",
        [f"<disclosed>/{Path(name).name}.parquet" for name in DISCLOSED_TABLES],
        [f"<disclosed>/{Path(name).name}.json" for name in DISCLOSED_FACTS],
    log:
        "<logs>/assess_disclose.log",
    benchmark:
        "<benchmarks>/assess_disclose.tsv"
    params:
        folder=folder,
        plan=plan(measures=measures(STUDY.activity()), persons=[*STUDY.contacts()]),
        optional=lambda wildcards, input: options(input, "panel", "matched", "tables", "facts"),
    message:
        "Hiding small counts of persons and rounding the others"
    shell:
        "python -m analysis.assess.disclosure.disclose --estimates {input.estimates} --unmade {input.unmade}"
        " --lineage {input.lineage} --receipts {input.receipts} {params.plan} {params.optional}"
        " --out {params.folder} 2> {log}"


# How the primary model, which is that of every study, does where the truth is known.
KNOWN = [str(path) for path in [Path("reports/calibration/default.csv")] if path.exists()]


# What every later step takes a result to say. It reads what may be told, so that no verdict tells anything else.
rule assess_verdicts:
    input:
        estimates="<disclosed>/estimates.csv",
        calibration=KNOWN if STUDY.outcomes else [],
        benchmarks="<results>/prepare/benchmarks.csv" if STUDY.outcomes else [],
        cohort_benchmarks="<results>/prepare/cohort_benchmarks.csv" if COHORT else [],
        balance="<disclosed>/matched_balance.parquet" if COHORT else [],
        continuity_benchmarks="<results>/prepare/continuity_benchmarks.csv" if ASKED else [],
        code=sources("analysis.assess.verdicts.verdicts"),
    output:
        "<results>/assess/verdicts.csv",
    log:
        "<logs>/assess_verdicts.log",
    benchmark:
        "<benchmarks>/assess_verdicts.tsv"
    params:
        plan=plan(
            study=STUDY.name,
            plan_digest=STUDY.plan_digest(),
            outcomes=STUDY.outcomes,
            syntheses=STUDY.syntheses,
            tests=STUDY.tests,
            questions=STUDY.questions,
            checks=STUDY.checks(*{check.kind for check in STUDY.sensitivity.values()}),
            confidence=STUDY.inference.confidence,
            **({"experiment": STUDY.experiment} if EXPERIMENT else {}),
            **({"continuity": ASKED} if ASKED else {}),
        ),
        optional=lambda wildcards, input: options(
            input, "calibration", "benchmarks", "cohort_benchmarks", "continuity_benchmarks", "balance"
        ),
    message:
        "Judging what the results say"
    shell:
        "python -m analysis.assess.verdicts.verdicts --estimates {input.estimates} {params.plan} {params.optional}"
        " --out {output} 2> {log}"


rule assess_tests:
    input:
        estimates="<disclosed>/estimates.csv",
        verdicts="<results>/assess/verdicts.csv",
        code=sources("analysis.assess.five_tests.five_tests"),
    output:
        "<results>/assess/tests.json",
    log:
        "<logs>/assess_tests.log",
    benchmark:
        "<benchmarks>/assess_tests.tsv"
    params:
        plan=plan(tests=STUDY.tests, outcomes=STUDY.outcomes, syntheses=STUDY.syntheses),
    message:
        "Reading the five tests"
    shell:
        "python -m analysis.assess.five_tests.five_tests --estimates {input.estimates} --verdicts {input.verdicts}"
        " {params.plan} --out {output} 2> {log}"
