# pull: data sets arrive and are verified against the register.


def present_files(wildcards):
    # A missing file is not named here, so that the step can say which one it is and how to bring it back.
    # A generated one always is, so that its generator runs first.
    dataset = REGISTER.dataset(wildcards.dataset)
    paths = [f"data/raw/{file.path}" for file in dataset.files]
    return [path for path in paths if dataset.generator or Path(path).exists()]


def present_names():
    return [str(path) for path in sorted(Path("data/raw").rglob("[!.]*")) if path.is_file()]


for DATASET in [each for each in (EVIDENCE, PILOTS) if each and each.generator]:

    rule:
        name:
            f"pull_generate_{DATASET.id.replace('-', '_')}"
        message:
            f"Simulating data set {DATASET.id}"
        input:
            code=sources(DATASET.generator),
        output:
            [f"data/raw/{file.path}" for file in DATASET.files],
        params:
            plan=plan(parameters=DATASET.parameters, out=f"data/raw/{Path(DATASET.files[0].path).parent}"),
            module=DATASET.generator,
        log:
            f"<logs>/pull_generate.{DATASET.id}.log",
        benchmark:
            f"<benchmarks>/pull_generate.{DATASET.id}.tsv"
        shell:
            "python -m {params.module} {params.plan} 2> {log}"


rule pull_verify:
    message:
        "Verifying data set {wildcards.dataset} against the register"
    input:
        files=present_files,
        register="data/raw/datasets.yaml",
        code=sources("analysis.pull.verify"),
    output:
        "<results>/pull/{dataset}.json",
    params:
        names=present_names(),
    log:
        "<logs>/pull_verify.{dataset}.log",
    benchmark:
        "<benchmarks>/pull_verify.{dataset}.tsv"
    shell:
        "python -m analysis.pull.verify --dataset {wildcards.dataset} --register {input.register} --raw data/raw"
        " --out {output} 2> {log}"
