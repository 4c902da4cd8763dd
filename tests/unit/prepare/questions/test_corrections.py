"""Corrections do what they declare, to the rows they name, and notice when the source has mended itself."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.prepare.questions.corrections import Correction, corrected, read_corrections, with_corrections
from analysis.pull.datasets.register import read_register
from analysis.steps import Problem
from analysis.tables import Lineage, Source

REASON = "Invented for this test."
WHERE = {"practice_id": "Y99901", "measure": "list_size"}


def measures(*values: float) -> pd.DataFrame:
    """List sizes of practices Y99901, Y99902, …, and one share of the first."""
    codes = [f"Y9990{place}" for place in range(1, len(values) + 1)]
    rows = pd.DataFrame({"practice_id": codes, "year": 2021, "measure": "list_size", "value": values, "base": 10.0})
    share = pd.DataFrame([{"practice_id": "Y99901", "year": 2021, "measure": "see_preferred_gp", "value": 0.5}])
    return pd.concat([rows, share], ignore_index=True).assign(series="x")


def correction(**keys: Any) -> Correction:
    return Correction.model_validate({"dataset": "lists", "where": WHERE, "reason": REASON} | keys)


def sizes(frame: pd.DataFrame) -> list[float]:
    return frame.loc[frame["measure"] == "list_size", "value"].tolist()


def test_a_row_is_dropped() -> None:
    frame, applied = corrected(measures(10, 20), (correction(action="drop", expect={"values": [10]}),))
    assert sizes(frame) == [20]
    assert len(frame) == 2
    assert [each.rows for each in applied] == [1]
    assert REASON in str(applied[0])


def test_a_value_is_overridden() -> None:
    frame, _ = corrected(measures(10, 20), (correction(action="override", to=11, expect={"values": [10]}),))
    assert sizes(frame) == [11, 20]
    assert frame["value"].iloc[-1] == 0.5


def test_a_missing_value_can_be_filled() -> None:
    frame, _ = corrected(measures(float("nan"), 20), (correction(action="override", to=11, expect={"values": [None]}),))
    assert sizes(frame) == [11, 20]


def test_many_rows_are_scaled_and_guarded_by_their_sum() -> None:
    many = correction(
        action="scale", factor=10, where={"year": 2021, "measure": "list_size"}, expect={"rows": 3, "total": 60}
    )
    frame, applied = corrected(measures(10, 20, 30), (many,))
    assert sizes(frame) == [100, 200, 300]
    assert applied[0].rows == 3


def test_the_base_can_be_corrected() -> None:
    frame, _ = corrected(
        measures(10, 20), (correction(action="override", column="base", to=9, expect={"values": [10]}),)
    )
    assert frame["base"].tolist()[:2] == [9, 10]
    assert sizes(frame) == [10, 20]


def test_corrections_are_applied_in_their_order() -> None:
    twice = correction(action="scale", factor=2, expect={"values": [10]})
    thrice = correction(action="scale", factor=3, expect={"values": [20]})
    frame, applied = corrected(measures(10), (twice, thrice))
    assert sizes(frame) == [60]
    assert len(applied) == 2
    with pytest.raises(Problem):
        corrected(measures(10), (thrice, twice))


@pytest.mark.parametrize("now", [[11.0, 20.0], [float("nan"), 20.0]])
@pytest.mark.parametrize(
    "keys", [{"action": "drop"}, {"action": "override", "to": 11}, {"action": "scale", "factor": 2}]
)
def test_a_source_that_mended_its_error_stops_the_run(now: list[float], keys: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="The source of lists has mended its own error, or changed") as problem:
        corrected(measures(*now), (correction(expect={"values": [10]}, **keys),))
    assert "delete this correction from data/raw/corrections.yaml" in problem.value.mend


def test_a_row_that_is_gone_stops_the_run() -> None:
    gone = correction(action="drop", where={"practice_id": "Y99909"}, expect={"values": [10]})
    with pytest.raises(Problem, match="is now no row"):
        corrected(measures(10), (gone,))


@given(values=some.lists(some.floats(0, 1e6), min_size=1, max_size=9), factor=some.floats(0.1, 10))
def test_the_table_that_came_in_stays_as_it_was(values: list[float], factor: float) -> None:
    frame = measures(*values)
    before = frame.copy()
    every = {"measure": "list_size"}
    scale = correction(action="scale", factor=factor, where=every, expect={"values": values})
    after, _ = corrected(frame, (scale,))
    pd.testing.assert_frame_equal(frame, before)
    assert sizes(after) == pytest.approx([value * factor for value in values])


@pytest.mark.parametrize(
    "keys",
    [
        {"action": "override", "expect": {"values": [1]}},
        {"action": "drop", "to": 1, "expect": {"values": [1]}},
        {"action": "scale", "factor": 2},
        {"action": "scale", "factor": 2, "expect": {}},
        {"action": "scale", "factor": 2, "expect": {"rows": 1}},
        {"action": "scale", "factor": 2, "expect": {"values": [1], "rows": 1, "total": 1}},
        {"action": "mend", "expect": {"values": [1]}},
        {"action": "drop", "expect": {"values": [1]}, "where": {"colour": "red"}},
        {"action": "drop", "expect": {"values": [1]}, "where": {}},
        {"action": "drop", "expect": {"values": [1]}, "reason": ""},
    ],
)
def test_an_incomplete_correction_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Correction"):
        correction(**keys)


def test_corrected_data_have_another_digest() -> None:
    lineage = Lineage((Source("lists", "0" * 64, "observed"), Source("other", "1" * 64, "observed")))
    first, second = (correction(action="override", to=to, expect={"values": [10]}) for to in (11, 12))
    assert with_corrections(lineage, ()) == lineage
    changed = {with_corrections(lineage, (each,)).sources[0].sha256 for each in (first, second)}
    assert len(changed | {"0" * 64}) == 3
    assert with_corrections(lineage, (first,)).sources[1] == lineage.sources[1]


def test_the_register_of_corrections_is_valid_and_names_known_data_sets(root: Path) -> None:
    known = {entry.id for entry in read_register(root / "data/raw/datasets.yaml").datasets}
    assert {each.dataset for each in read_corrections(root / "data/raw/corrections.yaml")} <= known


def test_the_example_in_the_register_is_a_correction(root: Path, tmp_path: Path) -> None:
    text = (root / "data/raw/corrections.yaml").read_text(encoding="utf-8")
    lines = [line[1:] for line in text.splitlines() if line.startswith("#   ")]
    example = tmp_path / "corrections.yaml"
    example.write_text("\n".join(["corrections:", *lines]), encoding="utf-8")
    assert [each.action for each in read_corrections(example)] == ["override"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("corrections: 3\n", "is wrong at `corrections`"),
        ("corrections: [\n", "not readable as YAML"),
        ("corrections:\n  - dataset: lists\n", r"is wrong at `corrections\.0\.action`"),
        ("mistakes: []\n", "is wrong at `mistakes`"),
    ],
)
def test_a_faulty_register_is_told(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=told):
        read_corrections(path)


def test_a_missing_register_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is missing") as problem:
        read_corrections(tmp_path / "corrections.yaml")
    assert "git checkout" in problem.value.mend
