# release: the paper is rendered, versioned and released.


def files_below(*folders):
    """Every file that counts below some folders: no caches, no hidden files, no earlier releases."""
    found = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    return sorted(str(path) for path in found if not {"__pycache__", "releases"} & set(path.parts) and path.name[0] != ".")


TEXT = sorted(str(path) for path in Path("reports").iterdir() if path.name != "releases" and path.name[0] != ".")
OUTCOME_TABLES = ["effects"] if STUDY.outcomes else []
FORMATS = ["html", "pdf", "docx"]


rule release_version:
    message:
        "Working out the version from what changed"
    input:
        lineage="<results>/estimate/lineage.json",
        code=files_below("analysis", "workflow") + ["Snakefile", "requirements.lock"],
        text=files_below("reports"),
    output:
        "<results>/release/version.json",
    params:
        plan=plan(
            study=STUDY.name,
            date=STUDY.release.date,
            plan_digest=STUDY.plan_digest(),
            releases="reports/releases",
        ),
        text=TEXT,
    log:
        "<logs>/release_version.log",
    benchmark:
        "<benchmarks>/release_version.tsv"
    shell:
        "python -m analysis.release.version --lineage {input.lineage} {params.plan} --text {params.text}"
        " --code analysis workflow Snakefile requirements.lock --out {output} 2> {log}"


rule release_assemble:
    message:
        "Assembling text, figures, tables and numbers"
    input:
        figures=collect("<results>/present/figures/{figure}.{kind}", figure=FIGURES, kind=KINDS),
        tables=collect("<results>/present/tables/{table}.md", table=[*TABLES, "tests", *OUTCOME_TABLES]),
        numbers="<results>/present/numbers.yml",
        addresses="<results>/present/addresses.json",
        version="<results>/release/version.json",
        receipts=RECEIPTS,
        text=files_below("reports"),
        code=sources("analysis.release.assemble"),
    output:
        directory("<results>/release/source"),
    params:
        plan=plan(title=STUDY.title, subtitle=STUDY.subtitle, release=STUDY.release),
    log:
        "<logs>/release_assemble.log",
    benchmark:
        "<benchmarks>/release_assemble.tsv"
    shell:
        "python -m analysis.release.assemble --reports reports --present $(dirname {input.numbers})"
        " --version {input.version} --receipts {input.receipts} {params.plan} --out {output} 2> {log}"


rule release_render:
    message:
        "Rendering paper.{wildcards.format}"
    input:
        source="<results>/release/source",
        code=sources("analysis.release.render"),
    output:
        "<results>/release/paper.{format}",
    params:
        plan=plan(document=STUDY.release.document),
    log:
        "<logs>/release_render.{format}.log",
    benchmark:
        "<benchmarks>/release_render.{format}.tsv"
    shell:
        "python -m analysis.release.render --source {input.source} {params.plan} --to {wildcards.format}"
        " --out {output} 2> {log}"


rule release_publish:
    message:
        "Releasing the paper"
    input:
        papers=collect("<results>/release/paper.{format}", format=FORMATS),
        version="<results>/release/version.json",
        numbers="<results>/present/numbers.yml",
        estimates="<results>/estimate/estimates.csv",
        receipts=RECEIPTS,
        plan=study_path(STUDY.name),
        code=sources("analysis.release.publish"),
    output:
        "<results>/release/published.json",
    log:
        "<logs>/release_publish.log",
    benchmark:
        "<benchmarks>/release_publish.tsv"
    shell:
        "python -m analysis.release.publish --version {input.version} --papers {input.papers}"
        " --present $(dirname {input.numbers}) --numbers {input.numbers} --estimates {input.estimates}"
        " --plan {input.plan} --receipts {input.receipts} --releases reports/releases --out {output} 2> {log}"
