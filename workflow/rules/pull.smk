# pull: what is done for each data set of the register that a study uses; the other steps are in the registry.


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
        dataset="|".join(each.id for each in DATA.register.datasets if each.download) or "none",
    resources:
        # One download at a time: two could ask one host at once. The limit is in profiles/default.
        downloads=1,
        # How a run uses the network is no parameter of what it makes, and must not make anything rerun.
        network="--offline" if DATA.offline else "--ask" if config.get("ask") else "",
    params:
        entry=entry,
        own=own_hosts,
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
        dataset="|".join(each.id for each in DATA.register.datasets),
    params:
        entry=entry,
    message:
        "Verifying data set {wildcards.dataset} against the register"
    shell:
        "python -m analysis.pull.datasets.verify --dataset {wildcards.dataset} --register {input.register} --raw data/raw"
        " --out {output} 2> {log}"
