# present: figures, tables and numbers for the paper. Nothing here estimates anything.

FIGURES = [
    "tests",
    *[f"evidence-{name.replace('_', '-')}" for name in STUDY.syntheses],
    *(["effects"] if STUDY.outcomes else []),
    *[f"event-{name.replace('_', '-')}" for name in STUDY.activity()],
    *[f"question-{name.replace('_', '-')}" for name in STUDY.questions],
]
KINDS = ["svg", "png", "csv", "md"]
RECEIPTS = [f"<results>/pull/{dataset.id}.json" for dataset in (EVIDENCE, PILOTS) if dataset]
if STUDY.practices:
    RECEIPTS += [f"<results>/pull/{each.id}.json" for each in OPEN_DATA if each not in MISSING]
# In the order in which the paper needs them: the answers as sections, the answers as a table, the data sets.
PRACTICE_TABLES = ["answers", "questions", "coverage"] if STUDY.questions else []
TABLES = [
    "evidence",
    "sources",
    "pilots",
    "concerns",
    *(["quality", "balance"] if PILOTS else []),
]


rule present_tests:
    input:
        readings="<results>/assess/tests.json",
        code=sources("analysis.present.tests"),
    output:
        collect("<results>/present/figures/tests.{kind}", kind=KINDS),
        table="<results>/present/tables/tests.md",
    log:
        "<logs>/present_tests.log",
    benchmark:
        "<benchmarks>/present_tests.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
    message:
        "Mapping the five tests to their evidence"
    shell:
        "python -m analysis.present.tests --readings {input.readings} --figures {params.folder}"
        " --table {output.table} 2> {log}"


rule present_evidence:
    input:
        estimates="<results>/estimate/estimates.csv",
        published="<results>/prepare/evidence.parquet",
        code=sources("analysis.present.evidence"),
    output:
        collect("<results>/present/figures/evidence-{{synthesis}}.{kind}", kind=KINDS),
    log:
        "<logs>/present_evidence.{synthesis}.log",
    benchmark:
        "<benchmarks>/present_evidence.{synthesis}.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
        plan=lambda wildcards: plan(
            name=spelled(wildcards.synthesis),
            synthesis=STUDY.syntheses[spelled(wildcards.synthesis)],
        ),
    message:
        "Drawing the published evidence of {wildcards.synthesis}"
    shell:
        "python -m analysis.present.evidence --estimates {input.estimates} --published {input.published} {params.plan}"
        " --figures {params.folder} 2> {log}"


rule present_event_study:
    input:
        estimates="<results>/estimate/estimates.csv",
        code=sources("analysis.present.event_study"),
    output:
        collect("<results>/present/figures/event-{{outcome}}.{kind}", kind=KINDS),
    log:
        "<logs>/present_event_study.{outcome}.log",
    benchmark:
        "<benchmarks>/present_event_study.{outcome}.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
        plan=lambda wildcards: plan(
            name=spelled(wildcards.outcome),
            outcome=STUDY.outcomes[spelled(wildcards.outcome)],
        ),
    message:
        "Drawing the event study of {wildcards.outcome}"
    shell:
        "python -m analysis.present.event_study --estimates {input.estimates} {params.plan}"
        " --figures {params.folder} 2> {log}"


rule present_effects:
    input:
        estimates="<results>/estimate/estimates.csv",
        benchmarks="<results>/prepare/benchmarks.csv",
        code=sources("analysis.present.effects"),
    output:
        collect("<results>/present/figures/effects.{kind}", kind=KINDS),
        table="<results>/present/tables/effects.md",
    log:
        "<logs>/present_effects.log",
    benchmark:
        "<benchmarks>/present_effects.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
        plan=plan(outcomes=STUDY.outcomes),
    message:
        "Setting our estimates beside truth and published values"
    shell:
        "python -m analysis.present.effects --estimates {input.estimates} --benchmarks {input.benchmarks} {params.plan}"
        " --figures {params.folder} --table {output.table} 2> {log}"


rule present_questions:
    input:
        estimates="<results>/estimate/estimates.csv",
        states="<results>/prepare/questions/questions.json",
        code=sources("analysis.present.questions"),
    output:
        collect("<results>/present/figures/question-{{question}}.{kind}", kind=KINDS),
    log:
        "<logs>/present_questions.{question}.log",
    benchmark:
        "<benchmarks>/present_questions.{question}.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
        plan=lambda wildcards: plan(
            questions={spelled(wildcards.question): STUDY.questions[spelled(wildcards.question)]},
        ),
    message:
        "Drawing the answer to {wildcards.question}"
    shell:
        "python -m analysis.present.questions --estimates {input.estimates} --states {input.states} {params.plan}"
        " --figures {params.folder} 2> {log}"


rule present_practice_tables:
    input:
        coverage="<results>/prepare/practice_coverage.parquet",
        code=sources("analysis.present.practice_tables"),
    output:
        collect("<results>/present/tables/{table}.md", table=PRACTICE_TABLES or "coverage"),
    log:
        "<logs>/present_practice_tables.log",
    benchmark:
        "<benchmarks>/present_practice_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
        plan=plan(questions=STUDY.questions),
    message:
        "Setting out questions, answers and data sets"
    shell:
        "python -m analysis.present.practice_tables --coverage {input.coverage} {params.plan}"
        " --out {params.folder} 2> {log}"


rule present_tables:
    input:
        evidence="<results>/prepare/evidence.parquet",
        receipts=RECEIPTS,
        pilots=raw(EVIDENCE, "pilots.csv"),
        concerns=raw(EVIDENCE, "concerns.csv"),
        quality="<results>/prepare/quality.parquet" if PILOTS else [],
        balance="<results>/prepare/balance.parquet" if PILOTS else [],
        code=sources("analysis.present.tables"),
    output:
        collect("<results>/present/tables/{table}.md", table=TABLES),
    log:
        "<logs>/present_tables.log",
    benchmark:
        "<benchmarks>/present_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        folder=folder,
        plan=plan(labels={each.series: each.label for each in STUDY.outcomes.values()}),
        optional=lambda wildcards, input: options(input, "pilots", "concerns", "quality", "balance"),
    message:
        "Writing the tables of background and annexes"
    shell:
        "python -m analysis.present.tables --evidence {input.evidence} --receipts {input.receipts} {params.plan}"
        " {params.optional} --out {params.folder} 2> {log}"


rule present_numbers:
    input:
        estimates="<results>/estimate/estimates.csv",
        lineage="<results>/estimate/lineage.json",
        tests="<results>/assess/tests.json",
        benchmarks="<results>/prepare/benchmarks.csv",
        quality="<results>/prepare/quality.parquet" if PILOTS else [],
        states="<results>/prepare/questions/questions.json" if STUDY.questions else [],
        code=sources("analysis.present.numbers"),
    output:
        numbers="<results>/present/numbers.yml",
        addresses="<results>/present/addresses.json",
    log:
        "<logs>/present_numbers.log",
    benchmark:
        "<benchmarks>/present_numbers.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=plan(
            outcomes=STUDY.outcomes,
            syntheses=STUDY.syntheses,
            questions=STUDY.questions,
            inference=STUDY.inference,
        ),
        optional=lambda wildcards, input: options(input, "quality", "states"),
    message:
        "Putting results into words, each number with its address"
    shell:
        "python -m analysis.present.numbers --estimates {input.estimates} --lineage {input.lineage}"
        " --tests {input.tests} --benchmarks {input.benchmarks} {params.plan} {params.optional}"
        " --out {output.numbers} --addresses {output.addresses} 2> {log}"
