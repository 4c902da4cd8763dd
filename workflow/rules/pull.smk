# pull: data sets arrive and are verified against the register.


for DATASET in [each for each in (EVIDENCE, PILOTS, EXPERIMENT) if each and each.maker]:

    rule:
        name:
            f"pull_generate_{DATASET.id.replace('-', '_')}"
        input:
            code=sources(DATASET.maker),
        output:
            [f"data/raw/{file.path}" for file in DATASET.files],
        log:
            f"<logs>/pull_generate.{DATASET.id}.log",
        benchmark:
            f"<benchmarks>/pull_generate.{DATASET.id}.tsv"
        params:
            plan=plan(
                **({"parameters": DATASET.parameters} if DATASET.generator else {}),
                out=f"data/raw/{Path(DATASET.files[0].path).parent}",
            ),
            module=DATASET.maker,
        message:
            f"Making data set {DATASET.id}"
        shell:
            "python -m {params.module} {params.plan} 2> {log}"


# The files themselves are no outputs: Snakemake deletes outputs before it makes them anew, and when that fails. These
# files are kept until a new version is there, and it is the step that decides whether to ask for one.
rule pull_download:
    input:
        register=ancient("data/raw/datasets.yaml"),
        code=sources("analysis.pull.web.download"),
    output:
        "<results>/pull/{dataset}.download.json",
    log:
        "<logs>/pull_download.{dataset}.log",
    benchmark:
        "<benchmarks>/pull_download.{dataset}.tsv"
    wildcard_constraints:
        dataset="|".join(each.id for each in REGISTER.datasets if each.download) or "none",
    resources:
        # One download at a time: two could ask one host at once. The limit is in profiles/default.
        downloads=1,
        # How a run uses the network is no parameter of what it makes, and must not make anything rerun.
        network="--offline" if OFFLINE else "--ask" if config.get("ask") else "",
    params:
        entry=entry,
        own=plan(**({"own_hosts": STUDY.own_hosts} if STUDY.own_hosts else {})),
    message:
        "Downloading what is not here yet of data set {wildcards.dataset}"
    shell:
        "python -m analysis.pull.web.download --dataset {wildcards.dataset} --register {input.register} --raw data/raw"
        " --out {output} {params.own} {resources.network} 2> {log}"


rule pull_verify:
    input:
        files=present_files,
        download=downloaded,
        register=ancient("data/raw/datasets.yaml"),
        code=sources("analysis.pull.datasets.verify"),
    output:
        "<results>/pull/{dataset}.json",
    log:
        "<logs>/pull_verify.{dataset}.log",
    benchmark:
        "<benchmarks>/pull_verify.{dataset}.tsv"
    wildcard_constraints:
        dataset="|".join(each.id for each in REGISTER.datasets),
    params:
        entry=entry,
    message:
        "Verifying data set {wildcards.dataset} against the register"
    shell:
        "python -m analysis.pull.datasets.verify --dataset {wildcards.dataset} --register {input.register} --raw data/raw"
        " --out {output} 2> {log}"


if isinstance(PILOTS, Package):

    rule pull_package:
        input:
            files=[str(PILOTS.folder / file) for file in PILOTS.files()],
            place=str(PILOTS.place) if PILOTS.packed else [],
            register=ancient("data/raw/datasets.yaml"),
            code=sources("analysis.pull.package.receive"),
        output:
            f"<results>/pull/{PILOTS.id}.json",
        log:
            "<logs>/pull_package.log",
        benchmark:
            "<benchmarks>/pull_package.tsv"
        params:
            plan=plan(place=str(PILOTS.place), id=PILOTS.id, unpacked=str(PILOTS.folder)),
            # A file that the register knows as simulated is simulated here too.
            simulated=sorted(
                file.sha256 for each in REGISTER.datasets if each.kind == "simulated" for file in each.files
            ),
        message:
            "Receiving the study's own data package"
        shell:
            "python -m analysis.pull.package.receive {params.plan} --register {input.register} --out {output} 2> {log}"


if isinstance(PILOTS, Package) and PILOTS.packed:

    rule pull_unpack:
        input:
            place=str(PILOTS.place),
            code=sources("analysis.pull.package.unpack"),
        output:
            [str(PILOTS.folder / file) for file in PILOTS.files()],
        log:
            "<logs>/pull_unpack.log",
        benchmark:
            "<benchmarks>/pull_unpack.tsv"
        params:
            plan=plan(out=str(PILOTS.folder)),
        message:
            "Unpacking the study's own data package"
        shell:
            "python -m analysis.pull.package.unpack --place {input.place:q} {params.plan} 2> {log}"


rule pull_folder:
    input:
        register=ancient("data/raw/datasets.yaml"),
        code=sources("analysis.pull.datasets.folder"),
    output:
        "<results>/pull/folder.json",
    log:
        "<logs>/pull_folder.log",
    benchmark:
        "<benchmarks>/pull_folder.tsv"
    params:
        ids=[each.id for each in REGISTER.datasets],
        # When a file that nobody registered comes or goes, the folder is checked again.
        strangers=[str(path) for path in strangers(REGISTER, Path("data/raw"))],
    message:
        "Checking that every file in data/raw is registered"
    shell:
        "python -m analysis.pull.datasets.folder --register {input.register} --raw data/raw --out {output} 2> {log}"
