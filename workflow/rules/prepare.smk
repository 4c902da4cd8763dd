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
            sites=raw(PILOTS, "sites.csv"),
            practices=raw(PILOTS, "practices.csv"),
            activity=raw(PILOTS, "activity.csv"),
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
            ),
        message:
            "Joining sites, practices and activity into the practice-month panel"
        shell:
            "python -m analysis.prepare.panel --sites {input.sites} --practices {input.practices}"
            " --activity {input.activity} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_survey:
        input:
            sites=raw(PILOTS, "sites.csv"),
            practices=raw(PILOTS, "practices.csv"),
            survey=raw(PILOTS, "survey.csv"),
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
            plan=plan(comparison_cluster=STUDY.inference.comparison_cluster),
        message:
            "Joining the survey to the practices' groups"
        shell:
            "python -m analysis.prepare.survey --sites {input.sites} --practices {input.practices}"
            " --responses {input.survey} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_balance:
        input:
            sites=raw(PILOTS, "sites.csv"),
            practices=raw(PILOTS, "practices.csv"),
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
            plan=plan(comparison_cluster=STUDY.inference.comparison_cluster),
        message:
            "Comparing pilot and comparison practices before the start"
        shell:
            "python -m analysis.prepare.balance --sites {input.sites} --practices {input.practices}"
            " --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule prepare_quality:
        input:
            panel="<results>/prepare/panel.parquet",
            survey=("<results>/prepare/survey.parquet" if raw(PILOTS, "survey.csv") else []),
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


if STUDY.questions:

    rule prepare_questions:
        input:
            measures="<results>/prepare/practice_measures.parquet",
            register="<results>/prepare/practice_register.parquet",
            code=sources("analysis.prepare.questions"),
        output:
            collect("<results>/prepare/questions/{question}.parquet", question=STUDY.questions),
            states="<results>/prepare/questions/questions.json",
        log:
            "<logs>/prepare_questions.log",
        benchmark:
            "<benchmarks>/prepare_questions.tsv"
        conda:
            "../../environment.yml"
        params:
            folder=folder,
            plan=plan(
                questions=STUDY.questions,
                smallest_list=str(STUDY.practices.smallest_list),
                cluster=STUDY.practices.cluster,
                fewest=str(STUDY.practices.fewest),
            ),
        message:
            "Finding the practices that can answer each question"
        shell:
            "python -m analysis.prepare.questions --measures {input.measures} --register {input.register}"
            " {params.plan} --out {params.folder} 2> {log}"
