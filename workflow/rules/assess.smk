# assess: the five tests are read from the table of estimates.


rule assess_tests:
    message:
        "Reading the five tests"
    input:
        estimates="<results>/estimate/estimates.csv",
        code=sources("analysis.assess.tests"),
    output:
        "<results>/assess/tests.json",
    params:
        plan=plan(tests=STUDY.tests, outcomes=STUDY.outcomes, syntheses=STUDY.syntheses),
    log:
        "<logs>/assess_tests.log",
    benchmark:
        "<benchmarks>/assess_tests.tsv"
    shell:
        "python -m analysis.assess.tests --estimates {input.estimates} {params.plan} --out {output} 2> {log}"
