"""Indices of continuity against a printed worked example, against their definitions, and against plain SQL."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.prepare.indices import indices
from analysis.prepare.indices.index_buckets import Buckets, jobs
from analysis.prepare.indices.index_keys import Field, Keys, numbered
from analysis.prepare.indices.indices import patient_indices
from analysis.steps import Problem

SQL = Path(__file__).parents[1].joinpath("indices.sql").read_text(encoding="utf-8")
KEY = ["practice_id", "patient_id", "part"]
VALUES = ["upc", "coc", "secon", "mmci", "k", "herfindahl"]
COLUMNS = ["practice_id", "patient_id", "part", "date", "clinician_id", "registered"]
DAY = pd.Timestamp("2009-04-01")
# Sidaway-Lee and others 2023, Br J Gen Pract 73:279-282, Table 2: each text is one patient's contacts in order, each
# letter a doctor; the patients of list A are registered with doctor A, those of list B with doctor B.
LIST_A = ["A", "AA", "AB", "AAB", "ABC", "AABB", "AABC", "AAABBB", "AAAABBBB", "AAAABCDE"]
LIST_B = ["B", "BB", "AC", "ABB", "ACC", "AABC", "ABBC", "AABBBC", "AAABBBBC", "AABBCCCC"]
# The six indices of the contacts as written.
PRINTED = {
    "AA": (1, 1, 1, 1, 1, 1),
    "AB": (0.5, 0, 0, 0.0909, 0, 0.5),
    "AAB": (0.6667, 0.3333, 0.5, 0.5238, 0.5, 0.5556),
    "ABC": (0.3333, 0, 0, 0.0476, 0, 0.3333),
    "AABB": (0.5, 0.3333, 0.6667, 0.6774, 0.6667, 0.5),
    "AABC": (0.5, 0.1667, 0.3333, 0.3548, 0.3333, 0.375),
    "AAABBB": (0.5, 0.4, 0.8, 0.8039, 0.8, 0.5),
    "AAAABBBB": (0.5, 0.4286, 0.8571, 0.8592, 0.8571, 0.5),
    "AAAABCDE": (0.5, 0.2143, 0.4286, 0.4366, 0.4286, 0.3125),
    "AABBBC": (0.5, 0.2667, 0.6, 0.6078, 0.6, 0.3889),
    "AAABBBBC": (0.5, 0.3214, 0.7143, 0.7183, 0.7143, 0.4062),
    "AABBCCCC": (0.5, 0.2857, 0.7143, 0.7183, 0.7143, 0.375),
}


def table(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Contacts: practice, patient, window, day, clinician, and whether it was with the registered GP."""
    frame = pd.DataFrame(list(rows), columns=COLUMNS)
    days = pd.to_timedelta(frame["date"].astype("int64"), unit="D")
    return frame.assign(date=(DAY + days).dt.date, registered=frame["registered"].astype("boolean"))


def printed(texts: list[str], own: str) -> pd.DataFrame:
    """Each text as a patient's contacts, one a day."""
    return table(
        ("P", f"{own}{number}", 0, day, doctor, doctor == own)
        for number, text in enumerate(texts)
        for day, doctor in enumerate(text)
    )


def made(contacts: pd.DataFrame, folder: Path, query: str = "FROM contacts", **options: Any) -> pd.DataFrame:
    """What the step writes, in the order of its keys."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("contacts", contacts)
        patient_indices(connection, query, folder / "out.parquet", **options)
        return connection.execute(f"FROM '{folder / 'out.parquet'}' ORDER BY {', '.join(KEY)}").df()


def by_sql(contacts: pd.DataFrame) -> pd.DataFrame:
    with duckdb.connect() as connection:
        connection.register("given", contacts)
        return connection.execute(f"{SQL.format(contacts='FROM given')} ORDER BY {', '.join(KEY)}").df()


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=0, atol=1e-9)


def defined(contacts: pd.DataFrame) -> pd.DataFrame:
    """The indices word for word as they are defined."""
    rows = []
    for key, some in contacts.groupby(KEY):
        seen = some.sort_values(["date", "clinician_id"])["clinician_id"].tolist()
        n, each, known = len(seen), Counter(seen), some["registered"].dropna()
        again = sum(one == next_one for one, next_one in pairwise(seen))
        values: list[float | None] = [None] * len(VALUES)
        if n > 1:
            most, pairs, m = max(each.values()), sum(i * (i - 1) for i in each.values()), len(each)
            mmci = (1 - m / (n + 0.1)) / (1 - 1 / (n + 0.1))
            shares = sum((i / n) ** 2 for i in each.values())
            values = [most / n, pairs / (n * (n - 1)), again / (n - 1), mmci, (n - m) / (n - 1), shares]
        rows.append([*key, n, len(each), known.sum() if len(known) else None, *values])
    frame = pd.DataFrame(rows, columns=[*KEY, "contacts", "clinicians", "registered", *VALUES])
    return frame.astype(dict.fromkeys(VALUES, float)).astype({"registered": float})


def contact_tables(ids: st.SearchStrategy[Any], few: int = 60) -> st.SearchStrategy[pd.DataFrame]:
    known = st.sampled_from([True, False, None])
    row = st.tuples(ids, ids, st.integers(-2, 3), st.integers(0, 5), ids, known)
    return st.lists(row, min_size=1, max_size=few).map(table)


TEXTS = st.sampled_from(["", "a", "b", "B", "é", "aa", "10", "9", "a b", "'"])
SMALL, FAR = st.integers(-3, 4), st.sampled_from([-(2**62), -1, 0, 1, 2**31, 2**61, 9_434_765_919])


@pytest.mark.parametrize("text", PRINTED)
def test_the_printed_example_of_each_patient(text: str, tmp_path: Path) -> None:
    row = made(printed([text], "A"), tmp_path).iloc[0]
    assert tuple(round(row[name], 4) for name in VALUES) == PRINTED[text]
    assert (row["contacts"], row["clinicians"]) == (len(text), len(set(text)))


def test_the_printed_means_of_lists_and_practice(tmp_path: Path) -> None:
    one, other = (made(printed(texts, own), tmp_path) for texts, own in ((LIST_A, "A"), (LIST_B, "B")))
    assert one[["upc", "coc"]].mean().round(2).tolist() == [0.56, 0.32]
    assert other[["upc", "coc"]].mean().round(2).tolist() == [0.59, 0.32]
    assert pd.concat([one, other])[["upc", "coc"]].mean().round(2).tolist() == [0.57, 0.32]


def test_the_printed_shares_of_contacts_with_the_registered_doctor(tmp_path: Path) -> None:
    one, other = (made(printed(texts, own), tmp_path) for texts, own in ((LIST_A, "A"), (LIST_B, "B")))
    shares = [100 * frame["registered"].sum() / frame["contacts"].sum() for frame in (one, other)]
    assert [round(share, 1) for share in shares] == [53.7, 41.5]
    both = pd.concat([one, other])
    assert round(100 * both["registered"].sum() / both["contacts"].sum(), 1) == 47.6


def test_one_contact_defines_no_index(tmp_path: Path) -> None:
    row = made(printed(["A"], "A"), tmp_path).iloc[0]
    assert row[VALUES].isna().all()
    assert row[["contacts", "clinicians", "registered"]].tolist() == [1, 1, 1]


@pytest.mark.parametrize("ids", [TEXTS, SMALL, FAR], ids=["texts", "whole numbers", "numbers far apart"])
def test_any_contacts_by_their_definition_and_by_sql(
    ids: st.SearchStrategy[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")

    @settings(max_examples=10, deadline=None)
    @given(contacts=contact_tables(ids))
    def check(contacts: pd.DataFrame) -> None:
        found = made(contacts, folder)
        same(found, by_sql(contacts))
        same(found.astype({"registered": float}), defined(contacts))

    check()


@settings(max_examples=10, deadline=None)
@given(contacts=contact_tables(SMALL), data=st.data())
def test_the_order_of_the_rows_does_not_matter(
    contacts: pd.DataFrame, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("order")
    order = data.draw(st.permutations(range(len(contacts))))
    expected = made(contacts, folder)
    same(made(contacts.iloc[order], folder), expected)
    same(made(contacts.sort_values("patient_id"), folder), expected)
    same(made(contacts.sort_values(["patient_id", "date"]), folder), expected)


@settings(max_examples=15, deadline=None)
@given(contacts=contact_tables(st.integers(0, 3), few=200))
def test_each_index_lies_in_its_range(contacts: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = made(contacts, tmp_path_factory.mktemp("range"))
    assert (found["upc"].isna() == (found["contacts"] < 2)).all()
    some = found[found["contacts"] > 1]
    assert some[VALUES].stack().between(0, 1).all()
    least = 1 / some["clinicians"]
    assert (some["upc"] >= least - 1e-12).all()
    assert (some["herfindahl"] >= least - 1e-12).all()
    alone, all_apart = some["clinicians"] == 1, some["clinicians"] == some["contacts"]
    assert (some.loc[alone, VALUES] == 1).all(axis=None)
    assert (some.loc[all_apart, ["coc", "secon", "k"]] == 0).all(axis=None)
    assert found["contacts"].sum() == len(contacts)


def many(rows: int = 30_000) -> pd.DataFrame:
    """Contacts of so many patients that there are several buckets, and a patient with very many."""
    with duckdb.connect() as connection:
        return connection.execute(
            f"""SELECT (h % 7)::INTEGER AS practice_id,
            CASE WHEN h % 5 = 0 THEN 77 ELSE hash(h) % 4000 END::BIGINT AS patient_id,
            (h >> 20) % 3 AS part, DATE '2009-04-01' + ((h >> 30) % 300)::INTEGER AS date,
            ((h >> 8) % 60)::INTEGER AS clinician_id, nullif((h >> 40) % 3, 2) = 1 AS registered
            FROM (SELECT hash(range) AS h FROM range({rows}))"""
        ).df().astype({"part": "int64"})  # fmt: skip


def test_with_little_memory_the_answer_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts, spilled = many(), []
    monkeypatch.setattr("analysis.prepare.indices.index_keys.ROWS", 1_000)
    monkeypatch.setattr(indices, "BESIDE", 0)
    write = Buckets._spill
    monkeypatch.setattr(Buckets, "_spill", lambda buckets: (spilled.append(1), write(buckets)))
    same(made(contacts, tmp_path, memory=150_000), by_sql(contacts))
    assert len(spilled) > 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


@pytest.mark.parametrize("by", [["patient_id"], ["patient_id", "date"], ["practice_id", "patient_id"], ["date"]])
def test_batches_and_sorted_input_give_the_same(by: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts = many().sort_values(by)
    monkeypatch.setattr(indices, "ROWS_AT_ONCE", 1_000)
    same(made(contacts, tmp_path), by_sql(contacts))


def test_input_by_patient_needs_no_buckets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("contacts were spread over buckets")

    contacts = many()
    monkeypatch.setattr(indices, "ROWS_AT_ONCE", 1_000)
    monkeypatch.setattr(indices, "Buckets", never)
    made(contacts.sort_values("patient_id"), tmp_path)
    with pytest.raises(AssertionError, match="spread"):
        made(contacts, tmp_path)


def test_input_that_stops_being_by_patient_late_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts = many().sort_values("patient_id")
    contacts = pd.concat([contacts.iloc[5_000:], contacts.iloc[:5_000]])
    monkeypatch.setattr(indices, "ROWS_AT_ONCE", 1_000)
    same(made(contacts, tmp_path), by_sql(contacts))


def test_a_query_may_filter_join_and_leave_registered_out(tmp_path: Path) -> None:
    contacts = many(2_000)
    query = (
        "SELECT 'P' || practice_id AS practice_id, patient_id, part::INTEGER AS part, date, clinician_id "
        "FROM contacts JOIN (SELECT range AS clinician_id FROM range(50)) USING (clinician_id) WHERE practice_id < 4"
    )
    found = made(contacts, tmp_path, query)
    kept = contacts[(contacts["clinician_id"] < 50) & (contacts["practice_id"] < 4)]
    expected = by_sql(kept.assign(practice_id="P" + kept["practice_id"].astype(str), registered=None))
    same(found.drop(columns="registered"), expected.drop(columns="registered"))
    assert found["registered"].isna().all()


def test_no_contacts_give_no_rows(tmp_path: Path) -> None:
    found = made(many(10), tmp_path, "FROM contacts WHERE practice_id > 10")
    assert found.empty
    assert found.columns.tolist() == [*KEY, "contacts", "clinicians", "registered", *VALUES]


@pytest.mark.parametrize("column", ["practice_id", "patient_id", "clinician_id", "part", "date"])
@pytest.mark.parametrize("kind", ["VARCHAR", "BIGINT"])
def test_a_missing_value_is_said(column: str, kind: str, tmp_path: Path) -> None:
    cast = "" if column in ("part", "date") else f"::{kind}"
    query = f"SELECT * REPLACE (CASE WHEN practice_id <> 3 THEN {column} END{cast} AS {column}) FROM contacts"
    with pytest.raises(Problem, match=f"have no {column}"):
        made(many(100), tmp_path, query)
    assert not list(tmp_path.iterdir())


def test_contacts_that_no_number_holds_are_refused(tmp_path: Path) -> None:
    query = "SELECT * REPLACE (CASE WHEN part = 0 THEN -(2::BIGINT ** 61)::BIGINT ELSE part END AS part) FROM contacts"
    with pytest.raises(Problem, match="too many"):
        made(many(1_000), tmp_path, query)


@given(low=st.integers(-(2**40), 2**40), bits=st.integers(0, 40), rows=st.integers(1, 10**9), data=st.data())
def test_a_patient_is_found_again_from_bucket_and_key(low: int, bits: int, rows: int, data: st.DataObject) -> None:
    import numpy as np

    none = Field(0, 0)
    keys = Keys(rows, Field(low, bits), none, none, none, none, none)
    patient = low + data.draw(st.integers(0, 2**bits - 1))
    base, factor, mask, shift, within, _ = (int(word) for word in keys.rule())
    code = ((patient - base) * factor) & mask
    assert code >> shift < 2**keys.bucket_bits
    kept = (code >> shift) << shift | (code & within)
    assert keys.patients(np.array([kept], np.uint64)).tolist() == [patient]


@pytest.mark.parametrize(("patients", "practices"), [(1, 1), (1, 500), (2, 3), (40, 2), (2**11, 1), (2**16, 7)])
@pytest.mark.parametrize("contacts", [0, 1, 33, 5_000])
def test_contacts_of_any_patients_and_practices_come_out_in_order(patients: int, practices: int, contacts: int) -> None:
    import numpy as np

    from analysis.prepare.indices.index_rows import arranged

    fields = [Field.of(0, count - 1) for count in (patients, practices, 2, 730, 60, 3)]
    keys = Keys(contacts, *fields)
    drawn, numbers = np.random.default_rng(contacts), np.zeros(contacts, np.uint64)
    for field, count in zip(fields, (patients, practices, 2, 730, 60, 3), strict=True):
        numbers = numbers << np.uint64(field.bits) | drawn.integers(0, count, contacts).astype(np.uint64)
    for order in (numbers, np.sort(numbers), np.sort(numbers)[::-1].copy()):
        assert (arranged(order, keys) == np.sort(numbers)).all()


def test_jobs_take_each_bucket_once() -> None:
    import numpy as np

    sizes = np.array([5, 0, 30, 2, 2, 2, 9])
    assert list(jobs(sizes, 10)) == [[0, 1], [2], [3, 4, 5], [6]]


def test_compiled_loops_are_plain_python_too() -> None:
    """The loops as Python runs them, so that a fault of the compiler would be seen."""
    import numpy as np

    from analysis.prepare.indices.index_kernel import tally

    plain: Callable[..., Any] = tally.py_func  # type: ignore[attr-defined]
    for text in ([1, 1, 2], [1, 2, 3, 4], [7] * 40 + [8] * 3):
        words = np.array(text, np.uint64)
        assert tuple(map(int, plain(words))) == tuple(map(int, tally(words)))


def test_settings_of_the_connection_stay(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("contacts", many(100))
        connection.execute("SET preserve_insertion_order = false")
        patient_indices(
            connection, "SELECT * REPLACE (patient_id::VARCHAR AS patient_id) FROM contacts", tmp_path / "a"
        )
        assert connection.execute("SELECT current_setting('preserve_insertion_order')").fetchall() == [(False,)]
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_contacts_keep_their_number_in_whole_numbers_and_texts(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("contacts", many(100))
        assert not numbered(connection, "FROM contacts").tables
        texts = numbered(connection, "SELECT * REPLACE (clinician_id::VARCHAR AS clinician_id) FROM contacts").tables
        assert list(texts) == ["clinician_id"]


@pytest.mark.parametrize("kind", ["TINYINT", "USMALLINT", "UINTEGER", "BIGINT", "UBIGINT", "VARCHAR"])
def test_ids_keep_the_type_they_have_in_the_query(kind: str, tmp_path: Path) -> None:
    ids = ", ".join(f"({name} % 100)::{kind} AS {name}" for name in ("practice_id", "patient_id", "clinician_id"))
    query = f"SELECT * REPLACE ({ids}) FROM contacts"
    found = made(many(500), tmp_path, query)
    assert found["contacts"].sum() == 500
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE FROM '{tmp_path / 'out.parquet'}'").fetchall()
    types = {name: type_ for name, type_, *_ in described}
    assert (types["practice_id"], types["patient_id"], types["part"]) == (kind, kind, "BIGINT")


def test_loops_run_where_compiled_code_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np
    from numba.core import caching

    from analysis.prepare.indices.index_kernel import WORDS, compiled

    def first(words: Any) -> Any:
        return words[0]

    monkeypatch.setattr(caching.FunctionCache._impl_class, "_locator_classes", [])
    assert compiled(WORDS)(first)(np.array([7], np.uint64)) == 7
