# assess: the five tests are read from the table of estimates.


rule assess_tests:
    input:
        estimates="<results>/estimate/estimates.csv",
        code=sources("analysis.assess.tests"),
    output:
        "<results>/assess/tests.json",
    log:
        "<logs>/assess_tests.log",
    benchmark:
        "<benchmarks>/assess_tests.tsv"
    conda:
        "../../environment.yml"
    params:
        plan=plan(tests=STUDY.tests, outcomes=STUDY.outcomes, syntheses=STUDY.syntheses),
    message:
        "Reading the five tests"
    shell:
        "python -m analysis.assess.tests --estimates {input.estimates} {params.plan} --out {output} 2> {log}"
