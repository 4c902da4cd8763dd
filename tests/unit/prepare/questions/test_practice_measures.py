"""Open data are joined by practice and year, what disagrees is refused, what is missing is counted."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.prepare.questions.practice_measures import practice_measures
from analysis.steps import Problem, canonical_json, digest, write_json
from analysis.tables import Lineage, Source, read_table

NONE = "corrections: []\n"


@dataclass
class Study:
    """A folder of raw data with receipts and a register of corrections."""

    folder: Path
    receipts: list[Path] = field(default_factory=list)
    corrections: str = NONE

    def add(self, id: str, text: str, connector: str | None = "practice_table", **parameters: Any) -> "Study":
        (self.folder / f"{id}.csv").write_text(text, encoding="utf-8")
        receipt = self.folder / f"{id}.json"
        about = {"id": id, "title": f"Title of {id}", "connector": connector, "parameters": parameters}
        lineage = Lineage((Source(id, "0" * 64, "observed"),)).to_records()
        write_json(receipt, about | {"files": [{"path": f"{id}.csv", "sha256": digest(text)}], "lineage": lineage})
        self.receipts.append(receipt)
        return self

    def lists(self, id: str, *rows: str, measure: str = "list_size", year: int = 2021) -> "Study":
        measures = {measure: {"column": "n", "year": year}}
        return self.add(id, "\n".join(["code,n", *rows]) + "\n", practice_id="code", measures=measures)

    def options(self) -> dict[str, Any]:
        register = self.folder / "corrections.yaml"
        register.write_text(self.corrections, encoding="utf-8")
        out = {name: self.folder / "out" / f"{name}.parquet" for name in ("measures", "practices", "coverage")}
        return {"receipts": tuple(self.receipts), "raw": self.folder, "corrections": register, **out}

    def run(self, **missing: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        options = self.options()
        practice_measures(**options, missing=missing)
        measures, practices, coverage = (read_table(options[name])[0] for name in ("measures", "practices", "coverage"))
        return measures, practices, coverage


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path)


def test_one_row_per_practice_year_and_measure(study: Study) -> None:
    study.lists("lists-2021", "Y99901,5000", "Y99902,-", "Y99903,3000").lists("lists-2022", "Y99901,5100", year=2022)
    measures, practices, coverage = study.run()
    assert measures[["practice_id", "year", "value", "dataset"]].to_numpy().tolist() == [
        ["Y99901", 2021, 5000.0, "lists-2021"], ["Y99903", 2021, 3000.0, "lists-2021"],
        ["Y99901", 2022, 5100.0, "lists-2022"],
    ]  # fmt: skip
    assert list(measures.columns) == ["practice_id", "year", "measure", "value", "base", "series", "dataset"]
    assert list(practices["practice_id"]) == ["Y99901", "Y99902", "Y99903"]
    assert coverage[["dataset", "measure", "year", "practices", "missing", "status"]].to_numpy().tolist() == [
        ["lists-2021", "list_size", 2021, 2, 1, "read"], ["lists-2022", "list_size", 2022, 1, 0, "read"],
    ]  # fmt: skip


def test_lineage_is_that_of_all_data_sets(study: Study) -> None:
    study.lists("one", "Y99901,1").lists("two", "Y99901,1", measure="imd").run()
    for name in ("measures", "practices", "coverage"):
        _, lineage = read_table(study.options()[name])
        assert [source.id for source in lineage.sources] == ["one", "two"]


def test_data_sets_that_disagree_are_both_named(study: Study) -> None:
    study.lists("one", "Y99901,5000", "Y99902,10").lists("two", "Y99901,5001", "Y99902,10")
    with pytest.raises(Problem, match=r"disagree on list_size of practice Y99901 in 2021") as problem:
        study.run()
    assert "5000 (one) and 5001 (two) (1 such in all)" in problem.value.sentence
    assert not study.options()["measures"].exists()


def test_data_sets_that_agree_are_read_once(study: Study) -> None:
    measures, _, coverage = study.lists("one", "Y99901,5000").lists("two", "Y99901,5000.0").run()
    assert measures["dataset"].tolist() == ["one"]
    assert coverage["practices"].tolist() == [1, 1]


def test_one_data_set_may_lack_what_another_has(study: Study) -> None:
    measures, _, coverage = study.lists("one", "Y99901,").lists("two", "Y99901,5000").run()
    assert measures[["value", "dataset"]].to_numpy().tolist() == [[5000.0, "two"]]
    assert coverage["missing"].tolist() == [1, 0]


def test_facts_on_a_practice_come_from_the_first_data_set_that_has_them(study: Study) -> None:
    measures = {"list_size": {"column": "n", "year": 2021}}
    study.add("one", "code,n,name,area\nY99901,1,Old name,\n", practice_id="code", measures=measures,
              practices={"name": "name", "commissioner": "area"})  # fmt: skip
    measures = {"imd": {"column": "n", "year": 2019}}
    study.add("two", "code,n,name,area\nY99901,1,New name,99X\nY99902,3,Other,99Y\n", practice_id="code",
              measures=measures, practices={"name": "name", "commissioner": "area"})  # fmt: skip
    _, practices, _ = study.run()
    assert practices[["practice_id", "name", "commissioner", "region", "closed"]].to_numpy().tolist() == [
        ["Y99901", "Old name", "99X", "", ""], ["Y99902", "Other", "99Y", "", ""],
    ]  # fmt: skip


def test_what_is_not_on_disk_is_named_in_the_coverage(study: Study) -> None:
    _, _, coverage = study.lists("one", "Y99901,5000").run(**{"two": "The other lists"})
    assert coverage.iloc[-1][["dataset", "title", "measure", "practices", "status"]].tolist() == [
        "two", "The other lists", "", 0, "not on disk",
    ]  # fmt: skip
    assert coverage["year"].isna().tolist() == [False, True]


def test_a_register_of_practices_covers_practices_and_measures_nothing(study: Study) -> None:
    cells = ["Y99902", "SURGERY", "Y99", *[""] * 6, "ZZ1 1ZZ", "19740401", "", "A", "B", "99X", *[""] * 10, "4", ""]
    study.add("register", ",".join(cells) + "\n", "practice_register").lists("one", "Y99901,5000")
    measures, practices, coverage = study.run()
    assert list(practices["practice_id"]) == ["Y99901", "Y99902"]
    assert set(measures["dataset"]) == {"one"}
    assert coverage.iloc[0][["dataset", "measure", "practices", "status"]].tolist() == ["register", "", 1, "read"]


def test_what_the_register_calls_no_practice_is_left_out(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    cells = ["", "SURGERY", "Y99", *[""] * 6, "ZZ1 1ZZ", "19740401", "", "A", "B", "99X", *[""] * 10, "", ""]
    rows = [[code, *cells[1:25], setting, ""] for code, setting in (("Y99901", "4"), ("Y99902", "14"))]
    study.add("register", "\n".join(",".join(row) for row in rows) + "\n", "practice_register")
    measures, practices, coverage = study.lists("one", "Y99901,5000", "Y99902,40", "Y99903,70").run()
    assert list(measures["practice_id"]) == list(practices["practice_id"]) == ["Y99901", "Y99903"]
    assert coverage.iloc[1][["dataset", "practices"]].tolist() == ["one", 2]
    assert "one: 1 body that is no general practice is left out" in capsys.readouterr().err


LISTS = [f"Y999{number:02},{4000 + number}" for number in range(12)]


def test_one_file_under_two_years_is_refused(study: Study) -> None:
    study.lists("lists-2018", *LISTS, year=2018).lists("lists-2023", *LISTS, year=2023)
    with pytest.raises(Problem, match="lists-2018 and lists-2023 give all 12 practices that both have the same values"):
        study.run()


def test_one_file_of_a_source_that_tells_its_year_is_refused_under_two_names(study: Study) -> None:
    header = "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\n"
    text = header + "GP_PRAC_PAT_LIST,01JAN2018,GP,99X,E1,Y99901,ZZ1 1ZZ,ALL,ALL,5000\n"
    study.add("lists-2018", text, "patients_registered").add("lists-2023", text, "patients_registered")
    with pytest.raises(Problem, match=r"lists-2018.csv and data/raw/lists-2023.csv are the same file, byte for byte"):
        study.run()


def test_lists_that_grew_in_one_practice_are_two_years(study: Study) -> None:
    later = [*LISTS[:-1], "Y99911,4012"]
    measures, _, _ = study.lists("lists-2018", *LISTS, year=2018).lists("lists-2023", *later, year=2023).run()
    assert len(measures) == 24


def test_a_correction_is_applied_and_told(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    study.corrections = (
        "corrections:\n  - {dataset: one, action: scale, factor: 0.1, where: {practice_id: Y99901}, "
        "expect: {values: [50000]}, reason: Invented for this test.}\n"
    )
    measures, _, coverage = study.lists("one", "Y99901,50000", "Y99902,7").lists("two", "Y99903,50000").run()
    assert measures["value"].tolist() == [5000, 7, 50000]
    assert coverage["corrected"].tolist() == [1, 0]
    assert "corrected one: scale of value where practice_id Y99901, 1 row(s)" in capsys.readouterr().err


def test_nothing_on_disk_stops_the_run(study: Study) -> None:
    with pytest.raises(Problem, match="None of the study's practice-level data sets is on disk: one, two") as problem:
        study.run(one="The lists", two="The other lists")
    assert "make pull" in problem.value.mend


def test_a_data_set_without_a_connector_is_told(study: Study) -> None:
    study.add("one", "code,n\nY99901,1\n", connector=None)
    with pytest.raises(Problem, match="one names no connector"):
        study.run()


def test_the_step_runs_as_the_rule_runs_it(study: Study, root: Path) -> None:
    options = study.lists("one", "Y99901,5000").lists("two", "Y99901,5000", "Y99902,1").options()
    receipts = [str(path) for path in options.pop("receipts")]
    words = [word for name, path in options.items() for word in (f"--{name}", str(path))]
    for missing in ({}, {"three": "The rest, all of it"}):
        command = [
            "analysis.prepare.questions.practice_measures",
            "--receipts",
            *receipts,
            "--missing",
            canonical_json(missing),
        ]
        done = subprocess.run(
            [sys.executable, "-m", *command, *words], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        coverage, _ = read_table(options["coverage"])
        assert list(coverage["status"]) == ["read", "read", *["not on disk" for _ in missing]]
