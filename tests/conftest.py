"""What tests share: a small simulated world, taken once through every stage before the release."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from analysis.assess.five_tests.five_tests import tests as assess
from analysis.assess.verdicts.judged import JudgedPlan
from analysis.assess.verdicts.verdicts import JudgedFiles, verdicts
from analysis.estimate.continuity.continuity import continuity
from analysis.estimate.evidence.synthesis import synthesis
from analysis.estimate.outcomes.admissions import admissions
from analysis.estimate.outcomes.event_study import event_study
from analysis.estimate.table import table
from analysis.prepare.continuity.contact_arguments import ContactFiles, ContactPlan, ContactResults
from analysis.prepare.continuity.contacts import contacts
from analysis.prepare.evidence.benchmarks import benchmarks
from analysis.prepare.evidence.evidence import evidence
from analysis.prepare.outcomes.balance import balance
from analysis.prepare.outcomes.panel import PanelPlan, panel
from analysis.prepare.outcomes.quality import quality
from analysis.prepare.outcomes.survey import survey
from analysis.simulate.continuity.continuity_world import CareWorld, Registered
from analysis.simulate.matched_cohort.patient_world import Cohort
from analysis.simulate.outcomes.pilots import pilots
from analysis.simulate.outcomes.world import World
from analysis.steps import file_digest, write_json
from analysis.study import Study, read_study
from analysis.tables import Kind, Lineage, Source

# Tests that call make do so as a user does, though `make test` called them.
MAKES_OWN = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "STUDY", "NAME", "DATA", "ACCEPT", "OFFLINE", "DRAFT", "WHAT")
for variable in MAKES_OWN:
    os.environ.pop(variable, None)

settings.register_profile("house", derandomize=True, deadline=None, database=None, max_examples=50)
settings.load_profile("house")

SMALL = World(
    starts=("2009-04",),
    seed=1, sites=5, practices_per_site=4, regions=6, comparison_per_region=4, first="2007-10", months=36,
    cohort=Cohort(cases=300, residents=900, candidates=4000), contacts=CareWorld(registered=Registered(per_gp=12)),
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--realdata", type=Path, help="folder with real open NHS files, which are not in this repository")


@pytest.fixture(scope="session")
def realdata(request: pytest.FixtureRequest) -> Path:
    """The folder of real files; tests that need it are skipped where it is not given."""
    folder = request.config.getoption("--realdata")
    if folder is None:
        pytest.skip("real open NHS files are not in this repository: give their folder with --realdata DIR")
    assert isinstance(folder, Path)
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def world() -> World:
    return SMALL


@pytest.fixture(scope="session")
def study(root: Path) -> Study:
    """The default study."""
    return read_study(root / "config.yaml")


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's tables, its truth, and a receipt for each of the two data sets."""
    folder = tmp_path_factory.mktemp("raw")
    pilots(parameters=SMALL, out=folder)
    receipt(folder / "reference-pilots.json", "reference-pilots", "simulated")
    receipt(folder / "published-evidence.json", "published-evidence", "published")
    return folder


def receipt(path: Path, name: str, kind: Kind) -> None:
    facts = {"id": name, "title": name, "kind": kind, "producer": "Nobody", "licence": "CC0 1.0"}
    write_json(path, facts | {"lineage": Lineage((Source(name, "0" * 64, kind),)).to_records()})


@pytest.fixture(scope="session")
def prepared(raw: Path, study: Study, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stage prepare makes of the small world and of the published evidence."""
    out = tmp_path_factory.mktemp("prepared")
    sites, practices, vouched = (raw / "sites.csv",), (raw / "practices.csv",), raw / "reference-pilots.json"
    cluster, plan = study.inference.comparison_cluster, study.pilots
    assert plan is not None
    panel(
        sites=sites, practices=practices, activity=(raw / "activity.csv",), receipt=vouched,
        plan=PanelPlan(months=plan.months, comparison_cluster=cluster), out=out / "panel.parquet",
    )  # fmt: skip
    survey(
        sites=sites, practices=practices, responses=(raw / "survey.csv",), receipt=vouched, comparison_cluster=cluster,
        out=out / "survey.parquet",
    )  # fmt: skip
    made = {name: out / f"{name}.parquet" for name in ("patients", "by_month", "distribution", "fewest")}
    contacts(
        files=ContactFiles(
            sites=sites, practices=practices, receipt=vouched, contacts=(raw / "contacts.csv",),
            registrations=(raw / "registrations.csv",),
        ),
        plan=ContactPlan(months=plan.months, rules=plan.contacts, columns={}, comparison_cluster=cluster),
        results=ContactResults(out=out / "continuity.parquet", facts=out / "contacts.json", **made),
    )  # fmt: skip
    balance(
        sites=sites, practices=practices, panel=out / "panel.parquet", comparison_cluster=cluster,
        out=out / "balance.parquet",
    )  # fmt: skip
    quality(panel=out / "panel.parquet", survey=(out / "survey.parquet",), out=out / "quality.parquet")
    evaluations, vouched = root / "data/raw/published/evaluations.csv", raw / "published-evidence.json"
    evidence(evaluations=evaluations, receipt=vouched, out=out / "evidence.parquet")
    beside = {name: [each.series, each.published or ""] for name, each in study.outcomes.items()}
    benchmarks(
        evidence=(out / "evidence.parquet",), outcomes=beside, truth=(raw / "truth.json",), out=out / "benchmarks.csv"
    )  # fmt: skip
    return out


@pytest.fixture(scope="session")
def results(prepared: Path, study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything up to the readings of the five tests: estimates.csv, lineage.json, verdicts.csv, tests.json."""
    out, confidence = tmp_path_factory.mktemp("results"), study.inference.confidence
    counts, shares = prepared / "panel.parquet", prepared / "survey.parquet"
    for name, each in study.activity().items():
        effect, periods, measure = out / f"{name}.effect.parquet", out / f"{name}.periods.parquet", each.measure
        admissions(panel=counts, name=name, measure=measure, confidence=confidence, out=effect)
        event_study(
            panel=counts, name=name, measure=measure, bin_months=each.bin_months, confidence=confidence, out=periods
        )
    for name, share in study.survey().items():
        continuity(survey=shares, name=name, item=share.item, confidence=confidence, out=out / f"{name}.parquet")
    for name, index in study.contacts().items():
        continuity(
            survey=prepared / "continuity.parquet", name=name, item=index.item, confidence=confidence,
            out=out / f"{name}.parquet", population=index.population,
        )  # fmt: skip
    for name, plan in study.syntheses.items():
        synthesis(
            evidence=prepared / "evidence.parquet", name=name, outcome=plan.outcome, leave_out=plan.leave_out,
            fewest=plan.fewest, confidence=confidence, out=out / f"{name}.parquet",
        )  # fmt: skip
    parts, digest = tuple(sorted(out.glob("*.parquet"))), study.plan_digest()
    table(
        parts=parts,
        study=study.name,
        plan_digest=digest,
        out=out / "estimates.csv",
        unmade=out / "not_estimated.csv",
        lineage=out / "lineage.json",
    )
    plan = JudgedPlan(
        outcomes=study.outcomes, syntheses=study.syntheses, tests=study.tests, questions=study.questions,
        checks=study.checks(*{each.kind for each in study.sensitivity.values()}), confidence=confidence,
    )  # fmt: skip
    files = JudgedFiles(estimates=out / "estimates.csv", benchmarks=(prepared / "benchmarks.csv",))
    verdicts(plan=plan, files=files, study=study.name, plan_digest=digest, out=out / "verdicts.csv")
    assess(
        estimates=out / "estimates.csv", verdicts=out / "verdicts.csv", tests=dict(study.tests.items()),
        outcomes=study.outcomes, syntheses=study.syntheses, out=out / "tests.json",
    )  # fmt: skip
    return out


@pytest.fixture(scope="session")
def estimates(results: Path) -> pd.DataFrame:
    """The small world's table of estimates as a reader of the CSV finds it."""
    return pd.read_csv(results / "estimates.csv", dtype={"horizon": str})


@pytest.fixture(scope="session")
def observed(estimates: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's table of estimates as if its data were observed."""
    path = tmp_path_factory.mktemp("observed") / "estimates.csv"
    estimates.assign(simulated=False).to_csv(path, index=False)
    return path


REGISTER = """\
# The register.
datasets:
  - id: survey  # asked by post
    title: A survey
    producer: Nobody
    licence: CC0 1.0
    accessed: 2026-11-21
    transcription: From paper.
    files:
      - path: mine/survey.csv
        sha256: {sha256}
        bytes: 22
        columns: [practice_id, value]
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register, datasets.yaml, beside the one file that it knows, mine/survey.csv."""
    folder = tmp_path / "raw"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "survey.csv").write_bytes(b"practice_id,value\n7,1\n")
    text = REGISTER.format(sha256=file_digest(folder / "mine" / "survey.csv"))
    (folder / "datasets.yaml").write_text(text, encoding="utf-8", newline="\n")
    return folder / "datasets.yaml"
