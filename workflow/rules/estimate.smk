# estimate: models write rows of one table of estimates.

PARTS = [
    *[
        f"<results>/estimate/{name}.{step}.parquet"
        for name in STUDY.activity()
        for step in ("admissions", "event_study")
    ],
    *[f"<results>/estimate/{name}.continuity.parquet" for name in STUDY.survey() | STUDY.contacts()],
    *[f"<results>/estimate/{name}.synthesis.parquet" for name in STUDY.syntheses],
    *(["<results>/estimate/experiment.parquet"] if EXPERIMENT else []),
    *[f"<results>/estimate/{name}.question.parquet" for name in STUDY.questions],
]


rule estimate_admissions:
    input:
        panel="<results>/prepare/panel.parquet",
        code=sources("analysis.estimate.admissions"),
    output:
        "<results>/estimate/{outcome}.admissions.parquet",
    log:
        "<logs>/estimate_admissions.{outcome}.log",
    benchmark:
        "<benchmarks>/estimate_admissions.{outcome}.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=lambda wildcards: model(wildcards.outcome, "measure"),
    message:
        "Estimating the pilots' effect on {wildcards.outcome}"
    shell:
        "python -m analysis.estimate.admissions --panel {input.panel} --name {wildcards.outcome} {params.plan}"
        " --out {output} 2> {log}"


rule estimate_event_study:
    input:
        panel="<results>/prepare/panel.parquet",
        code=sources("analysis.estimate.event_study"),
    output:
        "<results>/estimate/{outcome}.event_study.parquet",
    log:
        "<logs>/estimate_event_study.{outcome}.log",
    benchmark:
        "<benchmarks>/estimate_event_study.{outcome}.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=lambda wildcards: model(wildcards.outcome, "measure", "bin_months"),
    message:
        "Following {wildcards.outcome} period by period"
    shell:
        "python -m analysis.estimate.event_study --panel {input.panel} --name {wildcards.outcome} {params.plan}"
        " --out {output} 2> {log}"


rule estimate_continuity:
    input:
        survey=lambda wildcards: (
            "<results>/prepare/continuity.parquet"
            if wildcards.outcome in STUDY.contacts()
            else "<results>/prepare/survey.parquet"
        ),
        code=sources("analysis.estimate.continuity"),
    output:
        "<results>/estimate/{outcome}.continuity.parquet",
    log:
        "<logs>/estimate_continuity.{outcome}.log",
    benchmark:
        "<benchmarks>/estimate_continuity.{outcome}.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=lambda wildcards: model(wildcards.outcome, "item", "population"),
    message:
        "Estimating the pilots' effect on {wildcards.outcome}"
    shell:
        "python -m analysis.estimate.continuity --survey {input.survey} --name {wildcards.outcome} {params.plan}"
        " --out {output} 2> {log}"


rule estimate_synthesis:
    input:
        evidence="<results>/prepare/evidence.parquet",
        code=sources("analysis.estimate.synthesis"),
    output:
        "<results>/estimate/{synthesis}.synthesis.parquet",
    log:
        "<logs>/estimate_synthesis.{synthesis}.log",
    benchmark:
        "<benchmarks>/estimate_synthesis.{synthesis}.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=lambda wildcards: model(wildcards.synthesis, "outcome", "leave_out", "fewest"),
    message:
        "Pooling the published estimates of {wildcards.synthesis}"
    shell:
        "python -m analysis.estimate.synthesis --evidence {input.evidence} --name {wildcards.synthesis} {params.plan}"
        " --out {output} 2> {log}"


if EXPERIMENT:

    rule estimate_experiment:
        input:
            persons="<results>/prepare/persons.parquet",
            code=sources("analysis.estimate.experiment"),
        output:
            "<results>/estimate/experiment.parquet",
        log:
            "<logs>/estimate_experiment.log",
        benchmark:
            "<benchmarks>/estimate_experiment.tsv"
        conda:
            "../../environment.yml"
        params:
            plan=plan(experiment=STUDY.experiment, confidence=STUDY.inference.confidence),
        message:
            "Comparing the arms of the experiment"
        shell:
            "python -m analysis.estimate.experiment --persons {input.persons} {params.plan} --out {output} 2> {log}"


rule estimate_questions:
    input:
        frame="<results>/prepare/questions/{question}.parquet",
        code=sources("analysis.estimate.questions"),
    output:
        "<results>/estimate/{question}.question.parquet",
    log:
        "<logs>/estimate_questions.{question}.log",
    benchmark:
        "<benchmarks>/estimate_questions.{question}.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=lambda wildcards: plan(
            questions={wildcards.question: STUDY.questions[wildcards.question]},
            confidence=STUDY.inference.confidence,
        ),
    message:
        "Answering the question {wildcards.question}"
    shell:
        "python -m analysis.estimate.questions --frame {input.frame} {params.plan} --out {output} 2> {log}"


rule estimate_table:
    input:
        parts=PARTS,
        code=sources("analysis.estimate.table"),
    output:
        estimates="<results>/estimate/estimates.csv",
        lineage="<results>/estimate/lineage.json",
    log:
        "<logs>/estimate_table.log",
    benchmark:
        "<benchmarks>/estimate_table.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=plan(study=STUDY.name, plan_digest=STUDY.plan_digest()),
    message:
        "Joining all estimates into one table"
    shell:
        "python -m analysis.estimate.table --parts {input.parts} {params.plan} --out {output.estimates}"
        " --lineage {output.lineage} 2> {log}"
