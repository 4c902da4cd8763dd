"""The machine decides nothing: the same bytes in any time zone and locale, and with any number of threads."""

import functools
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.plan.continuity import ContactRules
from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.continuity.contact_arguments import ContactFiles, ContactPlan, ContactResults
from analysis.prepare.continuity.contacts import contacts
from analysis.prepare.events import events
from analysis.prepare.hospital.activity import activity
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.hospital.spells import spells
from analysis.steps import write_json
from analysis.tables import Lineage, Source

ROOT = Path(__file__).parents[3]
LIST = ROOT / "analysis/prepare/hospital/conditions/nhs_institute_19.yaml"
MONTHS = Period(first="2008-01", last="2011-06")
LAX = Limits(broken=1, unknown_codes=1, twice=1, overlapping=1, outside_months=1, other_practices=1)
TABLES = ("spells", "outpatients", "emergency_care", "contacts", "registrations")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of ten practices in Parquet whose times are UTC, many of them in the hour before midnight."""
    folder, random = tmp_path_factory.mktemp("records"), np.random.default_rng(5)

    def times(rows: int) -> "pd.Series[pd.Timestamp]":
        days = pd.Series(pd.Timestamp("2007-12-31", tz="UTC") + pd.to_timedelta(random.integers(0, 1280, rows), "D"))
        return days + pd.to_timedelta(random.choice([0, 12, 23, 23.5], rows), "h")

    def some(stem: str, many: int, rows: int) -> "pd.Series[str]":
        return pd.Series([f"{stem}{number}" for number in random.integers(0, many, rows)])

    practices = pd.DataFrame({
        "practice_id": [f"P{at}" for at in range(10)], "site_id": ["S1"] * 5 + [""] * 5, "region": "R1",
        "list_size": 900, "imd": 20.5, "gp_fte": 2, "share_65plus": 0.2,
    })  # fmt: skip
    practices.to_csv(folder / "practices.csv", index=False)
    sites = pd.DataFrame([{"site_id": "S1", "name": "One", "model": "m", "start_month": "2009-04"}])
    sites.to_csv(folder / "sites.csv", index=False)
    begun = times(4000)
    stays = pd.DataFrame({
        "patient_id": some("A", 900, 4000), "practice_id": some("P", 11, 4000), "admitted": begun,
        "discharged": begun + pd.to_timedelta(random.integers(0, 20, 4000), "D"),
        "method": random.choice(["21", "11", "81"], 4000), "diagnosis_1": random.choice(["J459", "I500"], 4000),
    })  # fmt: skip
    seen = pd.DataFrame({
        "HESID": some("A", 900, 3000), "GPPRAC": some("P", 11, 3000), "APPTDATE": times(3000),
        "ATTENDED": random.choice([5.0, 3.0], 3000),
    })  # fmt: skip
    met = pd.DataFrame({
        "patient_id": some("A", 200, 9000), "date": times(9000), "role": "gp",
        "mode": random.choice(["telephone", "home"], 9000), "clinician_id": some("D", 4, 9000),
    })  # fmt: skip
    met["practice_id"] = "P" + (met["patient_id"].str[1:].astype(int) % 10).astype(str)
    people = met[["patient_id", "practice_id"]].drop_duplicates().assign(
        registered=pd.Timestamp("2001-06-30 23:30", tz="UTC"), left=pd.NaT, gp_id="D1", birth_year=1940, sex=1.0,
        imd=20.0, conditions=1,
    )  # fmt: skip
    arrived = seen[["HESID", "GPPRAC"]].assign(ARRIVALDATE=seen["APPTDATE"])
    for name, frame in zip(TABLES, (stays, seen, arrived, met, people), strict=True):
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    write_json(folder / "receipt.json", {"lineage": Lineage((Source("x", "0" * 64, "observed"),)).to_records()})
    return folder


def build(records: Path, out: Path) -> dict[str, str]:
    """Make everything that is made of records of persons; by file, the digest of its bytes."""
    raw = {name: (records / f"{name}.parquet",) for name in TABLES}
    practices = (records / "practices.csv",)
    plan = RecordPlan(months=MONTHS, rules=HospitalRules())
    spells(
        practices=practices, plan=plan, limits=LAX, conditions=LIST, spells=raw["spells"], out=out / "spells.parquet",
        facts=out / "spells.json",
    )  # fmt: skip
    activity(
        practices=practices, plan=plan, limits=LAX, spells=(out / "spells.parquet",), outpatients=raw["outpatients"],
        emergency_care=raw["emergency_care"], out=out / "activity.parquet", facts=out / "activity.json",
    )  # fmt: skip
    contacts(
        files=ContactFiles(
            sites=(records / "sites.csv",), practices=practices, receipt=records / "receipt.json",
            contacts=raw["contacts"], registrations=raw["registrations"],
        ),
        plan=ContactPlan(
            months=MONTHS, rules=ContactRules(), limits=LAX, columns={}, comparison_cluster="region"
        ),
        results=ContactResults(
            out=out / "continuity.parquet", patients=out / "patients.parquet", by_month=out / "months.parquet",
            distribution=out / "distribution.parquet", fewest=out / "fewest.parquet", facts=out / "contacts.json",
        ),
    )  # fmt: skip
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}


def elsewhere(records: Path, out: Path, **machine: str) -> dict[str, str]:
    """The same by another process, whose machine says another time zone or locale."""
    out.mkdir()
    code = (
        "import json, pathlib; from tests.unit.prepare.test_machine import build;"
        f"print(json.dumps(build(pathlib.Path({str(records)!r}), pathlib.Path({str(out)!r}))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | machine, capture_output=True, text=True, check=True
    )
    told: dict[str, str] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def usual(records: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return elsewhere(records, tmp_path_factory.mktemp("usual") / "out", TZ="UTC", LC_ALL="C.UTF-8")


@pytest.mark.parametrize(
    "machine",
    [{"TZ": "Pacific/Auckland"}, {"TZ": "Europe/London", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8"}],
)
def test_the_same_bytes_on_a_machine_elsewhere(
    machine: dict[str, str], records: Path, usual: dict[str, str], tmp_path: Path
) -> None:
    assert elsewhere(records, tmp_path / "out", **machine) == usual


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_same_bytes_with_any_number_of_threads(
    threads: int, records: Path, usual: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "engine", functools.partial(events.engine, threads=threads))
    assert build(records, tmp_path) == usual


@pytest.mark.parametrize(("zone", "day"), [("Europe/London", "2009-05-01"), ("UTC", "2009-04-30")])
def test_the_time_zone_of_the_study_decides(zone: str, day: str, records: Path, tmp_path: Path) -> None:
    stays = pd.read_parquet(records / "spells.parquet").head(1)
    time = pd.Timestamp("2009-04-30 23:30", tz="UTC")
    stays.assign(admitted=time, discharged=time, practice_id="P1").to_parquet(tmp_path / "stays.parquet")
    spells(
        practices=(records / "practices.csv",), conditions=LIST,
        plan=RecordPlan(months=MONTHS, rules=HospitalRules(), time_zone=zone), spells=(tmp_path / "stays.parquet",),
        out=tmp_path / "out.parquet", facts=tmp_path / "f.json",
    )  # fmt: skip
    assert [str(each)[:10] for each in pd.read_parquet(tmp_path / "out.parquet")["admitted"]] == [day]
