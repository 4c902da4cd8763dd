# prepare: tables are checked against the contract and joined.

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
