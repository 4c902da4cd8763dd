# prepare: tables are checked against the contract and joined.


rule prepare_evidence:
    message:
        "Putting published estimates on one scale"
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
    shell:
        "python -m analysis.prepare.evidence --evaluations {input.evaluations} --receipt {input.receipt}"
        " --out {output} 2> {log}"


rule prepare_benchmarks:
    message:
        "Setting truth and published values beside each outcome"
    input:
        evidence="<results>/prepare/evidence.parquet",
        truth=raw(PILOTS, "truth.json") if PILOTS else [],
        code=sources("analysis.prepare.benchmarks"),
    output:
        "<results>/prepare/benchmarks.csv",
    params:
        plan=plan(outcomes=STUDY.outcomes),
        optional=lambda wildcards, input: options(input, "truth"),
    log:
        "<logs>/prepare_benchmarks.log",
    benchmark:
        "<benchmarks>/prepare_benchmarks.tsv"
    shell:
        "python -m analysis.prepare.benchmarks --evidence {input.evidence} {params.plan} {params.optional}"
        " --out {output} 2> {log}"


if PILOTS:

    rule prepare_panel:
        message:
            "Joining sites, practices and activity into the practice-month panel"
        input:
            sites=raw(PILOTS, "sites.csv"),
            practices=raw(PILOTS, "practices.csv"),
            activity=raw(PILOTS, "activity.csv"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.panel"),
        output:
            "<results>/prepare/panel.parquet",
        params:
            plan=plan(pilots=STUDY.pilots, inference=STUDY.inference),
        log:
            "<logs>/prepare_panel.log",
        benchmark:
            "<benchmarks>/prepare_panel.tsv"
        shell:
            "python -m analysis.prepare.panel --sites {input.sites} --practices {input.practices}"
            " --activity {input.activity} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_survey:
        message:
            "Joining the survey to the practices' groups"
        input:
            sites=raw(PILOTS, "sites.csv"),
            practices=raw(PILOTS, "practices.csv"),
            survey=raw(PILOTS, "survey.csv"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.survey"),
        output:
            "<results>/prepare/survey.parquet",
        params:
            plan=plan(inference=STUDY.inference),
        log:
            "<logs>/prepare_survey.log",
        benchmark:
            "<benchmarks>/prepare_survey.tsv"
        shell:
            "python -m analysis.prepare.survey --sites {input.sites} --practices {input.practices}"
            " --responses {input.survey} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_balance:
        message:
            "Comparing pilot and comparison practices before the start"
        input:
            sites=raw(PILOTS, "sites.csv"),
            practices=raw(PILOTS, "practices.csv"),
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.prepare.balance"),
        output:
            "<results>/prepare/balance.parquet",
        params:
            plan=plan(inference=STUDY.inference),
        log:
            "<logs>/prepare_balance.log",
        benchmark:
            "<benchmarks>/prepare_balance.tsv"
        shell:
            "python -m analysis.prepare.balance --sites {input.sites} --practices {input.practices}"
            " --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule prepare_quality:
        message:
            "Counting what the data hold and lack"
        input:
            panel="<results>/prepare/panel.parquet",
            survey="<results>/prepare/survey.parquet",
            code=sources("analysis.prepare.quality"),
        output:
            "<results>/prepare/quality.parquet",
        log:
            "<logs>/prepare_quality.log",
        benchmark:
            "<benchmarks>/prepare_quality.tsv"
        shell:
            "python -m analysis.prepare.quality --panel {input.panel} --survey {input.survey} --out {output} 2> {log}"
