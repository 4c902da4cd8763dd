# release: the paper is rendered, versioned and released.


TEXT = sorted(str(path) for path in Path("reports").iterdir() if path.name not in BUILT and path.name[0] != ".")
READ_TABLES = [
    "not-estimated",
    "calibration",
    "calibration-primary",
    *(["effects"] if STUDY.outcomes else []),
    *(["cohort"] if COHORT else []),
    *(CONTINUITY_TABLES if ASKED else []),
]
FORMATS = ["html", "pdf", "docx"]
# What the paper and its release take from the stage present.
ALL_FIGURES = collect("<results>/present/figures/{figure}.{kind}", figure=FIGURES, kind=KINDS)
ALL_TABLES = collect(
    "<results>/present/tables/{table}.md",
    table=[*TABLES, *READ_TABLES, *EXPERIMENT_TABLES, *PRACTICE_TABLES, *DESIGN_TABLES, *CHECK_TABLES],
)
# Prepared tables with rows of persons.
PERSONS = [
    *(["<results>/prepare/spells.parquet"] if PILOTS and table("episodes") + table("spells") else []),
    *(["<results>/prepare/cohort.parquet"] if COHORT else []),
    *(["<results>/prepare/patient_continuity.parquet"] if ASKED else []),
]
# What anybody may know, so that it is no leak where it stands in a release too.
PUBLIC = [
    study_path(STUDY.name),
    *[
        path
        for path in files_below("reports")
        if path.endswith((".qmd", ".j2", ".md", ".yaml", ".yml", ".bib", ".csv"))
    ],
    # What the paper says whatever the data are.
    *sorted(map(str, [*Path("analysis/present").rglob("*.py"), Path("analysis/wording.py")])),
    *[f"data/raw/{file.path}" for each in (EVIDENCE, UNIT_COSTS) if each for file in each.files],
]


rule release_version:
    input:
        lineage="<results>/estimate/lineage.json",
        code=files_below("analysis", "workflow") + ["Snakefile", "requirements.lock"],
        text=files_below("reports"),
    output:
        "<release>/version.json",
    log:
        "<logs>/release_version.log",
    benchmark:
        "<benchmarks>/release_version.tsv"
    params:
        plan=plan(
            study=STUDY.name,
            date=STUDY.release.date,
            plan_digest=STUDY.plan_digest(),
            cover_digest=STUDY.cover_digest(),
            releases="reports/releases",
            draft=DRAFT,
        ),
        text=TEXT,
    message:
        "Working out the version from what changed"
    shell:
        "python -m analysis.release.publish.version --lineage {input.lineage} {params.plan} --text {params.text}"
        " --code analysis workflow Snakefile requirements.lock --out {output} 2> {log}"


rule release_assemble:
    input:
        figures=ALL_FIGURES,
        tables=ALL_TABLES,
        pieces=collect("<results>/present/text/{piece}.md", piece=PIECES),
        numbers="<results>/present/numbers.yml",
        addresses="<results>/present/addresses.json",
        sections="<results>/present/sections.json",
        version="<release>/version.json",
        receipts=RECEIPTS,
        text=files_below("reports"),
        code=sources("analysis.release.assemble.assemble"),
    output:
        source=directory("<release>/source"),
        manifest="<release>/source.sha256",
    log:
        "<logs>/release_assemble.log",
    benchmark:
        "<benchmarks>/release_assemble.tsv"
    params:
        plan=plan(title=STUDY.title, subtitle=STUDY.subtitle, release=STUDY.release),
    message:
        "Assembling text, figures, tables and numbers"
    shell:
        "python -m analysis.release.assemble.assemble --reports reports --present $(dirname {input.numbers})"
        " --version {input.version} --receipts {input.receipts} {params.plan} --out {output.source}"
        " --manifest {output.manifest} 2> {log}"


rule release_render:
    input:
        source=ancient("<release>/source"),  # compared by its manifest, not by time
        manifest="<release>/source.sha256",
        code=sources("analysis.release.render.render"),
    output:
        "<release>/paper.{format}",
    log:
        "<logs>/release_render.{format}.log",
    benchmark:
        "<benchmarks>/release_render.{format}.tsv"
    params:
        plan=plan(document=STUDY.release.document),
    message:
        "Rendering paper.{wildcards.format}"
    shell:
        "python -m analysis.release.render.render --source {input.source} {params.plan} --to {wildcards.format}"
        " --out {output} 2> {log}"


# What must not get out, in exact numbers; the gate reads it, and nobody else may.
rule release_private:
    input:
        receipts=RECEIPTS,
        estimates="<results>/estimate/estimates.csv",
        facts=[f"<results>/{name}.json" for name in DISCLOSED_FACTS],
        tables=[f"<results>/{name}.parquet" for name in DISCLOSED_TABLES],
        persons=PERSONS,
        code=sources("analysis.release.gate.private"),
    output:
        record="<results>/release/private.json",
        ids="<results>/release/private-ids.parquet",
    log:
        "<logs>/release_private.log",
    benchmark:
        "<benchmarks>/release_private.tsv"
    params:
        optional=lambda wildcards, input: options(input, "facts", "tables", "persons"),
    message:
        "Writing down what must not get out"
    shell:
        "python -m analysis.release.gate.private --receipts {input.receipts} --estimates {input.estimates} {params.optional}"
        " --out {output.record} --ids {output.ids} 2> {log}"


rule release_publish:
    input:
        papers=collect("<release>/paper.{format}", format=FORMATS),
        version="<release>/version.json",
        figures=ALL_FIGURES,
        tables=ALL_TABLES,
        numbers="<results>/present/numbers.yml",
        addresses="<results>/present/addresses.json",
        estimates="<disclosed>/estimates.csv",
        unmade="<disclosed>/not_estimated.csv",
        verdicts="<results>/assess/verdicts.csv",
        receipts=RECEIPTS,
        private="<results>/release/private.json",
        ids="<results>/release/private-ids.parquet",
        public=PUBLIC,
        folder="<results>/pull/folder.json",  # nothing is released beside a file that nobody registered
        plan=study_path(STUDY.name),
        code=sources("analysis.release.publish.publish"),
    output:
        "<release>/published.json",
    log:
        "<logs>/release_publish.log",
    benchmark:
        "<benchmarks>/release_publish.tsv"
    message:
        "Putting the draft in its folder" if DRAFT else "Releasing the paper"
    shell:
        "python -m analysis.release.publish.publish --version {input.version} --papers {input.papers}"
        " --present $(dirname {input.numbers}) --numbers {input.numbers} --estimates {input.estimates}"
        " --unmade {input.unmade} --verdicts {input.verdicts} --plan {input.plan} --receipts {input.receipts}"
        " --private {input.private} --ids {input.ids} --public {input.public} --releases reports/releases"
        " --drafts reports/drafts"
        " --out {output} 2> {log}"
