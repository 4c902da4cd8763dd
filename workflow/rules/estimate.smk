# estimate: models write rows of one table of estimates.

SENSITIVITY = ["estimator", "window", "comparison", "placebo_date", "leave_one_out", "dose", "heterogeneity"]

# Without a table of patients, or spells to follow them by, the cohort's rows say that it could not be matched.
COHORT = bool(STUDY.designed("matched_cohort") and table("patients") and table("episodes") + table("spells"))
# What stands beside the results does not change them.
COHORT_SETTINGS = STUDY.designs.matched_cohort.model_copy(update={"published": {}})

# Admissions by continuity need to know who is registered and who was admitted.
CONTINUITY_COHORT = bool(
    ASKED and ASKED.admissions and table("contacts") and table("registrations") and table("episodes") + table("spells")
)

# Models of many outcomes at once, and whether the study asks for them.
WANTED = {
    "inference": STUDY.outcomes and STUDY.inference.methods,
    "staggered": STUDY.designed("staggered"),
    "matched_cohort": STUDY.designed("matched_cohort"),
    "synthetic_control": STUDY.designed("synthetic_control"),
    "interrupted": STUDY.designed("interrupted_time_series"),
    "sensitivity": STUDY.checks(*SENSITIVITY),
    "specification_curve": STUDY.checks("curve"),
    "parallel_trends": STUDY.checks("parallel_trends"),
    "confounding": STUDY.checks("confounder"),
    "costs": STUDY.costs,
    "continuity_checks": ASKED,
    "continuity_admissions": ASKED and ASKED.admissions,
    "practice_size": ASKED and ASKED.size,
    "continuity_gaps": ASKED and ASKED.gaps,
    "mediation": ASKED and ASKED.mediation,
}
PARTS = [
    *[
        f"<results>/estimate/{name}.{step}.parquet"
        for name in STUDY.activity()
        for step in ("admissions", "event_study")
    ],
    *[f"<results>/estimate/{name}.continuity.parquet" for name in STUDY.survey() | STUDY.contacts()],
    *[f"<results>/estimate/{name}.synthesis.parquet" for name in STUDY.syntheses],
    *(["<results>/estimate/experiment.parquet"] if EXPERIMENT else []),
    *[f"<results>/estimate/{name}.question.parquet" for name in STUDY.questions],
    *[f"<results>/estimate/{step}.parquet" for step, wanted in WANTED.items() if wanted],
]


rule estimate_admissions:
    input:
        panel="<results>/prepare/panel.parquet",
        code=sources("analysis.estimate.outcomes.admissions"),
    output:
        "<results>/estimate/{outcome}.admissions.parquet",
    log:
        "<logs>/estimate_admissions.{outcome}.log",
    benchmark:
        "<benchmarks>/estimate_admissions.{outcome}.tsv"
    params:
        plan=lambda wildcards: model(wildcards.outcome, "measure"),
    message:
        "Estimating the pilots' effect on {wildcards.outcome}"
    shell:
        "python -m analysis.estimate.outcomes.admissions --panel {input.panel} --name {wildcards.outcome} {params.plan}"
        " --out {output} 2> {log}"


if STUDY.activity():

    rule estimate_influence:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.robustness.influence"),
        output:
            "<results>/estimate/influence.json",
        log:
            "<logs>/estimate_influence.log",
        benchmark:
            "<benchmarks>/estimate_influence.tsv"
        params:
            plan=plan(outcomes=measures(STUDY.activity()), confidence=STUDY.inference.confidence),
        message:
            "Asking whether one practice decides a finding"
        shell:
            "python -m analysis.estimate.robustness.influence --panel {input.panel} {params.plan} --out {output} 2> {log}"


rule estimate_event_study:
    input:
        panel="<results>/prepare/panel.parquet",
        code=sources("analysis.estimate.outcomes.event_study"),
    output:
        "<results>/estimate/{outcome}.event_study.parquet",
    log:
        "<logs>/estimate_event_study.{outcome}.log",
    benchmark:
        "<benchmarks>/estimate_event_study.{outcome}.tsv"
    params:
        plan=lambda wildcards: model(wildcards.outcome, "measure", "bin_months"),
    message:
        "Following {wildcards.outcome} period by period"
    shell:
        "python -m analysis.estimate.outcomes.event_study --panel {input.panel} --name {wildcards.outcome} {params.plan}"
        " --out {output} 2> {log}"


rule estimate_continuity:
    input:
        survey=lambda wildcards: (
            "<results>/prepare/continuity.parquet"
            if wildcards.outcome in STUDY.contacts()
            else "<results>/prepare/survey.parquet"
        ),
        code=sources("analysis.estimate.continuity.continuity"),
    output:
        "<results>/estimate/{outcome}.continuity.parquet",
    log:
        "<logs>/estimate_continuity.{outcome}.log",
    benchmark:
        "<benchmarks>/estimate_continuity.{outcome}.tsv"
    params:
        plan=lambda wildcards: model(wildcards.outcome, "item", "population"),
    message:
        "Estimating the pilots' effect on {wildcards.outcome}"
    shell:
        "python -m analysis.estimate.continuity.continuity --survey {input.survey} --name {wildcards.outcome} {params.plan}"
        " --out {output} 2> {log}"


rule estimate_synthesis:
    input:
        evidence="<results>/prepare/evidence.parquet",
        code=sources("analysis.estimate.evidence.synthesis"),
    output:
        "<results>/estimate/{synthesis}.synthesis.parquet",
    log:
        "<logs>/estimate_synthesis.{synthesis}.log",
    benchmark:
        "<benchmarks>/estimate_synthesis.{synthesis}.tsv"
    params:
        plan=lambda wildcards: model(wildcards.synthesis, "outcome", "leave_out", "fewest"),
    message:
        "Pooling the published estimates of {wildcards.synthesis}"
    shell:
        "python -m analysis.estimate.evidence.synthesis --evidence {input.evidence} --name {wildcards.synthesis} {params.plan}"
        " --out {output} 2> {log}"


if EXPERIMENT:

    rule estimate_experiment:
        input:
            persons="<results>/prepare/persons.parquet",
            code=sources("analysis.estimate.experiment.experiment"),
        output:
            "<results>/estimate/experiment.parquet",
        log:
            "<logs>/estimate_experiment.log",
        benchmark:
            "<benchmarks>/estimate_experiment.tsv"
        params:
            plan=plan(experiment=STUDY.experiment, confidence=STUDY.inference.confidence),
        message:
            "Comparing the arms of the experiment"
        shell:
            "python -m analysis.estimate.experiment.experiment --persons {input.persons} {params.plan} --out {output} 2> {log}"


rule estimate_questions:
    input:
        frame="<results>/prepare/questions/{question}.parquet",
        code=sources("analysis.estimate.questions.questions"),
    output:
        "<results>/estimate/{question}.question.parquet",
    log:
        "<logs>/estimate_questions.{question}.log",
    benchmark:
        "<benchmarks>/estimate_questions.{question}.tsv"
    params:
        plan=lambda wildcards: plan_text(
            questions={wildcards.question: STUDY.questions[wildcards.question]},
            confidence=STUDY.inference.confidence,
        ),
    message:
        "Answering the question {wildcards.question}"
    shell:
        "python -m analysis.estimate.questions.questions --frame {input.frame} {params.plan} --out {output} 2> {log}"


if PILOTS:

    rule estimate_inference:
        input:
            panel="<results>/prepare/panel.parquet" if STUDY.activity() else [],
            survey="<results>/prepare/survey.parquet" if STUDY.survey() else [],
            continuity="<results>/prepare/continuity.parquet" if STUDY.contacts() else [],
            code=sources("analysis.estimate.inference.inference"),
        output:
            "<results>/estimate/inference.parquet",
        log:
            "<logs>/estimate_inference.log",
        benchmark:
            "<benchmarks>/estimate_inference.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.activity()),
                items={name: each.item for name, each in STUDY.survey().items()},
                indices={name: each.index for name, each in STUDY.contacts().items()},
                populations={name: each.population for name, each in STUDY.contacts().items()},
                primary=[name for name, each in STUDY.outcomes.items() if each.primary],
                methods=STUDY.inference.methods,
                draws=str(STUDY.inference.draws),
                confidence=STUDY.inference.confidence,
            ),
            data=lambda wildcards, input: options(input, "panel", "survey", "continuity"),
        message:
            "Telling uncertainty with few clusters in other ways"
        shell:
            "python -m analysis.estimate.inference.inference {params.data} {params.plan} --out {output} 2> {log}"

    rule estimate_staggered:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.designs.staggered"),
        output:
            "<results>/estimate/staggered.parquet",
        log:
            "<logs>/estimate_staggered.log",
        benchmark:
            "<benchmarks>/estimate_staggered.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.designed("staggered")),
                settings=STUDY.designs.staggered,
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Estimating effects of staggered starts"
        shell:
            "python -m analysis.estimate.designs.staggered --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule estimate_matching:
        input:
            cohort="<results>/prepare/cohort.parquet",
            facts="<results>/prepare/cohort.json",
            code=sources("analysis.estimate.matched_cohort.matching"),
        output:
            matched="<results>/estimate/matched.parquet",
            balance="<results>/estimate/matched_balance.parquet",
            flow="<results>/estimate/matched.json",
        log:
            "<logs>/estimate_matching.log",
        benchmark:
            "<benchmarks>/estimate_matching.tsv"
        params:
            plan=plan(settings=COHORT_SETTINGS),
        message:
            "Matching patients to controls"
        shell:
            "python -m analysis.estimate.matched_cohort.matching --cohort {input.cohort} --facts {input.facts} {params.plan}"
            " --out {output.matched} --balance {output.balance} --flow {output.flow} 2> {log}"

    rule estimate_matched_cohort:
        input:
            matched="<results>/estimate/matched.parquet" if COHORT else [],
            cohort="<results>/prepare/cohort.parquet" if COHORT else [],
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.estimate.matched_cohort.matched_cohort"),
        output:
            "<results>/estimate/matched_cohort.parquet",
        log:
            "<logs>/estimate_matched_cohort.log",
        benchmark:
            "<benchmarks>/estimate_matched_cohort.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.designed("matched_cohort")),
                settings=COHORT_SETTINGS,
                confidence=STUDY.inference.confidence,
            ),
            optional=lambda wildcards, input: options(input, "matched", "cohort"),
        message:
            "Comparing matched patients before and after"
        shell:
            "python -m analysis.estimate.matched_cohort.matched_cohort --receipt {input.receipt} {params.optional} {params.plan}"
            " --out {output} 2> {log}"

    rule estimate_synthetic_control:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.designs.synthetic_control"),
        output:
            "<results>/estimate/synthetic_control.parquet",
        log:
            "<logs>/estimate_synthetic_control.log",
        benchmark:
            "<benchmarks>/estimate_synthetic_control.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.designed("synthetic_control")),
                settings=STUDY.designs.synthetic_control,
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Building a synthetic control for each site"
        shell:
            "python -m analysis.estimate.designs.synthetic_control --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule estimate_interrupted:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.designs.interrupted"),
        output:
            "<results>/estimate/interrupted.parquet",
        log:
            "<logs>/estimate_interrupted.log",
        benchmark:
            "<benchmarks>/estimate_interrupted.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.designed("interrupted_time_series")),
                settings=STUDY.designs.interrupted_time_series,
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Setting each site against its own past"
        shell:
            "python -m analysis.estimate.designs.interrupted --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule estimate_sensitivity:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.robustness.sensitivity"),
        output:
            "<results>/estimate/sensitivity.parquet",
        log:
            "<logs>/estimate_sensitivity.log",
        benchmark:
            "<benchmarks>/estimate_sensitivity.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.activity()),
                checks=STUDY.checks(*SENSITIVITY),
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Asking what survives other choices"
        shell:
            "python -m analysis.estimate.robustness.sensitivity --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule estimate_specification_curve:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.robustness.specification_curve"),
        output:
            "<results>/estimate/specification_curve.parquet",
        log:
            "<logs>/estimate_specification_curve.log",
        benchmark:
            "<benchmarks>/estimate_specification_curve.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.activity()),
                checks=STUDY.checks("curve"),
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Trying every combination of declared choices"
        shell:
            "python -m analysis.estimate.robustness.specification_curve --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule estimate_parallel_trends:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.assumptions.parallel_trends"),
        output:
            "<results>/estimate/parallel_trends.parquet",
        log:
            "<logs>/estimate_parallel_trends.log",
        benchmark:
            "<benchmarks>/estimate_parallel_trends.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.activity()),
                checks=STUDY.checks("parallel_trends"),
                bin_months={name: each.bin_months for name, each in STUDY.activity().items()},
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Bounding effects under diverging trends"
        shell:
            "python -m analysis.estimate.assumptions.parallel_trends --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule estimate_confounding:
        input:
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.assumptions.confounding"),
        output:
            "<results>/estimate/confounding.parquet",
        log:
            "<logs>/estimate_confounding.log",
        benchmark:
            "<benchmarks>/estimate_confounding.tsv"
        params:
            plan=plan(
                outcomes=measures(STUDY.activity()),
                checks=STUDY.checks("confounder"),
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Asking what a confounder would have to be like"
        shell:
            "python -m analysis.estimate.assumptions.confounding --panel {input.panel} {params.plan} --out {output} 2> {log}"


if STUDY.costs:

    rule estimate_costs:
        input:
            panel="<results>/prepare/panel.parquet",
            unit_costs="<results>/prepare/unit_costs.parquet",
            code=sources("analysis.estimate.costs.costs"),
        output:
            "<results>/estimate/costs.parquet",
        log:
            "<logs>/estimate_costs.log",
        benchmark:
            "<benchmarks>/estimate_costs.tsv"
        params:
            plan=plan(
                outcomes=measures({name: STUDY.outcomes[name] for name in STUDY.costs.activities}),
                costs=STUDY.costs,
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Costing the changes in activity"
        shell:
            "python -m analysis.estimate.costs.costs --panel {input.panel} --unit-costs {input.unit_costs} {params.plan}"
            " --out {output} 2> {log}"


if ASKED:

    rule estimate_continuity_checks:
        input:
            panel="<results>/prepare/continuity.parquet",
            patients="<results>/prepare/patient_continuity.parquet",
            months="<results>/prepare/contact_months.parquet",
            survey="<results>/prepare/survey.parquet" if STUDY.survey() else [],
            code=sources("analysis.estimate.continuity.continuity_checks"),
        output:
            "<results>/estimate/continuity_checks.parquet",
        log:
            "<logs>/estimate_continuity_checks.log",
        benchmark:
            "<benchmarks>/estimate_continuity_checks.tsv"
        params:
            plan=plan(
                asked=ASKED,
                rules=STUDY.pilots.contacts,
                index=STUDY.contacts()[ASKED.outcome].index,
                population=STUDY.contacts()[ASKED.outcome].population,
                items={name: each.item for name, each in STUDY.survey().items()},
                confidence=STUDY.inference.confidence,
            ),
            optional=lambda wildcards, input: options(input, "survey"),
        message:
            "Telling the change of continuity in other ways"
        shell:
            "python -m analysis.estimate.continuity.continuity_checks --panel {input.panel} --patients {input.patients}"
            " --months {input.months} {params.optional} {params.plan}"
            " --out {output} 2> {log}"

    rule estimate_continuity_admissions:
        input:
            cohort="<results>/prepare/continuity_cohort.parquet" if CONTINUITY_COHORT else [],
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.estimate.continuity.continuity_admissions"),
        output:
            "<results>/estimate/continuity_admissions.parquet",
        log:
            "<logs>/estimate_continuity_admissions.log",
        benchmark:
            "<benchmarks>/estimate_continuity_admissions.tsv"
        params:
            plan=plan(
                asked=ASKED.admissions or {},
                fewest=STUDY.pilots.contacts.fewest,
                confidence=STUDY.inference.confidence,
            ),
            optional=lambda wildcards, input: options(input, "cohort"),
        message:
            "Relating admissions to continuity across patients"
        shell:
            "python -m analysis.estimate.continuity.continuity_admissions --receipt {input.receipt} {params.optional} {params.plan}"
            " --out {output} 2> {log}"

    rule estimate_practice_size:
        input:
            panel="<results>/prepare/continuity.parquet",
            activity="<results>/prepare/panel.parquet",
            code=sources("analysis.estimate.continuity.practice_size"),
        output:
            "<results>/estimate/practice_size.parquet",
        log:
            "<logs>/estimate_practice_size.log",
        benchmark:
            "<benchmarks>/estimate_practice_size.tsv"
        params:
            plan=plan(
                asked=ASKED,
                item=ASKED_ITEM,
                comparison_cluster=STUDY.inference.comparison_cluster,
                confidence=STUDY.inference.confidence,
            ),
        message:
            "Relating continuity to the size of practices"
        shell:
            "python -m analysis.estimate.continuity.practice_size --panel {input.panel} --activity {input.activity} {params.plan}"
            " --out {output} 2> {log}"

    rule estimate_continuity_gaps:
        input:
            patients="<results>/prepare/patient_continuity.parquet",
            code=sources("analysis.estimate.continuity.continuity_gaps"),
        output:
            "<results>/estimate/continuity_gaps.parquet",
        log:
            "<logs>/estimate_continuity_gaps.log",
        benchmark:
            "<benchmarks>/estimate_continuity_gaps.tsv"
        params:
            plan=plan(asked=ASKED, item=ASKED_ITEM, confidence=STUDY.inference.confidence),
        message:
            "Asking who has less continuity"
        shell:
            "python -m analysis.estimate.continuity.continuity_gaps --patients {input.patients} {params.plan}"
            " --out {output} 2> {log}"

    rule estimate_mediation:
        input:
            effect=f"<results>/estimate/{ASKED.outcome}.continuity.parquet",
            total=f"<results>/estimate/{ASKED.mediation.outcome if ASKED.mediation else ''}.admissions.parquet",
            association="<results>/estimate/continuity_admissions.parquet",
            evidence=(
                "<results>/prepare/continuity_evidence.parquet"
                if ASKED.published and raw(EVIDENCE, "continuity.csv")
                else []
            ),
            code=sources("analysis.estimate.continuity.mediation"),
        output:
            "<results>/estimate/mediation.parquet",
        log:
            "<logs>/estimate_mediation.log",
        benchmark:
            "<benchmarks>/estimate_mediation.tsv"
        params:
            plan=plan(asked=ASKED, confidence=STUDY.inference.confidence),
            optional=lambda wildcards, input: options(input, "evidence"),
        message:
            "Bounding what runs through continuity"
        shell:
            "python -m analysis.estimate.continuity.mediation --effect {input.effect} --total {input.total}"
            " --association {input.association} {params.optional} {params.plan}"
            " --out {output} 2> {log}"


rule estimate_table:
    input:
        parts=PARTS,
        code=sources("analysis.estimate.table"),
    output:
        estimates="<results>/estimate/estimates.csv",
        unmade="<results>/estimate/not_estimated.csv",
        lineage="<results>/estimate/lineage.json",
    log:
        "<logs>/estimate_table.log",
    benchmark:
        "<benchmarks>/estimate_table.tsv"
    params:
        plan=plan(
            study=STUDY.name,
            plan_digest=STUDY.plan_digest(),
            primary=[name for name, each in STUDY.outcomes.items() if each.primary],
        ),
    message:
        "Joining all estimates into one table"
    shell:
        "python -m analysis.estimate.table --parts {input.parts} {params.plan} --out {output.estimates}"
        " --unmade {output.unmade} --lineage {output.lineage} 2> {log}"
