# present: figures, tables and numbers for the paper. Nothing here estimates anything.

from analysis.plan.pilots import TABLES as PACKAGE_TABLES
from analysis.present.continuity.continuity import FIGURES as CONTINUITY_FIGURES
from analysis.present.continuity.continuity import TABLES as CONTINUITY_TABLES
from analysis.present.designs.design_rows import compared
from analysis.present.robustness.group_table import grouped
from analysis.present.robustness.robustness import curves

EVIDENCE_FIGURES = [f"evidence-{name.replace('_', '-')}" for name in STUDY.syntheses]
EVENT_FIGURES = [f"event-{name.replace('_', '-')}" for name in STUDY.activity()]
QUESTION_FIGURES = [f"question-{name.replace('_', '-')}" for name in STUDY.questions]
FIGURES = [
    *(["tests"] if STUDY.tests else []),
    *EVIDENCE_FIGURES,
    *(["effects"] if STUDY.outcomes else []),
    *EVENT_FIGURES,
    *(["cohort-flow", "cohort-balance"] if COHORT else []),
    *(["arms"] if EXPERIMENT else []),
    *QUESTION_FIGURES,
    *(CONTINUITY_FIGURES if ASKED else []),
]
# Other designs, checks and other ways to tell uncertainty: what the plan has of them.
CHECKS = STUDY.checks(*{check.kind for check in STUDY.sensitivity.values()})
COMPARED = list(compared(STUDY.activity()))
CURVES = [f"curve-{name.replace('_', '-')}" for name in curves(CHECKS)]
METHODS = STUDY.inference.methods if STUDY.activity() else ()
FIGURES += [*(["designs"] if COMPARED else []), *CURVES]
DESIGN_TABLES = [*(["designs"] if COMPARED else []), *(["costs"] if STUDY.costs else [])]
CHECK_TABLES = [
    *(["groups"] if grouped(CHECKS) else []),
    *(["inference"] if METHODS else []),
]
# What `make calibrate` wrote last; the paper shows it where it belongs to the same plan.
CALIBRATED = [
    str(path) for ending in ("csv", "json") if (path := Path(f"reports/calibration/{STUDY.name}.{ending}")).exists()
]
# What belongs to this plan's calibration, and what `make calibrate` wrote for another plan does not.
DIGEST = told(lambda study: calibrated(study, REGISTER).digest(), STUDY) if STUDY.calibration else "none"
KINDS = ["svg", "png", "csv", "md"]
# Lists of the first national pilots and of the concerns of 2011, for papers that print them.
TRANSCRIBED = [name for name in ("pilots", "concerns") if f"tables/{name}.md" in printed(STUDY.release.document)]
PRACTICE_TABLES = ["coverage"] if STUDY.questions else []
TABLES = [
    "sources",
    *(["evidence", "evidence-words"] if EVIDENCE else []),
    *[name for name in TRANSCRIBED if raw(EVIDENCE, f"{name}.csv")],
    *(["quality", "questioned", "balance", "sites"] if PILOTS else []),
    *(["unit-costs"] if UNIT_COSTS else []),
]
EXPERIMENT_TABLES = ["arms", "published-arms", "specification"] if EXPERIMENT else []
PIECES = (
    [
        *["findings", "results"],
    ]
    if STUDY.outcomes or STUDY.questions
    else []
)
# Which tables of the data contract the pilots' data hold: the paper says what could not be analysed without the others.
SUPPLIED = [name for name in PACKAGE_TABLES if table(name)]


rule present_tests:
    input:
        readings="<results>/assess/tests.json",
        code=sources("analysis.present.five_tests.five_tests"),
    output:
        collect("<results>/present/figures/tests.{kind}", kind=KINDS),
    log:
        "<logs>/present_tests.log",
    benchmark:
        "<benchmarks>/present_tests.tsv"
    params:
        folder=folder,
    message:
        "Mapping the five tests to their evidence"
    shell:
        "python -m analysis.present.five_tests.five_tests --readings {input.readings} --figures {params.folder} 2> {log}"


rule present_evidence:
    input:
        estimates="<disclosed>/estimates.csv",
        published="<results>/prepare/evidence.parquet",
        code=sources("analysis.present.evidence.evidence"),
    output:
        collect("<results>/present/figures/{figure}.{kind}", figure=EVIDENCE_FIGURES or "evidence", kind=KINDS),
    log:
        "<logs>/present_evidence.log",
    benchmark:
        "<benchmarks>/present_evidence.tsv"
    params:
        folder=folder,
        plan=plan(syntheses=STUDY.syntheses),
    message:
        "Drawing the published evidence"
    shell:
        "python -m analysis.present.evidence.evidence --estimates {input.estimates} --published {input.published} {params.plan}"
        " --figures {params.folder} 2> {log}"


rule present_calibration:
    input:
        made=CALIBRATED[:1],
        record=CALIBRATED[1:],
        code=sources("analysis.present.calibration.calibration"),
    output:
        annex="<results>/present/tables/calibration.md",
        beside="<results>/present/tables/calibration-primary.md",
    log:
        "<logs>/present_calibration.log",
    benchmark:
        "<benchmarks>/present_calibration.tsv"
    params:
        plan=plan(
            digest=DIGEST,
            confidence=STUDY.inference.confidence,
            **({"calibration": STUDY.calibration} if STUDY.calibration else {}),
        ),
        optional=lambda wildcards, input: options(input, "made", "record"),
    message:
        "Saying how the methods do where the truth is known"
    shell:
        "python -m analysis.present.calibration.calibration {params.plan} {params.optional} --annex {output.annex}"
        " --beside {output.beside} 2> {log}"


rule present_not_estimated:
    input:
        unmade="<disclosed>/not_estimated.csv",
        code=sources("analysis.present.document.not_estimated"),
    output:
        "<results>/present/tables/not-estimated.md",
    log:
        "<logs>/present_not_estimated.log",
    benchmark:
        "<benchmarks>/present_not_estimated.tsv"
    params:
        plan=plan(labels={name: each.label for name, each in (STUDY.outcomes | STUDY.syntheses).items()}),
    message:
        "Saying what could not be estimated"
    shell:
        "python -m analysis.present.document.not_estimated --unmade {input.unmade} {params.plan} --out {output} 2> {log}"


rule present_event_study:
    input:
        estimates="<disclosed>/estimates.csv",
        code=sources("analysis.present.outcomes.event_study"),
    output:
        collect("<results>/present/figures/{figure}.{kind}", figure=EVENT_FIGURES or "event", kind=KINDS),
    log:
        "<logs>/present_event_study.log",
    benchmark:
        "<benchmarks>/present_event_study.tsv"
    params:
        folder=folder,
        plan=plan(outcomes=STUDY.activity()),
    message:
        "Drawing the event studies"
    shell:
        "python -m analysis.present.outcomes.event_study --estimates {input.estimates} {params.plan}"
        " --figures {params.folder} 2> {log}"


rule present_effects:
    input:
        estimates="<disclosed>/estimates.csv",
        benchmarks="<results>/prepare/benchmarks.csv",
        code=sources("analysis.present.outcomes.effects"),
    output:
        collect("<results>/present/figures/effects.{kind}", kind=KINDS),
        table="<results>/present/tables/effects.md",
    log:
        "<logs>/present_effects.log",
    benchmark:
        "<benchmarks>/present_effects.tsv"
    params:
        folder=folder,
        plan=plan(outcomes=STUDY.outcomes),
    message:
        "Setting our estimates beside truth and published values"
    shell:
        "python -m analysis.present.outcomes.effects --estimates {input.estimates} --benchmarks {input.benchmarks} {params.plan}"
        " --figures {params.folder} --table {output.table} 2> {log}"


rule present_cohort:
    input:
        estimates="<disclosed>/estimates.csv",
        balance="<disclosed>/matched_balance.parquet",
        flow="<disclosed>/matched.json",
        benchmarks="<results>/prepare/cohort_benchmarks.csv",
        code=sources("analysis.present.matched_cohort.cohort"),
    output:
        collect("<results>/present/figures/cohort-{part}.{kind}", part=["flow", "balance"], kind=KINDS),
        table="<results>/present/tables/cohort.md",
    log:
        "<logs>/present_cohort.log",
    benchmark:
        "<benchmarks>/present_cohort.tsv"
    params:
        folder=folder,
        plan=plan(outcomes=STUDY.designed("matched_cohort")),
    message:
        "Drawing the matched cohort"
    shell:
        "python -m analysis.present.matched_cohort.cohort --estimates {input.estimates} --balance {input.balance} --flow {input.flow}"
        " --benchmarks {input.benchmarks} {params.plan} --figures {params.folder} --table {output.table} 2> {log}"


rule present_questions:
    input:
        estimates="<disclosed>/estimates.csv",
        states="<results>/prepare/questions/questions.json",
        code=sources("analysis.present.questions.questions"),
    output:
        collect("<results>/present/figures/{figure}.{kind}", figure=QUESTION_FIGURES or "question", kind=KINDS),
    log:
        "<logs>/present_questions.log",
    benchmark:
        "<benchmarks>/present_questions.tsv"
    params:
        folder=folder,
        plan=plan(questions=STUDY.questions),
    message:
        "Drawing the answers to the questions"
    shell:
        "python -m analysis.present.questions.questions --estimates {input.estimates} --states {input.states} {params.plan}"
        " --figures {params.folder} 2> {log}"


rule present_practice_tables:
    input:
        coverage="<results>/prepare/practice_coverage.parquet",
        code=sources("analysis.present.questions.practice_tables"),
    output:
        "<results>/present/tables/coverage.md",
    log:
        "<logs>/present_practice_tables.log",
    benchmark:
        "<benchmarks>/present_practice_tables.tsv"
    message:
        "Setting out what the data sets hold"
    shell:
        "python -m analysis.present.questions.practice_tables --coverage {input.coverage} --out {output} 2> {log}"


rule present_tables:
    input:
        evidence="<results>/prepare/evidence.parquet" if EVIDENCE else [],
        receipts=RECEIPTS,
        pilots=raw(EVIDENCE, "pilots.csv") if "pilots" in TRANSCRIBED else [],
        concerns=raw(EVIDENCE, "concerns.csv") if "concerns" in TRANSCRIBED else [],
        panel="<results>/prepare/panel.parquet" if PILOTS else [],
        quality="<disclosed>/quality.parquet" if PILOTS else [],
        questioned="<results>/prepare/questioned.json" if PILOTS else [],
        influence="<results>/estimate/influence.json" if STUDY.activity() else [],
        balance="<disclosed>/balance.parquet" if PILOTS else [],
        unit_costs="<results>/prepare/unit_costs.parquet" if UNIT_COSTS else [],
        records=[f"<disclosed>/{name}.json" for name in RECORDS],
        code=sources("analysis.present.document.tables"),
    output:
        collect("<results>/present/tables/{table}.md", table=TABLES),
    log:
        "<logs>/present_tables.log",
    benchmark:
        "<benchmarks>/present_tables.tsv"
    params:
        folder=folder,
        plan=plan(
            labels={each.series: each.label for each in STUDY.outcomes.values()},
            outcomes={name: each.label for name, each in STUDY.outcomes.items()},
        ),
        optional=lambda wildcards, input: options(
            input,
            "evidence",
            "pilots",
            "concerns",
            "panel",
            "quality",
            "questioned",
            "influence",
            "balance",
            "records",
            "unit_costs",
        ),
    message:
        "Writing the tables of background and annexes"
    shell:
        "python -m analysis.present.document.tables --receipts {input.receipts} {params.plan}"
        " {params.optional} --out {params.folder} 2> {log}"


if COMPARED or STUDY.costs:

    rule present_designs:
        input:
            estimates="<disclosed>/estimates.csv",
            code=sources("analysis.present.designs.designs"),
        output:
            collect("<results>/present/figures/designs.{kind}", kind=KINDS) if COMPARED else [],
            collect("<results>/present/tables/{table}.md", table=DESIGN_TABLES),
        log:
            "<logs>/present_designs.log",
        benchmark:
            "<benchmarks>/present_designs.tsv"
        params:
            folders=folders,
            plan=plan(outcomes=STUDY.activity(), costs=bool(STUDY.costs)),
        message:
            "Setting the designs side by side"
        shell:
            "python -m analysis.present.designs.designs --estimates {input.estimates} {params.plan} {params.folders} 2> {log}"


if CURVES or CHECK_TABLES:

    rule present_robustness:
        input:
            estimates="<disclosed>/estimates.csv",
            verdicts="<results>/assess/verdicts.csv",
            text=files_below("reports/phrases"),
            code=sources("analysis.present.robustness.robustness"),
        output:
            collect("<results>/present/figures/{curve}.{kind}", curve=CURVES, kind=KINDS),
            collect("<results>/present/tables/{table}.md", table=CHECK_TABLES),
        log:
            "<logs>/present_robustness.log",
        benchmark:
            "<benchmarks>/present_robustness.tsv"
        params:
            folders=folders,
            plan=plan(outcomes=STUDY.outcomes, checks=CHECKS, inference=STUDY.inference),
        message:
            "Asking whether the findings would survive a sceptic"
        shell:
            "python -m analysis.present.robustness.robustness --estimates {input.estimates} --verdicts {input.verdicts}"
            " --phrases reports/phrases {params.plan} {params.folders} 2> {log}"


if PIECES:

    rule present_text:
        input:
            code=sources("analysis.present.document.text"),
        output:
            collect("<results>/present/text/{piece}.md", piece=PIECES),
        log:
            "<logs>/present_text.log",
        benchmark:
            "<benchmarks>/present_text.tsv"
        params:
            folder=folder,
            plan=plan(
                outcomes=STUDY.outcomes,
                syntheses=STUDY.syntheses,
            ),
        message:
            "Writing the sections that follow from the plan"
        shell:
            "python -m analysis.present.document.text {params.plan} --out {params.folder} 2> {log}"


if ASKED:

    rule present_continuity:
        input:
            estimates="<disclosed>/estimates.csv",
            distribution="<disclosed>/continuity_distribution.parquet",
            fewest="<disclosed>/fewest_contacts.parquet",
            facts="<disclosed>/contacts.json",
            benchmarks="<results>/prepare/continuity_benchmarks.csv",
            text=files_below("reports/phrases"),
            code=sources("analysis.present.continuity.continuity"),
        output:
            collect("<results>/present/figures/{figure}.{kind}", figure=CONTINUITY_FIGURES, kind=KINDS),
            collect("<results>/present/tables/{table}.md", table=CONTINUITY_TABLES),
        log:
            "<logs>/present_continuity.log",
        benchmark:
            "<benchmarks>/present_continuity.tsv"
        params:
            folders=folders,
            plan=plan(
                asked=ASKED,
                outcome=STUDY.outcomes[ASKED.outcome],
                rules=STUDY.pilots.contacts,
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Drawing what happened to continuity"
        shell:
            "python -m analysis.present.continuity.continuity --estimates {input.estimates} --distribution {input.distribution}"
            " --fewest {input.fewest} --facts {input.facts} --benchmarks {input.benchmarks} --phrases reports/phrases"
            " {params.plan} {params.folders} 2> {log}"


if EXPERIMENT:

    rule present_experiment:
        input:
            estimates="<disclosed>/estimates.csv",
            arms="<results>/prepare/arms.csv",
            code=sources("analysis.present.experiment.experiment"),
        output:
            collect("<results>/present/figures/arms.{kind}", kind=KINDS),
            tables=collect("<results>/present/tables/{table}.md", table=EXPERIMENT_TABLES),
        log:
            "<logs>/present_experiment.log",
        benchmark:
            "<benchmarks>/present_experiment.tsv"
        params:
            folder=folder,
            plan=plan(experiment=STUDY.experiment),
        message:
            "Setting the arms of the experiment beside what was published"
        shell:
            "python -m analysis.present.experiment.experiment --estimates {input.estimates} --arms {input.arms} {params.plan}"
            " --figures {params.folder} --tables $(dirname {output.tables[0]}) 2> {log}"


rule present_numbers:
    input:
        estimates="<disclosed>/estimates.csv",
        lineage="<results>/estimate/lineage.json",
        tests="<results>/assess/tests.json",
        verdicts="<results>/assess/verdicts.csv",
        benchmarks="<results>/prepare/benchmarks.csv",
        quality="<disclosed>/quality.parquet" if PILOTS else [],
        arms="<results>/prepare/arms.csv" if EXPERIMENT else [],
        states="<results>/prepare/questions/questions.json" if STUDY.questions else [],
        unmade="<disclosed>/not_estimated.csv",
        cohort=(
            [
                "<disclosed>/matched.json",
                "<disclosed>/matched_balance.parquet",
                "<results>/prepare/cohort_benchmarks.csv",
            ]
            if COHORT
            else []
        ),
        continuity=(
            [
                "<disclosed>/fewest_contacts.parquet",
                "<disclosed>/contacts.json",
                "<results>/prepare/continuity_benchmarks.csv",
            ]
            if ASKED
            else []
        ),
        calibration=KNOWN if STUDY.outcomes else [],
        power=CALIBRATED if STUDY.calibration else [],
        published="<results>/prepare/evidence.parquet" if STUDY.syntheses else [],
        pieces=collect("<results>/present/text/{piece}.md", piece=PIECES),
        # Templates, phrases, and the sections between them, which include others.
        text=[path for path in files_below("reports") if path.endswith((".qmd", ".j2", ".yaml"))],
        code=sources("analysis.present.document.numbers"),
    output:
        numbers="<results>/present/numbers.yml",
        addresses="<results>/present/addresses.json",
        sections="<results>/present/sections.json",
    log:
        "<logs>/present_numbers.log",
    benchmark:
        "<benchmarks>/present_numbers.tsv"
    params:
        plan=plan(
            outcomes=STUDY.outcomes,
            syntheses=STUDY.syntheses,
            questions=STUDY.questions,
            inference=STUDY.inference,
            supplied=SUPPLIED,
            checks=CHECKS,
            costs=bool(STUDY.costs),
            evidence=STUDY.evidence or "",
            document=STUDY.release.document,
            **({"experiment": STUDY.experiment} if EXPERIMENT else {}),
            **({"asked": ASKED, "contacts": STUDY.pilots.contacts} if ASKED else {}),
            **({"kinds": STUDY.calibration, "digest": DIGEST} if STUDY.calibration else {}),
        ),
        optional=lambda wildcards, input: options(
            input, "pieces", "quality", "arms", "states", "cohort", "continuity", "calibration", "published", "power"
        ),
    message:
        "Putting results into words, each number with its address"
    shell:
        "python -m analysis.present.document.numbers --estimates {input.estimates} --lineage {input.lineage}"
        " --tests {input.tests} --verdicts {input.verdicts} --benchmarks {input.benchmarks} --unmade {input.unmade}"
        " {params.plan} {params.optional}"
        " --reports reports --out {output.numbers} --addresses {output.addresses} --sections {output.sections} 2> {log}"
