# prepare: tables are checked against the contract and joined.

from analysis.prepare.questions.corrections import read_corrections
from analysis.prepare.outcomes.panel import GROUP

if EVIDENCE:

    rule prepare_evidence:
        input:
            evaluations=raw(EVIDENCE, "evaluations.csv"),
            receipt=f"<results>/pull/{EVIDENCE.id}.json",
            code=sources("analysis.prepare.evidence.evidence"),
        output:
            "<results>/prepare/evidence.parquet",
        log:
            "<logs>/prepare_evidence.log",
        benchmark:
            "<benchmarks>/prepare_evidence.tsv"
        message:
            "Putting published estimates on one scale"
        shell:
            "python -m analysis.prepare.evidence.evidence --evaluations {input.evaluations} --receipt {input.receipt}"
            " --out {output} 2> {log}"


if UNIT_COSTS:

    rule prepare_unit_costs:
        input:
            table=raw(UNIT_COSTS, "unit_costs.csv"),
            receipt=f"<results>/pull/{UNIT_COSTS.id}.json",
            code=sources("analysis.prepare.costs.unit_costs"),
        output:
            "<results>/prepare/unit_costs.parquet",
        log:
            "<logs>/prepare_unit_costs.log",
        benchmark:
            "<benchmarks>/prepare_unit_costs.tsv"
        message:
            "Checking published unit costs"
        shell:
            "python -m analysis.prepare.costs.unit_costs --table {input.table} --receipt {input.receipt}"
            " --out {output} 2> {log}"


rule prepare_benchmarks:
    input:
        evidence="<results>/prepare/evidence.parquet" if EVIDENCE else [],
        truth=raw(PILOTS, "truth.json"),
        code=sources("analysis.prepare.evidence.benchmarks"),
    output:
        "<results>/prepare/benchmarks.csv",
    log:
        "<logs>/prepare_benchmarks.log",
    benchmark:
        "<benchmarks>/prepare_benchmarks.tsv"
    params:
        plan=plan(
            outcomes={name: [each.series, each.published or ""] for name, each in STUDY.outcomes.items()},
            costs=STUDY.costs.published if STUDY.costs else (),
        ),
        optional=lambda wildcards, input: options(input, "evidence", "truth"),
    message:
        "Setting truth and published values beside each outcome"
    shell:
        "python -m analysis.prepare.evidence.benchmarks {params.plan} {params.optional} --out {output} 2> {log}"


if STUDY.practices:

    # A correction of a data set that nobody knows would never be applied.
    for CORRECTION in told(read_corrections, Path("data/raw/corrections.yaml")):
        told(REGISTER.dataset, CORRECTION.dataset)

    rule prepare_practice_measures:
        input:
            # A receipt is written anew whenever a file of its data set changes.
            receipts=[f"<results>/pull/{each.id}.json" for each in OPEN_DATA if each not in MISSING],
            corrections="data/raw/corrections.yaml",
            code=sources("analysis.prepare.questions.practice_measures"),
        output:
            measures="<results>/prepare/practice_measures.parquet",
            practices="<results>/prepare/practice_register.parquet",
            coverage="<results>/prepare/practice_coverage.parquet",
        log:
            "<logs>/prepare_practice_measures.log",
        benchmark:
            "<benchmarks>/prepare_practice_measures.tsv"
        params:
            plan=plan(missing={each.id: each.title for each in MISSING}),
            receipts=lambda wildcards, input: options(input, "receipts"),
        message:
            "Reading open data by practice and year"
        shell:
            "python -m analysis.prepare.questions.practice_measures {params.receipts} --raw data/raw"
            " --corrections {input.corrections} {params.plan} --measures {output.measures}"
            " --practices {output.practices} --coverage {output.coverage} 2> {log}"


# Columns of practices and sites that a step behind the panel asks for.
KEPT = dict.fromkeys([*STUDY.asked_columns(), *([STUDY.inference.comparison_cluster] if ASKED and ASKED.size else [])])

if PILOTS:

    rule prepare_panel:
        input:
            sites=table("sites"),
            practices=table("practices"),
            activity=table("activity") or "<results>/prepare/activity.parquet",
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.outcomes.panel"),
        output:
            "<results>/prepare/panel.parquet",
        log:
            "<logs>/prepare_panel.log",
        benchmark:
            "<benchmarks>/prepare_panel.tsv"
        params:
            plan=plan(
                months=STUDY.pilots.months,
                comparison_cluster=STUDY.inference.comparison_cluster,
                until=until(),
                allow_gaps=STUDY.pilots.allow_gaps,
                keep=[name for name in KEPT if name not in GROUP],
                silent=str(STUDY.pilots.limits.silent),
                **mapped("sites", "practices", "activity"),
            ),
        message:
            "Joining sites, practices and activity into the practice-month panel"
        shell:
            "python -m analysis.prepare.outcomes.panel --sites {input.sites:q} --practices {input.practices:q}"
            " --activity {input.activity:q} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_spells:
        input:
            practices=table("practices"),
            episodes=table("episodes"),
            spells=table("spells") if not table("episodes") else [],
            conditions=f"analysis/prepare/conditions/{STUDY.pilots.hospital.conditions}.yaml",
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.hospital.spells"),
        output:
            spells="<results>/prepare/spells.parquet",
            facts="<results>/prepare/spells.json",
        log:
            "<logs>/prepare_spells.log",
        benchmark:
            "<benchmarks>/prepare_spells.tsv"
        params:
            plan=plan(
                months=STUDY.pilots.months,
                rules=STUDY.pilots.hospital,
                limits=row_limits(),
                time_zone=STUDY.pilots.time_zone,
                columns=STUDY.pilots.columns,
            ),
            optional=lambda wildcards, input: options(input, "episodes", "spells"),
        message:
            "Making spells of hospital episodes"
        shell:
            "python -m analysis.prepare.hospital.spells --practices {input.practices:q} {params.optional}"
            " --conditions {input.conditions} {params.plan}"
            " --out {output.spells} --facts {output.facts} 2> {log}"

    rule prepare_activity:
        input:
            practices=table("practices"),
            spells="<results>/prepare/spells.parquet" if table("episodes") + table("spells") else [],
            outpatients=table("outpatients"),
            emergency_care=table("emergency_care"),
            populations=table("populations"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.hospital.activity"),
        output:
            activity="<results>/prepare/activity.parquet",
            facts="<results>/prepare/activity.json",
        log:
            "<logs>/prepare_activity.log",
        benchmark:
            "<benchmarks>/prepare_activity.tsv"
        params:
            plan=plan(
                months=STUDY.pilots.months,
                rules=STUDY.pilots.hospital,
                limits=row_limits(),
                time_zone=STUDY.pilots.time_zone,
                columns=STUDY.pilots.columns,
            ),
            optional=lambda wildcards, input: options(input, "spells", "outpatients", "emergency_care", "populations"),
        message:
            "Counting admissions and attendances per practice and month"
        shell:
            "python -m analysis.prepare.hospital.activity --practices {input.practices:q} {params.optional} {params.plan}"
            " --out {output.activity} --facts {output.facts} 2> {log}"

    rule prepare_contacts:
        input:
            sites=table("sites"),
            practices=table("practices"),
            contacts=table("contacts"),
            registrations=table("registrations"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.continuity.contacts"),
        output:
            continuity="<results>/prepare/continuity.parquet",
            patients="<results>/prepare/patient_continuity.parquet",
            months="<results>/prepare/contact_months.parquet",
            distribution="<results>/prepare/continuity_distribution.parquet",
            fewest="<results>/prepare/fewest_contacts.parquet",
            facts="<results>/prepare/contacts.json",
        log:
            "<logs>/prepare_contacts.log",
        benchmark:
            "<benchmarks>/prepare_contacts.tsv"
        params:
            plan=plan(
                months=STUDY.pilots.months,
                rules=STUDY.pilots.contacts,
                limits=row_limits(),
                time_zone=STUDY.pilots.time_zone,
                columns=STUDY.pilots.columns,
                comparison_cluster=STUDY.inference.comparison_cluster,
                silent=str(STUDY.pilots.limits.silent),
            ),
            optional=lambda wildcards, input: options(input, "contacts", "registrations"),
        message:
            "Working out continuity of care from contacts"
        shell:
            "python -m analysis.prepare.continuity.contacts --sites {input.sites:q} --practices {input.practices:q}"
            " --receipt {input.receipt} {params.optional} {params.plan} --out {output.continuity}"
            " --patients {output.patients} --by-month {output.months} --distribution {output.distribution}"
            " --fewest {output.fewest} --facts {output.facts} 2> {log}"

    rule prepare_continuity_cohort:
        input:
            sites=table("sites"),
            practices=table("practices"),
            contacts=table("contacts"),
            registrations=table("registrations"),
            spells="<results>/prepare/spells.parquet",
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.continuity.continuity_cohort"),
        output:
            "<results>/prepare/continuity_cohort.parquet",
        log:
            "<logs>/prepare_continuity_cohort.log",
        benchmark:
            "<benchmarks>/prepare_continuity_cohort.tsv"
        params:
            plan=plan(
                asked=ASKED.admissions if ASKED and ASKED.admissions else {},
                rules=STUDY.pilots.contacts,
                time_zone=STUDY.pilots.time_zone,
                columns=STUDY.pilots.columns,
                comparison_cluster=STUDY.inference.comparison_cluster,
            ),
        message:
            "Setting patients' continuity beside their admissions"
        shell:
            "python -m analysis.prepare.continuity.continuity_cohort --sites {input.sites:q} --practices {input.practices:q}"
            " --contacts {input.contacts:q} --registrations {input.registrations:q} --spells {input.spells}"
            " --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_continuity_evidence:
        input:
            evaluations=raw(EVIDENCE, "continuity.csv"),
            receipt=f"<results>/pull/{EVIDENCE.id}.json" if EVIDENCE else [],
            code=sources("analysis.prepare.evidence.evidence"),
        output:
            "<results>/prepare/continuity_evidence.parquet",
        log:
            "<logs>/prepare_continuity_evidence.log",
        benchmark:
            "<benchmarks>/prepare_continuity_evidence.tsv"
        message:
            "Putting published estimates on continuity on one scale"
        shell:
            "python -m analysis.prepare.evidence.evidence --evaluations {input.evaluations} --receipt {input.receipt}"
            " --out {output} 2> {log}"

    rule prepare_continuity_benchmarks:
        input:
            evidence="<results>/prepare/continuity_evidence.parquet" if raw(EVIDENCE, "continuity.csv") else [],
            truth=raw(PILOTS, "truth.json"),
            code=sources("analysis.prepare.evidence.benchmarks"),
        output:
            "<results>/prepare/continuity_benchmarks.csv",
        log:
            "<logs>/prepare_continuity_benchmarks.log",
        benchmark:
            "<benchmarks>/prepare_continuity_benchmarks.tsv"
        params:
            # By result: what the truth calls it, and the published value to set beside it.
            plan=plan(
                outcomes={
                    name: [series, ASKED.published.get(name, "") if ASKED else ""]
                    for name, series in CONTINUITY_RESULTS.items()
                },
            ),
            optional=lambda wildcards, input: options(input, "evidence", "truth"),
        message:
            "Setting truth and published values beside what continuity goes with"
        shell:
            "python -m analysis.prepare.evidence.benchmarks {params.plan} {params.optional} --out {output} 2> {log}"

    rule prepare_cohort:
        input:
            patients=table("patients"),
            practices=table("practices"),
            spells="<results>/prepare/spells.parquet",
            outpatients=table("outpatients"),
            panel="<results>/prepare/panel.parquet",
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.matched_cohort.cohort"),
        output:
            cohort="<results>/prepare/cohort.parquet",
            facts="<results>/prepare/cohort.json",
        log:
            "<logs>/prepare_cohort.log",
        benchmark:
            "<benchmarks>/prepare_cohort.tsv"
        params:
            plan=plan(
                history_months=str(STUDY.designs.matched_cohort.history_months),
                follow_up_months=str(STUDY.designs.matched_cohort.follow_up_months),
                measures=sorted({each.measure for each in STUDY.designed("matched_cohort").values()}),
                months=STUDY.pilots.months,
                rules=STUDY.pilots.hospital,
                time_zone=STUDY.pilots.time_zone,
                **mapped("patients", "practices", "outpatients"),
            ),
            optional=lambda wildcards, input: options(input, "outpatients"),
        message:
            "Following patients at every month in which one could have been chosen"
        shell:
            "python -m analysis.prepare.matched_cohort.cohort --patients {input.patients:q} --practices {input.practices:q}"
            " --spells {input.spells} --panel {input.panel} --receipt {input.receipt} {params.optional} {params.plan}"
            " --out {output.cohort} --facts {output.facts} 2> {log}"

    rule prepare_cohort_benchmarks:
        input:
            evidence="<results>/prepare/evidence.parquet" if EVIDENCE else [],
            truth=raw(PILOTS, "truth.json"),
            code=sources("analysis.prepare.evidence.benchmarks"),
        output:
            "<results>/prepare/cohort_benchmarks.csv",
        log:
            "<logs>/prepare_cohort_benchmarks.log",
        benchmark:
            "<benchmarks>/prepare_cohort_benchmarks.tsv"
        params:
            plan=plan(
                outcomes={
                    name: [f"cohort.{each.measure}", STUDY.designs.matched_cohort.published.get(name, "")]
                    for name, each in STUDY.designed("matched_cohort").items()
                },
            ),
            optional=lambda wildcards, input: options(input, "evidence", "truth"),
        message:
            "Setting truth and published values beside the matched cohort"
        shell:
            "python -m analysis.prepare.evidence.benchmarks {params.plan} {params.optional} --out {output} 2> {log}"

    rule prepare_survey:
        input:
            sites=table("sites"),
            practices=table("practices"),
            survey=table("survey"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.outcomes.survey"),
        output:
            "<results>/prepare/survey.parquet",
        log:
            "<logs>/prepare_survey.log",
        benchmark:
            "<benchmarks>/prepare_survey.tsv"
        params:
            plan=plan(
                comparison_cluster=STUDY.inference.comparison_cluster,
                until=until(),
                breaks={each.item: each.breaks for each in STUDY.survey().values()},
                **mapped("sites", "practices", "survey"),
            ),
        message:
            "Joining the survey to the practices' groups"
        shell:
            "python -m analysis.prepare.outcomes.survey --sites {input.sites:q} --practices {input.practices:q}"
            " --responses {input.survey:q} --receipt {input.receipt} {params.plan} --out {output} 2> {log}"

    rule prepare_balance:
        input:
            sites=table("sites"),
            practices=table("practices"),
            panel="<results>/prepare/panel.parquet",
            code=sources("analysis.prepare.outcomes.balance"),
        output:
            "<results>/prepare/balance.parquet",
        log:
            "<logs>/prepare_balance.log",
        benchmark:
            "<benchmarks>/prepare_balance.tsv"
        params:
            plan=plan(
                comparison_cluster=STUDY.inference.comparison_cluster,
                **mapped("sites", "practices"),
            ),
        message:
            "Comparing pilot and comparison practices before the start"
        shell:
            "python -m analysis.prepare.outcomes.balance --sites {input.sites:q} --practices {input.practices:q}"
            " --panel {input.panel} {params.plan} --out {output} 2> {log}"

    rule prepare_questioned:
        input:
            sites=table("sites"),
            practices=table("practices"),
            activity=table("activity") or "<results>/prepare/activity.parquet",
            survey=table("survey"),
            receipt=f"<results>/pull/{PILOTS.id}.json",
            code=sources("analysis.prepare.check_data.questioned"),
        output:
            "<results>/prepare/questioned.json",
        log:
            "<logs>/prepare_questioned.log",
        benchmark:
            "<benchmarks>/prepare_questioned.tsv"
        params:
            plan=plan(
                months=STUDY.pilots.months,
                odd=str(STUDY.pilots.limits.odd),
                **mapped("sites", "practices", "activity", "survey"),
            ),
            optional=lambda wildcards, input: options(input, "survey"),
        message:
            "Asking about values that look like slips"
        shell:
            "python -m analysis.prepare.check_data.questioned --sites {input.sites:q} --practices {input.practices:q}"
            " --activity {input.activity:q} --receipt {input.receipt} {params.plan} {params.optional}"
            " --out {output} 2> {log}"

    rule prepare_quality:
        input:
            panel="<results>/prepare/panel.parquet",
            survey=[
                *(["<results>/prepare/survey.parquet"] if table("survey") else []),
                *(["<results>/prepare/continuity.parquet"] if STUDY.contacts() else []),
            ],
            code=sources("analysis.prepare.outcomes.quality"),
        output:
            "<results>/prepare/quality.parquet",
        log:
            "<logs>/prepare_quality.log",
        benchmark:
            "<benchmarks>/prepare_quality.tsv"
        params:
            optional=lambda wildcards, input: options(input, "survey"),
            plan=plan(indices=sorted({each.index for each in STUDY.contacts().values()})),
        message:
            "Counting what the data hold and lack"
        shell:
            "python -m analysis.prepare.outcomes.quality --panel {input.panel} {params.optional} {params.plan} --out {output} 2> {log}"


if EXPERIMENT:

    rule prepare_persons:
        input:
            persons=raw(EXPERIMENT, "persons.csv"),
            receipt=f"<results>/pull/{EXPERIMENT.id}.json",
            code=sources("analysis.prepare.experiment.persons"),
        output:
            "<results>/prepare/persons.parquet",
        log:
            "<logs>/prepare_persons.log",
        benchmark:
            "<benchmarks>/prepare_persons.tsv"
        params:
            plan=plan(experiment=STUDY.experiment),
        message:
            "Giving each person an arm of the experiment"
        shell:
            "python -m analysis.prepare.experiment.persons --table {input.persons} --receipt {input.receipt} {params.plan}"
            " --out {output} 2> {log}"

    rule prepare_arms:
        input:
            evidence="<results>/prepare/evidence.parquet",
            code=sources("analysis.prepare.experiment.arms"),
        output:
            "<results>/prepare/arms.csv",
        log:
            "<logs>/prepare_arms.log",
        benchmark:
            "<benchmarks>/prepare_arms.tsv"
        params:
            plan=plan(experiment=STUDY.experiment),
        message:
            "Collecting what others published of the experiment"
        shell:
            "python -m analysis.prepare.experiment.arms --evidence {input.evidence} {params.plan} --out {output} 2> {log}"


if STUDY.questions:

    rule prepare_questions:
        input:
            measures="<results>/prepare/practice_measures.parquet",
            register="<results>/prepare/practice_register.parquet",
            code=sources("analysis.prepare.questions.questions"),
        output:
            collect("<results>/prepare/questions/{question}.parquet", question=STUDY.questions),
            states="<results>/prepare/questions/questions.json",
        log:
            "<logs>/prepare_questions.log",
        benchmark:
            "<benchmarks>/prepare_questions.tsv"
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
            "python -m analysis.prepare.questions.questions --measures {input.measures} --register {input.register}"
            " {params.plan} --out {params.folder} 2> {log}"
