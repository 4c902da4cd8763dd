# prepare: tables are checked against the contract and joined.


rule prepare_evidence:
    input:
        evaluations=raw(EVIDENCE, "evaluations.csv"),
        receipt=f"<results>/pull/{EVIDENCE.id}.json",
        code=sources("analysis.prepare.evidence"),
    output:
        "<results>/prepare/evidence.parquet",
    log:
        "<logs>/prepare_evidence.log",
    benchmark:
        "<benchmarks>/prepare_evidence.tsv"
    conda:
        "../../environment.yml"
    message:
        "Putting published estimates on one scale"
    shell:
        "python -m analysis.prepare.evidence --evaluations {input.evaluations} --receipt {input.receipt}"
        " --out {output} 2> {log}"


rule prepare_benchmarks:
    input:
        evidence="<results>/prepare/evidence.parquet",
        truth=raw(PILOTS, "truth.json") if PILOTS else [],
        code=sources("analysis.prepare.benchmarks"),
    output:
        "<results>/prepare/benchmarks.csv",
    log:
        "<logs>/prepare_benchmarks.log",
    benchmark:
        "<benchmarks>/prepare_benchmarks.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=plan(outcomes={name: [each.series, each.published or ""] for name, each in STUDY.outcomes.items()}),
        optional=lambda wildcards, input: options(input, "truth"),
    message:
        "Setting truth and published values beside each outcome"
    shell:
        "python -m analysis.prepare.benchmarks --evidence {input.evidence} {params.plan} {params.optional}"
        " --out {output} 2> {log}"


if PILOTS:

    rule prepare_panel:
        input:
            sites=table("sites"),
            practices=table("practices"),
            activity=table("activity"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.panel"),
        output:
            "<results>/prepare/panel.parquet",
        log:
            "<logs>/prepare_panel.log",
        benchmark:
            "<benchmarks>/prepare_panel.tsv"
        conda:
            "../../environment.yml"
        params:
            plan=plan(
                months=STUDY.pilots.months,
                comparison_cluster=STUDY.inference.comparison_cluster,
                measures={name: each.measure for name, each in STUDY.activity().items()},
                until=until(),
                **({"allow_gaps": True} if STUDY.pilots.allow_gaps else {}),
                **mapped("sites", "practices", "activity"),
            ),
        message:
            "Joining sites, practices and activity into the practice-month panel"
        shell:
            "python -m analysis.prepare.panel --sites {input.sites:q} --practices {input.practices:q}"
            " --activity {input.activity:q} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_survey:
        input:
            sites=table("sites"),
            practices=table("practices"),
            survey=table("survey"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.survey"),
        output:
            "<results>/prepare/survey.parquet",
        log:
            "<logs>/prepare_survey.log",
        benchmark:
            "<benchmarks>/prepare_survey.tsv"
        conda:
            "../../environment.yml"
        params:
            plan=plan(
                comparison_cluster=STUDY.inference.comparison_cluster,
                items={name: each.item for name, each in STUDY.survey().items()},
                until=until(),
                **mapped("sites", "practices", "survey"),
            ),
        message:
            "Joining the survey to the practices' groups"
        shell:
            "python -m analysis.prepare.survey --sites {input.sites:q} --practices {input.practices:q}"
            " --responses {input.survey:q} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_balance:
        input:
            sites=table("sites"),
            practices=table("practices"),
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.prepare.balance"),
        output:
            "<results>/prepare/balance.parquet",
        log:
            "<logs>/prepare_balance.log",
        benchmark:
            "<benchmarks>/prepare_balance.tsv"
        conda:
            "../../environment.yml"
        params:
            plan=plan(
                comparison_cluster=STUDY.inference.comparison_cluster,
                **mapped("sites", "practices"),
            ),
        message:
            "Comparing pilot and comparison practices before the start"
        shell:
            "python -m analysis.prepare.balance --sites {input.sites:q} --practices {input.practices:q}"
            " --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule prepare_quality:
        input:
            panel="<results>/prepare/panel.parquet",
            survey=("<results>/prepare/survey.parquet" if table("survey") else []),
            code=sources("analysis.prepare.quality"),
        output:
            "<results>/prepare/quality.parquet",
        log:
            "<logs>/prepare_quality.log",
        benchmark:
            "<benchmarks>/prepare_quality.tsv"
        conda:
            "../../environment.yml"
        params:
            optional=lambda wildcards, input: options(input, "survey"),
        message:
            "Counting what the data hold and lack"
        shell:
            "python -m analysis.prepare.quality --panel {input.panel} {params.optional} --out {output} 2> {log}"
